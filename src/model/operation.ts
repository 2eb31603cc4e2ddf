/** A step in the words of the API: what the executor does, one after the other or side by side. */
import type { JsonObject, KubeObject, ManagedField, PatchOperation, Ref } from './kube.ts';
import type { Due } from './phase.ts';
import type { Probe } from './probe.ts';
import type { Rollout } from './record.ts';
import type { Lane } from './router.ts';
import type { Taken, Traffic } from './stage.ts';

/** The workload that an object goes with. Where the rollout of another one splits requests by the object by then, it is left to that one. */
export interface Keeper {
  readonly namespace: string;
  readonly name: string;
}

/** One side of a comparison: label selector of its pods, its Deployment, and the Services that lead to it alone. */
export interface WatchedSide {
  readonly labels: string;
  readonly deployment: string;
  readonly services: readonly string[];
}

/** What is compared. Without a baseline stable stands for it. */
export interface Watched {
  readonly canary: WatchedSide;
  readonly baseline: WatchedSide | null;
  readonly stable: WatchedSide;
}

/** Batches in order; the operations of one do not depend on each other. */
export type Batches = readonly (readonly Operation[])[];

/** One thing to do to the cluster, with everything that it needs. */
export type Operation =
  /** POST, or PUT with the version read: the second of two fails. `previous` is what a claim given back leaves. */
  | { readonly do: 'claim'; readonly rollout: Rollout; readonly version: string | null; readonly previous: Rollout | null }
  /** Writes the record that this process holds. */
  | { readonly do: 'remember'; readonly rollout: Rollout }
  | { readonly do: 'let-go'; readonly rollout: Rollout }
  | { readonly do: 'forget'; readonly ref: Ref }
  /** `text`: what it is for, where the object does not say it in a word. */
  | { readonly do: 'create'; readonly object: KubeObject; readonly text?: string }
  /** PUT of an object of ours over what was last seen of it. */
  | { readonly do: 'replace'; readonly object: KubeObject; readonly text?: string }
  | {
      readonly do: 'patch';
      readonly ref: Ref;
      readonly operations: readonly PatchOperation[];
      readonly manager: string;
      readonly text: string;
      /** Of a route: where others write in it meanwhile, the same split is made of what they left. */
      readonly split?: { readonly lane: Lane; readonly traffic: Traffic };
    }
  /** The user's command, with `input` on its standard input. What it set is nowhere to be read but in the record. */
  | {
      readonly do: 'run';
      readonly command: string;
      readonly input: string;
      readonly record: Ref;
      readonly service: string;
      readonly traffic: Traffic | null;
      readonly text: string;
    }
  /** As `kubectl apply --server-side`. */
  | {
      readonly do: 'apply';
      readonly object: KubeObject;
      readonly keepLive: readonly string[];
      readonly force: boolean;
      readonly keeper?: Keeper;
    }
  /**
   * An object of the user's is put back whole, its owners last; of a route that others have changed meanwhile, only what these lanes split. What
   * the lanes beside them split is no news to anybody: they are of the same run.
   */
  | {
      readonly do: 'restore';
      readonly object: KubeObject;
      readonly lanes?: readonly Lane[];
      readonly beside?: readonly Lane[];
      readonly keeper?: Keeper;
    }
  /** The Job of a moment runs once for its release, and is awaited. It tells of itself. */
  | { readonly do: 'run-job'; readonly due: Due }
  /** It is made before its moment, and waits for it: where no record tells that a release is under way, the Job does. */
  | { readonly do: 'lay-down-job'; readonly due: Due }
  /** It is over: it goes, or stays as long as the user lets it. */
  | { readonly do: 'end-job'; readonly due: Due }
  /** Jobs that other releases of a workload have left make room. */
  | { readonly do: 'clear-jobs'; readonly namespace: string; readonly workload: string; readonly release: string }
  /** The rollout of a workload is about to be over: from here the cluster removes its Jobs too, should the run die before it does. */
  | { readonly do: 'expire-jobs'; readonly namespace: string; readonly workload: string }
  /** It is over: its Jobs go, or stay as long as the user lets them. */
  | { readonly do: 'end-jobs'; readonly namespace: string; readonly workload: string }
  /** A namespace among the files: nothing can be in it before, not even the record by which it would be claimed. */
  | { readonly do: 'bring'; readonly object: KubeObject }
  /** What a release has dropped is deleted. Nobody waits until it is gone, and what was made anew since stays. */
  | { readonly do: 'prune'; readonly ref: Ref; readonly uid?: string }
  /** The parent of an ApplySet names what may be a member. `isNew`: there was no parent yet. */
  /** `dropped`: what it goes on naming where that is still there. */
  | { readonly do: 'apply-parent'; readonly parent: KubeObject; readonly isNew?: true; readonly dropped?: readonly Ref[] }
  /** Deleted in the foreground and awaited. */
  | { readonly do: 'remove'; readonly ref: Ref; readonly uid?: string }
  /**
   * `leaving`: done one after the other meanwhile, as far as there is time for it. `rejected`: templates of a StatefulSet whose pods go where they are in
   * the way. `leftDown`: it was not ready before, and nothing in this run makes it so; that is told, and nobody waits.
   */
  | {
      readonly do: 'await-ready';
      readonly ref: Ref;
      readonly template: JsonObject | null;
      readonly isStable: boolean;
      readonly leaving?: readonly Operation[];
      readonly rejected?: readonly JsonObject[];
      readonly leftDown?: true;
    }
  /** Fields that a patch of ours wrote as `kubectl` go back to who owned them; `before` is empty where that is not known any more. */
  | { readonly do: 'hand-back'; readonly ref: Ref; readonly before: readonly ManagedField[] }
  /**
   * The pods of a DaemonSet on these nodes are deleted one after the other, as far as they are of another template than its own, and each is awaited.
   * `rejected`: with them the pods of these templates, wherever they run.
   */
  | {
      readonly do: 'renew';
      readonly ref: Ref;
      readonly nodes: readonly string[];
      readonly template: JsonObject;
      readonly rejected?: readonly JsonObject[];
    }
  /** No pod of a Deployment runs any more, those included that are being terminated. `next`: but those with this `pod-template-hash`. */
  | { readonly do: 'await-stopped'; readonly ref: Ref; readonly next?: string }
  | {
      readonly do: 'await-endpoints';
      readonly namespace: string;
      readonly services: readonly string[];
      readonly pods: string;
      readonly text: string;
    }
  /**
   * Until the data plane took the routes, as far as it tells, and then so long; `standing`: less by as long as routes and endpoints have stood.
   * Parents of routes that were deaf before are not waited for. `shares` are compared next: their first look falls in the last second.
   */
  | {
      readonly do: 'wait';
      readonly seconds: number;
      readonly lanes: readonly Lane[];
      readonly until?: Taken;
      readonly standing?: true;
      readonly deaf?: readonly string[];
      readonly shares?: readonly Extract<Operation, { readonly do: 'gate-share' }>[];
    }
  | { readonly do: 'drain'; readonly seconds: number }
  | GateOperation;

/** What a gate does for one workload. */
export type GateOperation =
  /** Until a person has approved the new version, or refused it; no answer is a refusal. */
  | { readonly do: 'await-answer'; readonly namespace: string; readonly workload: string; readonly limitSeconds: number }
  /** The user's time between two steps, or behind a switch. */
  | { readonly do: 'hold'; readonly seconds: number }
  | { readonly do: 'gate-route'; readonly lane: Lane }
  /** Compares what the pods count with the share, 0 to 1, that the new version was given. */
  | { readonly do: 'gate-share'; readonly namespace: string; readonly workload: string; readonly sides: Watched; readonly share: number }
  /** Asks each of these pods, by label selector, at the port that the Service sends requests to. */
  | {
      readonly do: 'probe';
      readonly namespace: string;
      readonly workload: string;
      readonly pods: string;
      readonly port: string | null;
      readonly probes: readonly Probe[];
    }
  /** Watches the pods of each side, by label selectors, and judges the canary by its own requests. */
  | {
      readonly do: 'soak';
      readonly namespace: string;
      readonly workload: string;
      readonly sides: Watched;
      /** Where comparisons are put that name no port: the one that the Service sends requests to. */
      readonly port: string | null;
      readonly seconds: number;
    };
