import { describe, expect, test } from '@jest/globals';
import { type Claim, logEvidence } from '../../src/analysis/strict.ts';
import { createRandom } from '../../src/simulation/api/random.ts';
import cases from './strict-cases.json' with { type: 'json' };

const share = ([events = 0, requests = 0]: readonly number[]) => ({ events, requests });

describe('evidence counted in requests', () => {
  test.each(cases)('$kind: $canary against $baseline with a margin of $margin', ({ canary, baseline, margin, kind, logE }) => {
    const got = logEvidence(kind as Claim, { canary: share(canary), baseline: share(baseline), margin });
    expect(Math.abs(got - logE)).toBeLessThan(1e-4);
  });

  test('without any request there is none, for either claim', () => {
    const nothing = { canary: share([]), baseline: share([]), margin: 0 };
    expect([logEvidence('worse', nothing), logEvidence('acceptable', nothing)]).toEqual([0, 0]);
  });

  test('a side without requests proves nothing, whatever the other one shows', () => {
    for (const claim of ['worse', 'acceptable'] as const) {
      expect(logEvidence(claim, { canary: share([]), baseline: share([30, 100]), margin: 0 })).toBeLessThan(0);
      expect(logEvidence(claim, { canary: share([30, 100]), baseline: share([]), margin: 0 })).toBeLessThan(0);
    }
  });

  test('two equal versions are never called worse, looked at every 50 of 2,000 requests, in 200 runs', () => {
    const random = createRandom(7);
    const runs = Array.from({ length: 200 }, () => looked(2000, () => random.next() < 0.05));
    // With alpha at 0.01 two of 200 are expected at most; five standard deviations above that are nine.
    expect(runs.filter(highest => highest >= Math.log(100)).length).toBeLessThanOrEqual(9);
  });
});

/** The highest evidence that was ever seen while both sides got their requests. */
function looked(requests: number, isEvent: () => boolean): number {
  const [canary, baseline] = [
    { events: 0, requests: 0 },
    { events: 0, requests: 0 },
  ];
  let highest = -Infinity;
  for (let sent = 1; sent <= requests; sent++) {
    for (const side of [canary, baseline]) {
      side.requests = sent;
      side.events += isEvent() ? 1 : 0;
    }
    if (sent % 50 === 0) highest = Math.max(highest, logEvidence('worse', { canary, baseline, margin: 0 }));
  }
  return highest;
}
