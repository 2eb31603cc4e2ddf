import { describe, expect, test } from '@jest/globals';
import { canary } from '../../src/strategies/canary.ts';
import { aSplit, someFacts } from '../build/facts.ts';
import { said } from './said.ts';

const deploy = (more: Parameters<typeof someFacts>[0] = {}) => said(canary.stages('deploy', someFacts(more)));

describe('a canary’s deploy', () => {
  test('splits once canary and baseline are there, and reads the route back', () => {
    expect(deploy()).toEqual(['20%: stable keep, baseline current 1, canary next 1 | stable 800 baseline 100 canary 100 | route, share']);
  });

  test('without baseline gives the canary all of it', () => {
    expect(deploy({ split: aSplit({ baseline: false }) })).toEqual([
      '20%: stable keep, canary next 2 | stable 800 canary 200 | route, share',
    ]);
  });

  test('walks through its steps with time between them, none behind the last', () => {
    expect(deploy({ split: aSplit({ steps: [5, 50], baseline: false }) })).toEqual([
      '5%: stable keep, canary next 1 | stable 950 canary 50 | interval, route, share',
      '50%: stable keep, canary next 5 | stable 500 canary 500 | route, share',
    ]);
  });

  test('holds as long as the user says', () => {
    const stages = canary.stages('deploy', someFacts({ split: aSplit({ steps: [5, 50], intervalSeconds: 60, soakSeconds: 300 }) }));
    expect(stages.map(({ gates = [] }) => gates.flatMap(({ seconds }) => seconds ?? []))).toEqual([[60, 300], [300]]);
  });

  test('by pods writes counts and no route', () => {
    expect(deploy({ routing: 'pods', replicas: 3, split: aSplit({ percentage: 25, baseline: false }) })).toEqual([
      '25%: stable current 3, canary next 1 | unchanged',
    ]);
  });

  test('takes matching requests and cookies along with the share', () => {
    const match = [{ kind: 'header', name: 'x-beta', value: 'yes', how: 'exact' }] as const;
    expect(deploy({ split: aSplit({ percentage: 0, baseline: false, match, affinity: 'cookie' }) })).toEqual([
      '0%: stable keep, canary next 1 | stable 1000 canary 0, match header x-beta, affinity cookie | route',
    ]);
  });

  test('applies the files as they are where nothing runs yet', () => {
    const first = ['first-release: stable next 10 | unchanged | closes'];
    expect([deploy({ stable: 'absent' }), deploy({ stable: 'created', open: 'ours' })]).toEqual([first, first]);
  });

  test('has nothing to do where stable runs the release', () => {
    expect(deploy({ stable: 'same' })).toEqual([]);
  });

  test('over another release’s canary first gives all traffic back', () => {
    expect(deploy({ open: 'theirs' })).toEqual([
      'end-older: stable keep | original | closes',
      '20%: stable keep, baseline current 1, canary next 1 | stable 800 baseline 100 canary 100 | route, share',
    ]);
  });

  test('over a promote that ended halfway first puts stable back', () => {
    expect(deploy({ open: 'theirs', stable: 'replaced' }).slice(0, 2)).toEqual([
      'restore-stable: stable previous 10, canary keep | unchanged',
      'end-older: stable keep | original | closes',
    ]);
  });

  test('of what stable runs only ends another release’s canary', () => {
    expect(deploy({ open: 'theirs', stable: 'same' })).toEqual(['end-older: stable keep | original | closes']);
  });
});

describe('a canary’s promote', () => {
  const promote = (more: Parameters<typeof someFacts>[0] = {}) => said(canary.stages('promote', someFacts({ open: 'ours', ...more })));
  const rolled = 'replace-stable: stable next 10, canary keep | unchanged';
  const settle = 'settle: stable next 10 | original | closes';
  const settled = [`${rolled} | baseline leaves`, settle];

  test('gives stable the baseline’s share, then rolls stable under the standing weights while the baseline’s last requests end', () => {
    const released = 'release-baseline: stable keep, canary keep | stable 900 canary 100 | baseline leaves';
    expect(promote({ canaryWeight: 100 })).toEqual([released, ...settled]);
  });

  test('keeps testers and users with a cookie on the canary while stable rolls', () => {
    const bound = { match: [{ kind: 'header', name: 'x-beta', value: '1', how: 'exact' }], affinity: 'cookie' } as const;
    const standing = { weights: { stable: 800, baseline: 100, canary: 100 }, ...bound };
    const [first] = canary.stages('promote', someFacts({ open: 'ours', canaryWeight: 100, standing }));
    expect(first?.traffic).toEqual({ weights: { stable: 900, canary: 100 }, ...bound });
  });

  test('takes a baseline without weight out of the route before its Service goes', () => {
    const standing = { weights: { stable: 1000, baseline: 0, canary: 0 } };
    expect(promote({ standing })).toEqual([
      'release-baseline: stable keep, canary keep | stable 1000 canary 0 | baseline leaves',
      ...settled,
    ]);
  });

  test('leaves the route alone where the canary has no weight', () => {
    expect(promote()).toEqual(['release-baseline: stable keep, canary keep | unchanged | baseline leaves', ...settled]);
  });

  test('where pods are the split removes the baseline first, since it gets requests until then', () => {
    const removed = 'release-baseline: stable keep, canary keep | unchanged';
    expect(promote({ routing: 'pods', canaryWeight: 100 })).toEqual([removed, rolled, settle]);
  });

  test('of a stable that cannot roll lets a full-size canary take everything meanwhile', () => {
    expect(promote({ goesWhole: true, canaryWeight: 100 })).toEqual([
      'shift-to-canary: stable keep, canary next 10 | stable 0 canary 1000',
      rolled,
      settle,
    ]);
  });

  test('has nothing to do where nothing is open', () => {
    expect(promote({ open: 'none' })).toEqual([]);
  });
});

describe('a canary’s reject', () => {
  const reject = (more: Parameters<typeof someFacts>[0] = {}) => said(canary.stages('reject', someFacts({ open: 'ours', ...more })));

  test('gives the traffic back and removes the variants', () => {
    expect(reject()).toEqual(['back-to-stable: stable keep | original | closes']);
  });

  test('grows stable back where pods are the split', () => {
    expect(reject({ routing: 'pods' })).toEqual(['back-to-stable: stable current 10 | original | closes']);
  });

  test('in the middle of a promote puts the original template back first', () => {
    expect(reject({ stable: 'replaced' })[0]).toBe('restore-stable: stable previous 10, canary keep | unchanged');
  });

  test('of a stable that cannot roll lets the canary take everything before that', () => {
    expect(reject({ stable: 'replaced', goesWhole: true })).toEqual([
      'shift-to-canary: stable keep, canary standing 10 | stable 0 canary 1000',
      'restore-stable: stable previous 10, canary keep | unchanged',
      'back-to-stable: stable keep | original | closes',
    ]);
  });

  test('removes a first release only where it may', () => {
    expect(reject({ stable: 'created', withdrawable: true })).toEqual(['withdraw: nothing | original | closes']);
    expect(reject({ stable: 'created' })).toEqual(['keep-first-release: stable keep | unchanged | closes']);
  });

  test.each(['none', 'theirs'] as const)('does nothing where what is open is %s', open => {
    expect(reject({ open })).toEqual([]);
  });
});

describe('a failing deploy', () => {
  const retreat = (more: Parameters<typeof someFacts>[0] = {}) => said(canary.stages('retreat', someFacts({ open: 'ours', ...more })));

  test('gives the traffic back and keeps the variants for a look', () => {
    expect(retreat({ routed: true })).toEqual(['retreat: stable keep, baseline keep, canary keep | stable 1000']);
  });

  test('makes no route where there was none', () => {
    expect(retreat()).toEqual(['retreat: stable keep, baseline keep, canary keep | unchanged']);
  });

  test('takes the variants away where ready pods are traffic', () => {
    expect(retreat({ routing: 'pods' })).toEqual(['retreat: stable current 10 | original | closes']);
  });

  test('of a first release leaves it for a look', () => {
    expect(retreat({ stable: 'created' })).toEqual(['retreat: stable keep | unchanged']);
  });
});
