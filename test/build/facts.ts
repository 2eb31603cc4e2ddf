import type { Facts, Split } from '../../src/model/stage.ts';

/** A canary of 20 % with a baseline, sized by stable. */
export const aSplit = (more: Partial<Split> = {}): Split => ({
  percentage: 20,
  baseline: true,
  variantReplicas: null,
  steps: [],
  match: [],
  mirrorPercentage: 100,
  affinity: 'none',
  pods: 'added',
  ...more,
});

/** Stable runs another release at 10 replicas behind a route, and nothing is open. */
export const someFacts = (more: Partial<Facts> = {}): Facts => ({
  stable: 'other',
  open: 'none',
  routing: 'weights',
  split: aSplit(),
  others: {},
  variant: 'canary',
  replicas: 10,
  siblings: 0,
  canaryWeight: 0,
  standing: null,
  routed: false,
  goesWhole: false,
  withdrawable: false,
  ...more,
});
