import { beside } from './beside.ts';

/** The new version gets a copy of the requests; its answers go nowhere. */
export const shadow = beside({
  name: 'shadow',
  about: "Gives the new version, at the old one's size, a copy of the requests; its answers go nowhere.",
  promote: 'roll',
  openings: ({ split, replicas }) => [
    {
      name: 'mirrored',
      traffic: { weights: { stable: 1000 }, mirrors: { canary: split.mirrorPercentage } },
      sizes: { canary: split.variantReplicas ?? replicas },
      gates: ['route'],
    },
  ],
});
