import { describe, expect, test } from '@jest/globals';
import type { Tally } from '../../../src/analysis/tally.ts';
import { foretelling } from '../../../src/execute/soak/foretelling.ts';
import type { Metrics, Side } from '../../../src/model/metrics.ts';

const kept = { oldSeconds: 60, readBefore: async () => [] };

const counted = (side: Side, requests: number) =>
  [side, { pod: side, side, node: '', looks: 3, last: null, requests, errors: 0, slower: {} }] as const;

const tallyOf = (requests: number): Tally => new Map([counted('canary', requests), counted('stable', requests)]);

/** What is said at each look, where the pods' counters are read every so many seconds and ten requests a second come. */
function said(metrics: Pick<Metrics, 'kept'>, scrapeSeconds: number): readonly (readonly [waited: number, said: string])[] {
  const foretell = foretelling(metrics);
  return [0, 1, ...Array.from({ length: 30 }, (_, i) => 6 + 5 * i)].flatMap((waited, i) => {
    const requests = 10 * Math.floor(Math.max(0, waited - 1) / scrapeSeconds) * scrapeSeconds;
    const watch = { tally: tallyOf(requests), findings: [{ metric: 'errors' as const }], looks: i + 1, waited, seconds: 300 };
    return foretell(watch).map(text => [waited, text.replace(/ to the canary.*/, '')] as const);
  });
}

describe('what a watch can find', () => {
  test('is said once, behind the warm-up of the pods', () => {
    expect(said({}, 1)).toEqual([[6, 'At 10 requests/s']]);
  });

  test('is said where counts are kept once they were all made anew: before that there is no rate, or a multiple of it', () => {
    expect(said({ kept }, 30)).toEqual([[61, 'At 10 requests/s']]);
  });
});
