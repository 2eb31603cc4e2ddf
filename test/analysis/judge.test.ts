import { describe, expect, test } from '@jest/globals';
import { boundsInUse, type Finding, judged, limitOf } from '../../src/analysis/judge.ts';
import { secondsToFind, smallestFound } from '../../src/analysis/power.ts';
import { counted, type Looked, type Tally } from '../../src/analysis/tally.ts';
import { unreadText } from '../../src/execute/soak/words.ts';
import type { Answers, Reading, Side } from '../../src/model/metrics.ts';
import { worstOf } from '../../src/model/metrics.ts';

const errors = { metric: 'errors', tolerance: 0.01 } as const;
const latency = { metric: 'latency', tolerance: 0.05 } as const;
const limit = limitOf(2);

const pod = (name: string, side: Side): Looked => ({ pod: name, side, node: `node-of-${name}` });
const answers = (requests: number, failed = 0, slower: Answers['slower'] = {}): Answers => ({ requests, errors: failed, slower });

/** Pods with what they have answered since their warm-up. */
function tallyOf(...pods: readonly (readonly [name: string, side: Side, counters: Answers])[]): Tally {
  const all = pods.map(([name, side]) => pod(name, side));
  const zero = pods.map(([name]): Reading => ({ pod: name, answers: answers(0) }));
  const now = pods.map(([name, , counters]): Reading => ({ pod: name, answers: counters }));
  return [zero, zero, now].reduce<Tally>((tally, readings) => counted(tally, all, readings), new Map());
}

const verdictOf = (tally: Tally): Finding['verdict'] => judged(errors, tally, { limit, bounds: null }).verdict;

describe('errors of a canary', () => {
  test('that are a fifth of its requests, where the baseline has none, fail after some dozens', () => {
    expect(verdictOf(tallyOf(['c', 'canary', answers(132, 17)], ['b', 'baseline', answers(135)]))).toBe('fail');
    expect(verdictOf(tallyOf(['c', 'canary', answers(20, 4)], ['b', 'baseline', answers(20)]))).toBe('inconclusive');
  });

  test('pass with enough requests that show that there are no more of them', () => {
    expect(verdictOf(tallyOf(['c', 'canary', answers(1369)], ['b', 'baseline', answers(1402)]))).toBe('pass');
  });

  test('are no data where one of the two has no request', () => {
    expect(verdictOf(tallyOf(['c', 'canary', answers(0)], ['b', 'baseline', answers(50)]))).toBe('no-data');
    expect(verdictOf(tallyOf(['c', 'canary', answers(50, 50)], ['b', 'baseline', answers(0)]))).toBe('no-data');
    expect(verdictOf(new Map())).toBe('no-data');
  });

  test('are no data where the status of the requests is not counted, and the text says what to count them by', () => {
    const unknown: Answers = { requests: 1000, errors: null, slower: {} };
    const tally = tallyOf(['c', 'canary', unknown], ['b', 'baseline', answers(1000)]);
    expect(verdictOf(tally)).toBe('no-data');
    expect(verdictOf(tallyOf(['c', 'canary', answers(1000)], ['b', 'baseline', unknown]))).toBe('no-data');
    expect(unreadText([], tally)).toMatch(/counted without their status.*count them by a label such as code or status/);
  });

  test('are compared with stable where there is no baseline', () => {
    const finding = judged(errors, tallyOf(['c', 'canary', answers(200, 60)], ['s', 'stable', answers(900)]), { limit, bounds: null });
    expect([finding.against, finding.verdict]).toEqual(['stable', 'fail']);
  });

  test('within what pods of the old version differ among themselves are not worse, and the two pods are named', () => {
    const apart = [
      ['b', 'baseline', answers(1000, 10)],
      ['s1', 'stable', answers(1000, 100)],
      ['s2', 'stable', answers(1000, 0)],
    ] as const;
    const finding = judged(errors, tallyOf(['c', 'canary', answers(1000, 100)], ...apart), { limit, bounds: null });
    expect([finding.verdict, finding.margin, finding.apart]).toEqual(['inconclusive', 0.1, ['s2 (node-of-s2)', 's1 (node-of-s1)']]);
    const few = [
      ['b', 'baseline', answers(1000, 10)],
      ['s', 'stable', answers(99, 99)],
    ] as const;
    expect(judged(errors, tallyOf(['c', 'canary', answers(1000, 60)], ...few), { limit, bounds: null }).verdict).toBe('fail');
  });
});

describe('the latency of a canary', () => {
  const fast = { '0.1': 40, '0.5': 4, '1': 0 };
  const pods = (canary: Answers['slower']) =>
    tallyOf(
      ['c', 'canary', answers(400, 0, canary)],
      ['b', 'baseline', answers(400, 0, fast)],
      ['s1', 'stable', answers(400, 0, fast)],
      ['s2', 'stable', answers(400, 0, fast)],
    );

  test('fails where more requests are slower than a bound, and the bound that tells most is named', () => {
    const finding = judged(latency, pods({ '0.1': 400, '0.5': 390, '1': 0 }), { limit, bounds: ['0.1'] });
    expect([finding.verdict, finding.bound, finding.margin]).toEqual(['fail', 0.5, 0.02]);
  });

  test('passes where every bound in use is proven not to be exceeded more', () => {
    const many = Object.fromEntries(Object.entries(fast).map(([bound, count]) => [bound, count * 20]));
    const tally = tallyOf(
      ...(['c', 'b', 's1', 's2'] as const).map(
        name => [name, ({ c: 'canary', b: 'baseline', s1: 'stable', s2: 'stable' } as const)[name], answers(8000, 0, many)] as const,
      ),
    );
    expect(judged(latency, tally, { limit, bounds: ['0.1'] }).verdict).toBe('pass');
    expect(judged(latency, tally, { limit, bounds: null }).verdict).toBe('inconclusive');
  });

  test('uses the bounds that 1 to 50 % of the baseline’s first hundred requests exceed, or else the lowest that fewer do', () => {
    const with100 = (slower: Answers['slower']) =>
      boundsInUse(tallyOf(['c', 'canary', answers(9)], ['b', 'baseline', answers(100, 0, slower)]));
    expect(with100({ '0.1': 80, '0.25': 50, '0.5': 1, '1': 0 })).toEqual(['0.25', '0.5']);
    expect(with100({ '0.1': 80, '1': 0, '0.5': 0 })).toEqual(['0.5']);
    expect(boundsInUse(tallyOf(['b', 'baseline', answers(99, 0, { '0.1': 20 })]))).toBeNull();
  });

  test('is no data where the pods tell no times', () => {
    expect(judged(latency, tallyOf(['c', 'canary', answers(50)], ['b', 'baseline', answers(50)]), { limit, bounds: null }).verdict).toBe(
      'no-data',
    );
  });
});

describe('what was counted', () => {
  const look = (tally: Tally, name: string, counters: Answers | null): Tally =>
    counted(
      tally,
      [pod(name, 'canary')],
      [counters ? { pod: name, answers: counters } : { pod: name, answers: null, because: 'unreachable', text: '' }],
    );
  const seenAs = (...looks: readonly (Answers | null)[]) =>
    looks.reduce<Tally>((tally, counters) => look(tally, 'c', counters), new Map()).get('c');

  test('leaves the first two looks out, and goes on from the zero of a counter that begins anew', () => {
    expect(seenAs(answers(10, 10), answers(30, 20))?.requests).toBe(0);
    expect(seenAs(answers(10, 10), answers(30, 20), answers(50, 21))).toMatchObject({ requests: 20, errors: 1 });
    expect(seenAs(answers(10), answers(30), answers(50), answers(7, 2))).toMatchObject({ requests: 27, errors: 2 });
  });

  test('keeps what a pod had that does not answer any more', () => {
    expect(seenAs(answers(0), answers(0), answers(50, 3), null, null)).toMatchObject({ requests: 50, errors: 3, looks: 3 });
  });
});

describe('an analysis', () => {
  test('comes to the worst of its metrics; no data is worse than no decision', () => {
    expect(worstOf(['pass', 'inconclusive', 'no-data', 'fail'])).toBe('fail');
    expect(worstOf(['pass', 'inconclusive', 'no-data'])).toBe('no-data');
    expect(worstOf(['pass', 'inconclusive'])).toBe('inconclusive');
    expect(worstOf(['pass', 'pass'])).toBe('pass');
    expect(worstOf([])).toBe('pass');
  });

  test('says what it can find: more in more time, less at a lower rate', () => {
    const rate = { perSecond: 7.5, errors: 0, limit };
    const found = smallestFound(120, rate) ?? 1;
    expect(found).toBeLessThan(0.05);
    expect(smallestFound(300, rate)).toBeLessThan(found);
    expect(smallestFound(120, { ...rate, perSecond: 0.5 })).toBeGreaterThan(found);
    expect(smallestFound(1, { ...rate, perSecond: 1 })).toBeNull();
    expect(secondsToFind(0.2, rate)).toBeLessThan(secondsToFind(0.02, rate) ?? 0);
    expect(secondsToFind(0, rate)).toBeNull();
  });
});
