/** What a strategy writes: complete statements of the world, one per stage. */

export type Role = 'stable' | 'baseline' | 'canary';
/** Every action of the core; `retreat` is the tail of a failing deploy and no input of anyone. */
export type Action = 'deploy' | 'promote' | 'reject' | 'retreat';

/** Where a variant's pod template comes from: the release asked for, what stable runs, or stable's original in the record. */
export type Variant = { readonly source: 'keep' } | { readonly source: 'next' | 'current' | 'previous'; readonly replicas: number };
export type Variants = Partial<Readonly<Record<Role, Variant>>>;

/** Integer shares on a scale of 1000. */
export type Weights = Partial<Readonly<Record<Role, number>>>;
/** How requests are split. */
export interface Traffic {
  readonly weights: Weights;
}

/** A check that must pass before a rollout goes on: `route`, the route still says what was written. */
export type Gate = 'route';

/** A role that a stage does not name must not exist. `original`: as the user had it; `unchanged`: as it is. */
export interface Stage {
  readonly name: string;
  readonly variants: Variants;
  readonly traffic: Traffic | 'original' | 'unchanged';
  readonly gates?: readonly Gate[];
  /** The record goes once the stage is reached. */
  readonly closes?: true;
}

/** What a strategy may know of one workload. */
export interface Facts {
  /** absent; made by this rollout; running another release; the release, put there by this rollout's promote; or running it anyhow. */
  readonly stable: 'absent' | 'created' | 'other' | 'replaced' | 'same';
  readonly open: 'none' | 'ours' | 'theirs';
  /** Stable's full size. */
  readonly replicas: number;
  /** Pods of each variant as asked by the user, or null for the same share of stable's replicas as of its traffic. */
  readonly variantReplicas: number | null;
  /** What stable gives up, in per mille. */
  readonly share: number;
  readonly baseline: boolean;
  readonly canaryWeight: number;
  /** The route is not the user's own any more. */
  readonly routed: boolean;
  /** Stable cannot roll under its weights: strategy Recreate, or a changed numeric target port. */
  readonly recreates: boolean;
  /** The first release never got ready, or the user asked to delete it. */
  readonly withdraw: boolean;
}

export interface Strategy {
  readonly name: string;
  /** One sentence for the reference. */
  readonly about: string;
  /** Variants run beside stable under a record; otherwise the files are applied in place. */
  readonly beside: boolean;
  stages(action: Action, facts: Facts): readonly Stage[];
}
