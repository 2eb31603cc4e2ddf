import type { Event, Outcome, RolloutView, Standing, VariantState } from '../../src/model/event.ts';

/** Three variants at 80/10/10. */
export const variants: readonly VariantState[] = [
  { workload: 'web', role: 'stable', name: 'web', images: ['web:1'], replicas: 3, ready: 3, share: 80 },
  { workload: 'web', role: 'baseline', name: 'web-baseline', images: ['web:1'], replicas: 1, ready: 1, share: 10 },
  { workload: 'web', role: 'canary', name: 'web-canary', images: ['web:2', 'proxy:7'], replicas: 1, ready: 0, share: 10 },
];

/** A canary at 20 %. */
export const deployed: Outcome = {
  status: 'deployed',
  action: 'deploy',
  namespace: 'demo',
  release: 'abc1234567',
  weights: { stable: 800, baseline: 100, canary: 100 },
  canaryShare: 10,
  askedShare: 10,
  variants,
  dryRun: false,
  next: ['Promote it, or reject it.'],
};

/** Where the requests are when a run fails that had given the canary its share. */
export const standing: Standing = {
  traffic: 'split',
  isUnmoved: false,
  isReplacing: false,
  release: 'abc1234567',
  weights: { stable: 800, canary: 200 },
  variants: variants.flatMap(variant => (variant.role === 'baseline' ? [] : [{ ...variant, share: variant.role === 'stable' ? 80 : 20 }])),
};

/** The same as `status` shows it. */
export const view: RolloutView = {
  workload: 'web',
  namespace: 'demo',
  application: 'web',
  release: 'abc1234567',
  strategy: 'canary',
  router: 'smi',
  action: 'deploy',
  stage: 'canary',
  done: true,
  percentage: 20,
  openedBy: { name: 'run 12 of web', url: 'https://ci.example/12' },
  heldBy: null,
  variants,
};

/** A look at one metric of web: how many of 100 requests each have it. */
export const look = (metric: string, canary: number, reference: number): Event => ({
  type: 'looked',
  workload: 'web',
  against: 'baseline',
  metrics: [{ metric, canary: [canary, 100], reference: [reference, 100], worse: 0, acceptable: 0, verdict: 'inconclusive' }],
  counts: {},
});
