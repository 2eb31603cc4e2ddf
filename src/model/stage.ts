/** What a strategy writes: complete statements of the world, one per stage. */

/** What a variant of a workload is for. */
export type Role = 'stable' | 'baseline' | 'canary';
/** In the order in which they are shown and written. */
export const ROLES: readonly Role[] = ['stable', 'baseline', 'canary'];
/** What a version is called that gets copies of requests: `canary`, or a name that the user gave it. */
export type Shadow = string;
/** What a user can ask for. */
export type UserAction = 'deploy' | 'promote' | 'reject' | 'analyze' | 'undo' | 'sweep';

/** Every action of the core; `retreat` is the tail of a failing deploy and no input of anyone. */
export type Action = 'deploy' | 'promote' | 'reject' | 'retreat';

/**
 * Where a variant's pod template comes from: the release asked for, what stable runs, stable's original in the record, or what the variant runs itself
 * (where it is gone, what stable was replaced by).
 */
export type Source = 'next' | 'current' | 'previous' | 'standing';
/** A variant as it is to be: left as it is, or a template in so many pods. */
export type Variant = { readonly source: 'keep' } | { readonly source: Source; readonly replicas: number };
/** The variants that exist, by role; a role that is not named must not exist. */
export type Variants = Partial<Readonly<Record<Role, Variant>>>;

/** Integer shares on a scale of 1000. */
export type Weights = Partial<Readonly<Record<Role, number>>>;
/** Which requests are meant: by a header's or a cookie's value. */
export interface Match {
  readonly kind: 'header' | 'cookie';
  readonly name: string;
  readonly value: string;
  readonly how: 'exact' | 'prefix' | 'regex';
}

/** How requests are split. */
export interface Traffic {
  readonly weights: Weights;
  /** Requests that match any of these go to the canary, whatever the weights say of the others. */
  readonly match?: readonly Match[];
  /** Percent of the requests of which a shadow gets a copy, by its name; its answers go nowhere. */
  readonly mirrors?: Readonly<Record<Shadow, number>>;
  /** A user keeps the version that he got. */
  readonly affinity?: 'cookie';
}

/** All requests go to stable. */
export const ALL_STABLE: Traffic = { weights: { stable: 1000 } };

/** The new version is there, without a request. */
export const DARK: Traffic = { weights: { stable: 1000, canary: 0 } };

/** What must pass before a rollout goes on: a name of the table of gates, and its own data. */
export interface Gate {
  readonly name: string;
  /** How long it holds, of one that holds for a time. */
  readonly seconds?: number;
  /** What it judges, each thing by a hash of all that was asked of it; absent where it judges nothing. */
  readonly judges?: readonly string[];
}

/** A role that a stage does not name must not exist. `original`: as the user had it; `unchanged`: as it is. */
export interface Stage {
  readonly name: string;
  readonly variants: Variants;
  readonly traffic: Traffic | 'original' | 'unchanged';
  readonly gates?: readonly Gate[];
  /** What must pass before any request moves. */
  readonly before?: readonly Gate[];
  /** Further versions that stay beside the canary; those that no stage names go when the requests move. */
  readonly others?: readonly Shadow[];
  /**
   * Roles that get no requests any more and are removed by a later stage. Where stable's roll takes longer than their last requests may, they go
   * while it is under way: a quota or the nodes may have no room for both.
   */
  readonly leaving?: readonly Role[];
  /** The record goes once the stage is reached. */
  readonly closes?: true;
  /** Nothing may run twice: what another template runs is stopped and gone before any pod of this stage is started. */
  readonly alone?: true;
}

/** By weights of a route, or by counts of pods that share the user's Services. */
export type Routing = 'weights' | 'pods';

/** What the user wants of the split. */
export interface Split {
  /** What stable gives up, 0 to 100 with at most one decimal. */
  readonly percentage: number;
  readonly baseline: boolean;
  /** Pods of each variant, or null for the same share of stable's replicas as of its traffic. */
  readonly variantReplicas: number | null;
  /** Percentages that one deploy walks through; empty: `percentage` alone. */
  readonly steps: readonly number[];
  /** Requests that get the canary whatever the percentage says of the others. */
  readonly match: readonly Match[];
  readonly mirrorPercentage: number;
  readonly affinity: 'none' | 'cookie';
  /** The user's time between two steps; 0 where it is absent, as for the next two. */
  readonly intervalSeconds?: number;
  /** The user's time behind a switch. */
  readonly switchDelaySeconds?: number;
  /** How long each share stands under watch before the action goes on. */
  readonly soakSeconds?: number;
  /** What is judged meanwhile, each thing by a hash of all that was asked of it. */
  readonly judges?: readonly string[];
  /** How long a person is waited for at the end. */
  readonly holdSeconds?: number;
  /** Its pods are asked before the new version gets a share. */
  readonly probes?: boolean;
  /** Of a DaemonSet: how many nodes run the new version in each stage of a deploy. */
  readonly nodes?: readonly { readonly stage: string; readonly count: number }[];
  /** Where counts are the split: pods are added beside stable's, or moved from stable to the variants. */
  readonly pods: 'added' | 'constant';
}

/** What a strategy may know of one workload. */
export interface Facts {
  /** absent; made by this rollout; running another release; the release, put there by this rollout's promote; or running it anyhow. */
  readonly stable: 'absent' | 'created' | 'other' | 'replaced' | 'same';
  readonly open: 'none' | 'ours' | 'theirs';
  /** Further versions that this action leaves alone, with the percentage of the requests of which they get copies. */
  readonly others: Readonly<Record<Shadow, number>>;
  /** What the new version is called. */
  readonly variant: Shadow;
  readonly routing: Routing;
  readonly split: Split;
  /** Stable's full size. */
  readonly replicas: number;
  /** Where counts are the split: pods of others behind the same Service. */
  readonly siblings: number;
  readonly canaryWeight: number;
  /** What the routes say now; null without any. */
  readonly standing: Traffic | null;
  /** The route is not the user's own any more. */
  readonly routed: boolean;
  /** Stable cannot roll under its weights: all of its pods may go at once, or a Service cannot lead to old and new ones together. */
  readonly goesWhole: boolean;
  /** A first release may be removed by reject: it never got ready, or the user asked for it. */
  readonly withdrawable: boolean;
}

/**
 * What a wait for the data plane waits for beside its time. `accepted` (when absent): every route is, and a refusal ends the action;
 * `seen`: its controller has an opinion of it, and a refusal is told but keeps no request from going back; `nothing`: the write that comes next
 * mends what may be refused.
 */
export type Taken = 'accepted' | 'seen' | 'nothing';
