import type { Inputs } from '../model/request.ts';
import { DARK } from '../model/stage.ts';
import type { Given, Together } from '../model/strategy.ts';
import { keepsNobody } from './affinity.ts';
import { beside } from './beside.ts';
import { matching } from './matching.ts';
import { podCounts } from './shares.ts';

/** Requests that match get the new version, all others stay. */
export const ab = beside({
  name: 'ab',
  about: 'Sends the requests that match a header or a cookie to the new version, and leaves all others where they are.',
  reach: 'match',
  takes: ['match'],
  words: { next: () => ['Try the new version with a request that matches.', 'Promote it, or reject it.'] },
  examples: ['header x-beta=always', 'cookie beta=1', 'header x-version~=^2\\.'].map(match => ({
    about: `\`match: ${match}\``,
    inputs: { match },
  })),
  needs: ({ match }) => matching(match),
  together,
  openings: ({ split, replicas }) => [
    {
      name: 'matched',
      traffic: { ...DARK, match: split.match },
      sizes: {
        canary: podCounts({ ...split, percentage: split.percentage || 100, baseline: false }, { replicas, siblings: 0 }, 'weights').canary,
      },
    },
  ],
});

function together(inputs: Inputs, given: Given): Together {
  const name = given.spelling('percentage');
  const isSize = given.isGiven('percentage') && inputs.variantReplicas === null;
  return {
    faults: [
      ...keepsNobody(inputs, given, 'the header or cookie of a request decides which version it gets'),
      ...(given.isGiven('match')
        ? []
        : [`${given.spelling('match')}: strategy ab needs it: a line such as header x-beta=always or cookie beta=1`]),
    ],
    warnings: isSize
      ? [`${name} gives no share with strategy ab: it sizes the new version, and ${given.spelling('match')} says who gets it.`]
      : [],
    // By a match a percentage could only say how many pods there are.
    idle:
      given.isGiven('percentage') && !isSize
        ? [['percentage', `with strategy ab and ${given.spelling('baseline-and-canary-replicas')}`]]
        : [],
  };
}
