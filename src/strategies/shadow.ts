import { ALL_STABLE } from '../model/stage.ts';
import { keepsNobody } from './affinity.ts';
import { beside, copiesBeside } from './beside.ts';

/** The new version gets a copy of the requests; its answers go nowhere. */
export const shadow = beside({
  name: 'shadow',
  about: "Copies the requests to the new version, at the old one's size, and discards its answers.",
  reach: 'copies',
  takes: ['mirror-percentage', 'variant-name'],
  words: {
    warning: 'mirrored requests have side effects: what they write is written twice unless the new version writes elsewhere',
    next: ({ variantName }) => [
      'Compare what the new version logs and measures with the old one: its answers reach nobody.',
      `Promote it, or reject it${variantName === null ? '' : `, with variant-name ${variantName}`}.`,
    ],
  },
  examples: [
    { about: 'all requests', inputs: {} },
    { about: '`mirror-percentage: 10`', inputs: { 'mirror-percentage': '10' } },
    { about: '`variant-name: v3` beside another', inputs: { 'variant-name': 'v3' } },
  ],
  needs: ({ mirrorPercentage }, hasCopies) => [
    'mirror',
    ...(mirrorPercentage < 100 ? (['mirror-percentage'] as const) : []),
    ...(hasCopies ? (['mirror-several'] as const) : []),
  ],
  together: (inputs, given) => ({
    faults: keepsNobody(inputs, given),
    idle: given.isGiven('percentage') ? [['percentage', 'with strategy shadow']] : [],
  }),
  openings(facts) {
    const { split, variant, replicas } = facts;
    const mirrors = { ...copiesBeside(facts), [variant]: split.mirrorPercentage };
    return [
      {
        name: 'mirrored',
        traffic: { ...ALL_STABLE, mirrors },
        sizes: { canary: split.variantReplicas ?? replicas },
      },
    ];
  },
});
