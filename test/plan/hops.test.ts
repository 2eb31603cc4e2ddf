import { describe, expect, test } from '@jest/globals';
import type { RouteView } from '../../src/model/plan.ts';
import type { Traffic, Weights } from '../../src/model/stage.ts';
import { hopsOf } from '../../src/plan/order/hops.ts';

type Rest = Omit<Traffic, 'weights'>;

const users = (weights: Weights, rest: Rest = {}): RouteView => ({ owner: 'user', traffic: { weights, ...rest } });
const ours = (weights: Weights): RouteView => ({ owner: 'ours', traffic: { weights } });
const untouched = users({ stable: 1000 });

/** What the route says after each write. */
const written = (from: RouteView | null, to: RouteView | null): readonly (Traffic | null)[] =>
  hopsOf('web', from, to).map(step => (step.do === 'route' && step.route ? step.route.traffic : null));

const match: Traffic['match'] = [{ kind: 'header', name: 'x-beta', value: 'always', how: 'exact' }];

describe('a user’s route', () => {
  test('names a new backend before it sends it requests', () => {
    expect(written(untouched, users({ stable: 900, canary: 100 }))).toEqual([
      { weights: { stable: 1000, canary: 0 } },
      { weights: { stable: 900, canary: 100 } },
    ]);
  });

  test.each<[string, RouteView]>([
    ['a share', users({ stable: 900, canary: 100 })],
    ['all requests', users({ stable: 0, canary: 1000 })],
    ['those that match', users({ stable: 1000, canary: 0 }, { match })],
    ['the users who had it', users({ stable: 1000, canary: 0 }, { affinity: 'cookie' })],
  ])('names a backend that had %s until it has taken that it has none', (_, from) => {
    expect(written(from, untouched)).toEqual([{ weights: { stable: 1000, canary: 0 } }, { weights: { stable: 1000 } }]);
  });

  test('loses a backend that had no request in one write', () => {
    expect(written(users({ stable: 1000, canary: 0 }), untouched)).toEqual([{ weights: { stable: 1000 } }]);
  });

  test('keeps the canary’s match while the baseline leaves', () => {
    expect(written(users({ stable: 900, baseline: 50, canary: 50 }, { match }), users({ stable: 950, canary: 50 }, { match }))).toEqual([
      { weights: { stable: 950, baseline: 0, canary: 50 }, match },
      { weights: { stable: 950, canary: 50 }, match },
    ]);
  });

  test('takes in one backend before another one leaves', () => {
    expect(written(users({ stable: 500, canary: 500 }), users({ stable: 500, baseline: 500 }))).toEqual([
      { weights: { stable: 500, baseline: 0, canary: 500 } },
      { weights: { stable: 500, baseline: 500, canary: 0 } },
      { weights: { stable: 500, baseline: 500 } },
    ]);
  });
});

test('each write expects what the one before it left', () => {
  const steps = hopsOf('web', users({ stable: 500, canary: 500 }), users({ stable: 500, baseline: 500 }));
  const found = steps.map(step => (step.do === 'route' ? step.was : null));
  const left = steps.map(step => (step.do === 'route' ? step.route : null));
  expect(found).toEqual([users({ stable: 500, canary: 500 }), ...left.slice(0, -1)]);
});

test('a route of ours goes as a whole', () => {
  expect(written(ours({ stable: 900, canary: 100 }), null)).toEqual([null]);
  expect(written(ours({ stable: 900, baseline: 50, canary: 50 }), ours({ stable: 950, canary: 50 }))).toEqual([
    { weights: { stable: 950, canary: 50 } },
  ]);
});

test('a route that is as it shall be is not written', () => {
  expect(written(untouched, untouched)).toEqual([]);
  expect(written(null, null)).toEqual([]);
});
