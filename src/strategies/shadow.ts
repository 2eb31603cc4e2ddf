import { beside, copiesBeside } from './beside.ts';

/** The new version gets a copy of the requests; its answers go nowhere. */
export const shadow = beside({
  name: 'shadow',
  about: "Gives the new version, at the old one's size, a copy of the requests; its answers go nowhere.",
  promote: 'roll',
  openings(facts) {
    const { split, variant, replicas } = facts;
    const mirrors = { ...copiesBeside(facts), [variant]: split.mirrorPercentage };
    return [
      {
        name: 'mirrored',
        traffic: { weights: { stable: 1000 }, mirrors },
        sizes: { canary: split.variantReplicas ?? replicas },
        gates: ['route'],
      },
    ];
  },
});
