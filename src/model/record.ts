/** The memory of a rollout: one ConfigMap per workload, there as long as the rollout is open. */
import type { JsonObject, KubeObject, Ref } from './kube.ts';
import type { Answers, Verdict } from './metrics.ts';
import type { Action, Shadow, Traffic } from './stage.ts';

/** The stage of a record under which nothing was written yet. */
export const CLAIMED = 'claimed';

/** A claim that was not renewed for so long is nobody's. */
export const LEASE_MILLISECONDS = 60_000;

/** The one process that may write. */
export interface Holder {
  readonly run: string;
  /** A number used once: names the process among all of the same run. */
  readonly process: string;
  readonly name: string;
  readonly url?: string;
  /** Machine and process id, so that a person's next command need not wait for one that is dead. */
  readonly host?: string;
  readonly pid?: number;
}

/** What will have to be put back, as it was before the first write. */
export interface Originals {
  /** Stable's Deployment whole, with its owners; null when there was none. */
  readonly stable: KubeObject | null;
  /** The user's objects that carry requests, by the name of the route; empty for a route of ours. */
  readonly routes: readonly { readonly name: string; readonly objects: readonly KubeObject[] }[];
  /** Every other object that promote changes; Secrets are kept apart. */
  readonly others: readonly KubeObject[];
}

/** Something that we made; the uid is noted once it exists. */
export interface Created {
  readonly ref: Ref;
  readonly uid?: string;
}

/** The release under test: what the files said, what the API server makes of the pod template, and how it is isolated. */
export interface Tested {
  readonly release: string;
  /** The rendered files of this workload and everything around it; Secrets are kept apart. */
  readonly files: readonly KubeObject[];
  /** Stable's pod template to be, as the API server stores it. */
  readonly template: JsonObject;
}

/** What the user's script was last told. */
export interface Scripted {
  readonly traffic: Traffic;
  /** False from before it runs until it has ended well. */
  readonly done: boolean;
}

/** What one metric came to. */
export interface JudgedMetric {
  readonly metric: string;
  readonly verdict: Verdict;
  /** The numbers, for people: "canary 12.9 % of 132 requests, baseline 0 % of 135"; absent as long as it has not ended. */
  readonly said?: string;
}

/** The last analysis of a version. */
export interface Analysis {
  /** The stage whose share was watched. */
  readonly stage: string;
  /** Since when, in milliseconds since 1970 by the API server's clock. */
  readonly since: number;
  /** Null as long as it has not ended. */
  readonly verdict: Verdict | null;
  /** Metrics that passed, in percent of all; null as long as it has not ended. */
  readonly score: number | null;
  readonly metrics: readonly JudgedMetric[];
  /** What was to be judged, each thing by a hash of all that was asked of it. */
  readonly asked?: readonly string[];
  /** The user let it pass though nothing was proven. */
  readonly accepted?: true;
  /** Counters when they began to count, by the name of who has them, while it has not ended: a run that goes on counts from here. */
  readonly from?: Readonly<Record<string, Answers>>;
  /** How often each pod had been restarted by then. */
  readonly restarts?: Readonly<Record<string, number>>;
  /** Bounds of the histogram that are in use, once they are chosen. */
  readonly bounds?: readonly string[];
}

/** What a person said of a version that a step holds. Whoever may write the record may say it: it lets the step end, and grants nothing else. */
export interface Answer {
  readonly verdict: 'approve' | 'refuse';
  /** As the API server names the login, or as the machine does. */
  readonly by: string;
  /** Milliseconds since 1970 by the API server's clock. */
  readonly at: number;
  /** The step has heard it. */
  readonly taken?: true;
}

/** A version that a step holds until a person has answered. */
export interface Hold {
  /** The stage that stands meanwhile. */
  readonly stage: string;
  /** Since when the step waits, in milliseconds since 1970 by the API server's clock. */
  readonly since: number;
  /** How long it waits. */
  readonly seconds: number;
  /** The process that waits, as its claim names it. */
  readonly process: string;
  readonly answer?: Answer;
}

/** What a rollout remembers of one new version. */
export interface Version {
  /** What it is called where the user gave it a name: without one it is `canary`. */
  readonly variant?: Shadow;
  readonly release: string;
  readonly action: Action;
  readonly stage: string;
  /** The action ended well. */
  readonly done: boolean;
  readonly percentage: number | null;
  readonly run: { readonly id: string; readonly pipeline?: string; readonly number?: number; readonly name: string; readonly url?: string };
  /** Hash of stable's template that the canary is compared with; null before the first stage and for a first release. */
  readonly base: string | null;
  /** promote has begun to write the user's objects: only then reject has anything of theirs to put back. */
  readonly begun?: boolean;
  /** Hash of the template that promote wrote over stable's original. */
  readonly replaced: string | null;
  /** How the variants' pods differ from stable's: label keys with values of their own, and configuration that the canary has copies of. */
  readonly distinction: {
    readonly keys: readonly string[];
    readonly shared?: boolean;
    readonly canary?: Shadow;
    readonly copies: readonly { readonly kind: 'ConfigMap' | 'Secret'; readonly name: string; readonly as?: string }[];
  };
  readonly tested: Tested | null;
  readonly created: readonly Created[];
  /** Jobs of its phases may be in the cluster. */
  readonly phased?: true;
  /** Absent where none was asked for. */
  readonly analysis?: Analysis;
  /** Absent where no person was asked. */
  readonly hold?: Hold;
}

/** What the ConfigMap says: of the version that was last worked on, and of all together. */
export interface Rollout extends Version {
  readonly workload: string;
  /** Absent for a Deployment. */
  readonly kind?: string;
  readonly namespace: string;
  readonly application: string;
  readonly strategy: string;
  readonly router: string;
  readonly holder: Holder | null;
  /** Milliseconds since 1970 by the API server's clock. */
  readonly renewedAt: number;
  /** Stable's full size. */
  readonly replicas: number;
  /** Where counts of pods are the split: stable has given up none, so that another count than its full size is somebody's wish. */
  readonly whole?: true;
  /** Of a DaemonSet the nodes whose pods run the new version. */
  readonly nodes?: readonly string[];
  /** Root Services whose requests are split. */
  readonly services: readonly string[];
  /** By root Service, where a script sets the traffic; nothing else can tell. */
  readonly scripted?: Readonly<Record<string, Scripted>>;
  readonly originals: Originals;
  /** Further versions that get copies of the requests; none for most. */
  readonly others?: readonly Version[];
}
