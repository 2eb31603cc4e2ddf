import { describe, expect, test } from '@jest/globals';
import { goingBy, staysUp } from '../../src/manifests/rolling.ts';

const by = (maxUnavailable: number | string, maxSurge: number | string) => ({
  type: 'RollingUpdate',
  rollingUpdate: { maxUnavailable, maxSurge },
});

describe('the pods that stay up while a Deployment rolls', () => {
  test.each([
    ['none with Recreate', { type: 'Recreate' }, 3, 0],
    ['as many as a number leaves', by(2, 0), 3, 1],
    ['none where the number is as large as the count, or larger', by(5, 1), 3, 0],
    ['none of one pod that may go, also beside a surge', by(1, 1), 1, 0],
    ['none with 100 %', by('100%', '25%'), 4, 0],
    ['rounded up, since what may go is rounded down', by('50%', 0), 3, 2],
    ['all but one where both come to nothing', by('50%', 0), 1, 0],
    ['all where the surge rounds up to one', by('50%', '1%'), 1, 1],
    ['by the defaults of the API server where nothing is said', undefined, 4, 3],
    ['one of one by the defaults', { type: 'RollingUpdate' }, 1, 1],
  ])('are %s', (_, strategy, replicas, up) => {
    expect(staysUp(strategy, replicas)).toBe(up);
  });

  test('are told with the fields that say so', () => {
    expect(goingBy({ type: 'Recreate' }, 3)).toBe('strategy is Recreate');
    expect(goingBy(by('100%', 0), 3)).toBe('strategy (maxUnavailable 100% and maxSurge 0) keeps none of 3 pods up');
    expect(goingBy(by(2, 0), 3)).toBe('strategy (maxUnavailable 2 and maxSurge 0) keeps 1 of 3 pods up');
  });
});
