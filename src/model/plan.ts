/** What the planner sees of one workload, and the steps it plans. Templates are known by their hash here. */
import type { Analysis, Hold } from './record.ts';
import type { Action, Gate, Role, Routing, Shadow, Split, Taken, Traffic } from './stage.ts';
import type { Strategy } from './strategy.ts';

/** A Deployment as the planner sees it. */
export interface WorkloadView {
  /** Hash of the pod template as stable would run it: a variant's own keys are undone. */
  readonly template: string;
  readonly replicas: number;
  readonly ready: number;
  readonly uid: string;
  /** It bears our label. */
  readonly ours: boolean;
  /** Its roll may take all of its pods before a new one is ready. */
  readonly goesWhole?: true;
  /** Some of the pods of stable's own object: the count of that one is both of theirs. */
  readonly isWithin?: true;
}

/** How one root's requests are split now. */
export interface RouteView {
  /** The user's is patched and put back, ours is made and removed. */
  readonly owner: 'user' | 'ours';
  readonly traffic: Traffic;
  /** The root's routes say different things, as after a crash between two writes; the weights are their mean. */
  readonly mixed?: true;
}

/** Routes by name: the root Service, or router and Service where a rollout sets several. */
export type Routes = Readonly<Record<string, RouteView | null>>;

/** What has to be put back. */
export interface OriginalsView {
  readonly stable: { readonly template: string; readonly replicas: number } | null;
  readonly routes: Routes;
}

/** Who acts, as far as two runs have to be told apart. */
export interface RunView {
  readonly id: string;
  /** As a person calls it. */
  readonly name: string;
  readonly url?: string;
  readonly pipeline?: string;
  readonly number?: number;
  /** A person's commands share an id: only an ended one may be taken over. */
  readonly interactive?: boolean;
}

/** The process that may write, as far as others have to judge it. */
export interface HolderView {
  readonly run: string;
  readonly process: string;
  readonly name: string;
  readonly url?: string;
  /** The same person's earlier command on this machine has ended without letting go. */
  readonly dead?: true;
}

/** The record of a rollout as the planner sees it. */
export interface RecordView {
  readonly run: RunView;
  readonly holder: HolderView | null;
  readonly renewedAt: number;
  /** The API server's resourceVersion. */
  readonly version: string;
  readonly release: string;
  readonly action: Action;
  readonly stage: string;
  readonly done: boolean;
  readonly base: string | null;
  readonly replaced: string | null;
  /** Hash of the tested template; null until the first stage. */
  readonly next: string | null;
  readonly originals: OriginalsView;
  /** Stable has given up no pods since the rollout began, so that its count is nobody's but the user's. */
  readonly whole?: true;
  /** The rollout is open, but no version of the name that is meant. */
  readonly isUnopened?: true;
  /** The version that its holder is at work on, where it is not the one that is meant. */
  readonly heldFor?: Shadow;
  /** Another version's promote that has not ended. */
  readonly promoting?: Shadow;
  /** How the version was judged last; absent where nobody asked. */
  readonly analysis?: Pick<Analysis, 'stage' | 'verdict' | 'metrics' | 'asked' | 'accepted'>;
  /** Absent where no person was asked. */
  readonly hold?: Pick<Hold, 'stage' | 'answer'>;
}

/** One workload's world, from one read. */
export interface View {
  /** Milliseconds by the API server's clock. */
  readonly now: number;
  readonly workloads: Partial<Readonly<Record<Role, WorkloadView>>>;
  /** Leaf Services that exist; one role's are complete when every root has its own. */
  readonly services: readonly Role[];
  /** Names of further versions that stand beside the one that is meant. */
  readonly shadows?: readonly Shadow[];
  readonly routes: Routes;
  readonly record: RecordView | null;
  /** Anything with our label is there. */
  readonly remains: boolean;
}

/** One step of a plan, complete in itself: what it writes and what it expects to find. */
export type Step =
  /** `anew`: what has to be put back is what this read showed. */
  | { readonly do: 'claim'; readonly record: RecordView; readonly version: string | null; readonly anew: boolean }
  | { readonly do: 'record'; readonly record: RecordView }
  | { readonly do: 'write'; readonly role: Role; readonly template: string; readonly replicas: number; readonly was: WorkloadView | null }
  | { readonly do: 'serve'; readonly role: Role }
  /** `leaving`: done one after the other for as long as the await lasts; what is not done by then is left to the steps behind it. */
  | {
      readonly do: 'await';
      readonly role: Role;
      readonly what: 'ready';
      readonly template: string;
      readonly leaving?: readonly Step[];
    }
  | { readonly do: 'await'; readonly role: Role; readonly what: 'endpoints' }
  | { readonly do: 'await'; readonly role: 'stable'; readonly what: 'healthy' }
  /** Its pods are no more, also those that were on their way out. */
  | { readonly do: 'await'; readonly role: Role; readonly what: 'gone' }
  | { readonly do: 'route'; readonly name: string; readonly route: RouteView | null; readonly was: RouteView | null }
  /**
   * `standing`: what stands may have been taken long ago; then nothing is left to wait for. `behind`: the gates that come next. `brief`:
   * until the routes are accepted, and no longer.
   */
  | { readonly do: 'wait'; readonly until?: Taken; readonly standing?: true; readonly behind?: readonly Gate[]; readonly brief?: true }
  /** `beside`: the last write of the routes moved no request, and is taken meanwhile. */
  | { readonly do: 'drain'; readonly beside?: Extract<Step, { readonly do: 'wait' }> }
  | { readonly do: 'gate'; readonly gate: Gate }
  | { readonly do: 'delete'; readonly kind: 'workload' | 'service'; readonly role: Role }
  /** A further version with all that belongs to it. */
  | { readonly do: 'end'; readonly shadow: Shadow }
  | { readonly do: 'release'; readonly action: Action }
  | { readonly do: 'close'; readonly action: Action };

/** A step with the workload and the stage it belongs to. */
export interface Placed {
  readonly workload: string;
  readonly stage: string;
  readonly step: Step;
}

/** Groups in order; the steps within one may run at the same time. */
export type Plan = readonly (readonly Placed[])[];

/** What is asked for one workload. */
export interface Order {
  readonly action: Action;
  readonly strategy: Strategy;
  readonly routing: Routing;
  readonly split: Split;
  /** What the new version is called. */
  readonly variant: Shadow;
  /** Further versions that stay where they are, whatever becomes of this one. */
  readonly leaves: readonly Shadow[];
  /** Null for promote and reject without files. */
  readonly release: string | null;
  /** Hash of the template that the release means; null without files. */
  readonly next: string | null;
  readonly run: RunView;
  readonly process: string;
  /** A person at a terminal, or an action without files: what is open is meant. */
  readonly takesAny: boolean;
  /** The files change more than the pod template: configuration, routes, autoscalers. */
  readonly changesMore: boolean;
  /** Replicas that a first release starts with. */
  readonly replicas: number;
  /** Pods of others behind the same Service, where counts are the split. */
  readonly siblings: number;
  readonly onOpen: 'refuse' | 'replace';
  readonly acceptStableChange: boolean;
  readonly allowUnhealthyStable: boolean;
  readonly deleteFirstRelease: boolean;
  /** Promote goes on whatever the last analysis came to. */
  readonly acceptsAnyAnalysis: boolean;
  /** The release changes Services so that they cannot lead to the old pods and to the new ones at once. */
  readonly movesPort: boolean;
}
