import { DARK } from '../model/stage.ts';
import { keepsNobody } from './affinity.ts';
import { beside } from './beside.ts';

/** The new version stands at full size without a request, then everything switches at once; `percentage: 100` switches. */
export const blueGreen = beside({
  name: 'blue-green',
  about: 'Runs the new version at full size without traffic, with a preview Service, then switches everything at once.',
  reach: 'switch',
  leaves: ['preview'],
  takes: [],
  words: {
    next: ({ percentage }) =>
      percentage === 100
        ? ['Check the new version: it has all the requests.', 'Promote it, or reject it to switch back.']
        : ['Try the new version through its -preview Service.', 'Deploy again with percentage 100 to switch, promote it, or reject it.'],
  },
  examples: [
    { about: 'standing by', inputs: { percentage: '0' } },
    { about: 'switched', inputs: { percentage: '100' } },
  ],
  needs: () => [],
  together: (inputs, given) => {
    const share = given.percentage('percentage') ?? 0;
    const between = `${given.spelling('percentage')}: strategy blue-green takes 0 (standing by) or 100 (switched), not ${share}`;
    return {
      faults: [...keepsNobody(inputs, given), ...(share > 0 && share < 100 ? [between] : [])],
      idle: inputs.variantReplicas === null ? [] : [['baseline-and-canary-replicas', 'with strategy blue-green, which runs at full size']],
    };
  },
  openings: ({ split, replicas }) => {
    const isSwitched = split.percentage === 100;
    return [
      {
        name: isSwitched ? 'switched' : 'standing-by',
        traffic: isSwitched ? { weights: { stable: 0, canary: 1000 } } : DARK,
        sizes: { canary: replicas },
      },
    ];
  },
});
