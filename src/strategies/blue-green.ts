import { beside } from './beside.ts';

/** The new version stands at full size without a request, then everything switches at once; `percentage: 100` switches. */
export const blueGreen = beside({
  name: 'blue-green',
  about: 'Runs the new version at full size without any traffic, with a Service to look at it, then switches everything at once.',
  promote: 'switch',
  openings: ({ split, replicas }) => {
    const isSwitched = split.percentage === 100;
    return [
      {
        name: isSwitched ? 'switched' : 'standing-by',
        traffic: { weights: isSwitched ? { stable: 0, canary: 1000 } : { stable: 1000, canary: 0 } },
        sizes: { canary: replicas },
        gates: ['route'],
      },
    ];
  },
});
