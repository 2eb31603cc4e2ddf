import { beside } from './beside.ts';
import { podCounts } from './shares.ts';

/** Requests that match get the new version, all others stay. */
export const ab = beside({
  name: 'ab',
  about: 'Gives the new version the requests that match a header or a cookie, and leaves all others where they are.',
  promote: 'roll',
  openings: ({ split, replicas }) => [
    {
      name: 'matched',
      traffic: { weights: { stable: 1000, canary: 0 }, match: split.match },
      sizes: {
        canary: podCounts({ ...split, percentage: split.percentage || 100, baseline: false }, { replicas, siblings: 0 }, 'weights').canary,
      },
      gates: ['route'],
    },
  ],
});
