import { describe, expect, test } from '@jest/globals';
import type { Event, Outcome, Standing, VariantState } from '../../src/model/event.ts';
import { aboutCode } from '../../src/report/about.ts';
import { lines } from '../../src/report/text.ts';
import { deployed, standing } from './samples.ts';

function text(event: Event): string {
  return lines(event)
    .filter(({ level }) => level !== 'end-group')
    .map(line => line.text)
    .join('\n');
}

describe('a plan', () => {
  const steps = [
    { workload: 'web', stage: 'canary', text: 'create Deployment demo/web-canary', waitSeconds: 0 },
    { workload: 'web', stage: 'canary', text: 'set the weights', waitSeconds: 2 },
  ];

  test('is numbered and says how long it waits by itself', () => {
    expect(text({ type: 'planned', steps, waitSeconds: 2, dryRun: false }).split('\n')).toEqual([
      'This is what will be done:',
      '   1. create Deployment demo/web-canary',
      '   2. set the weights (waits 2 s)',
      expect.stringContaining('waits of 2 s in total'),
    ]);
  });

  test('of a dry run says that nothing is written', () => {
    expect(text({ type: 'planned', steps, waitSeconds: 0, dryRun: true })).toContain('nothing is written');
  });

  test('without steps says nothing: the end says why there was nothing to do', () => {
    expect(lines({ type: 'planned', steps: [], waitSeconds: 0, dryRun: false })).toEqual([]);
  });
});

test('an outcome names status, all shares, every variant with images and readiness, and what to do next', () => {
  expect(text({ type: 'outcome', outcome: deployed }).split('\n')).toEqual([
    'Deployed.',
    'Traffic: stable 80 %, baseline 10 %, canary 10 %',
    '    web (stable): web:1, 3 of 3 pods ready, 80 % of the requests',
    '    web-baseline (baseline): web:1, 1 of 1 pod ready, 10 % of the requests',
    '    web-canary (canary): web:2, proxy:7, 0 of 1 pod ready, 10 % of the requests',
    'Next: Promote it, or reject it.',
  ]);
});

const outcomeText = (fields: Partial<Outcome>): readonly string[] =>
  text({ type: 'outcome', outcome: { ...deployed, weights: {}, variants: [], next: [], ...fields } }).split('\n');

test('who gets the new version by a match or keeps it by a cookie is told with the shares, in the words of the input', () => {
  const match = [
    { kind: 'header', name: 'x-beta', value: 'always', how: 'exact' },
    { kind: 'cookie', name: 'user', value: '^a', how: 'regex' },
  ] as const;
  const canary: VariantState = { workload: 'web', role: 'canary', name: 'web-canary', images: ['web:2'], replicas: 1, ready: 1, share: 0 };
  expect(outcomeText({ weights: { stable: 1000, canary: 0 }, variants: [{ ...canary, match }] })).toEqual([
    'Deployed.',
    'Traffic: stable 100 %, canary 0 %, and requests with header x-beta=always or cookie user~=^a',
    '    web-canary (canary): web:2, 1 of 1 pod ready, 0 % of the requests, and requests with header x-beta=always or cookie user~=^a',
  ]);
  expect(outcomeText({ weights: { canary: 100 }, variants: [{ ...canary, affinity: 'cookie' }] })[1]).toBe(
    'Traffic: canary 10 %; a cookie keeps each user on his version',
  );
});

test('a reject of one version among others speaks of that one only', () => {
  const because = 'further versions still get copies: v4';
  expect(outcomeText({ status: 'rejected', action: 'reject', ended: 'nothing of version v3 is left', because })).toEqual([
    'Rejected: nothing of version v3 is left.',
    'Further versions still get copies: v4.',
  ]);
});

test('a reject with nothing open says so once', () => {
  expect(outcomeText({ status: 'unchanged', action: 'reject', because: 'nothing is open in namespace prod' })).toEqual([
    'Nothing is open in namespace prod.',
  ]);
});

test('a share that pods could not reach is told beside the one asked for', () => {
  const outcome = { ...deployed, weights: { stable: 667, canary: 333 }, canaryShare: 33.3, askedShare: 30 };
  expect(text({ type: 'outcome', outcome })).toContain('the canary should get 30 %; with this number of pods it gets 33.3 %');
  expect(text({ type: 'outcome', outcome: deployed })).not.toContain('with this number of pods');
});

test('a failure says what happened, with its code, and what to do, in one error', () => {
  expect(lines({ type: 'failed', code: 'NOT_READY', message: 'web-canary is not ready.', hint: 'Look at the pods.' })).toEqual([
    {
      level: 'error',
      text: `NOT_READY: web-canary is not ready.\nWhat to do: Look at the pods.\nAbout NOT_READY: ${aboutCode('NOT_READY')}`,
      title: 'Rollout failed (NOT_READY)',
    },
  ]);
});

describe('a failure says where the requests are', () => {
  const saidOf = (changes: Partial<Standing>): string =>
    text({ type: 'failed', code: 'INTERRUPTED', message: 'stopped', hint: 'Go on.', standing: { ...standing, ...changes } });

  test.each<readonly [string, Partial<Standing>, string]>([
    ['by shares', {}, 'The last split that was set: stable 80 %, canary 20 %.\n'],
    [
      'of two versions in one',
      { isReplacing: true },
      'canary 20 %. Promote has begun to replace stable’s pods; reject goes back to the old version.\n',
    ],
    [
      'as sent to stable',
      { variants: [{ ...(standing.variants[0] as VariantState), share: 100 }] },
      'All requests were sent to stable; the step ended',
    ],
    ['on stable again', { traffic: 'stable' }, 'All requests are on stable.\n'],
    ['on stable all the time', { traffic: 'stable', isUnmoved: true }, 'All requests are on stable; 0 lost by this step.\n'],
    ['as they were', { traffic: 'unchanged', isUnmoved: true }, 'This step moved no request; 0 lost by it: stable 80 %, canary 20 %.\n'],
  ])('%s', (_, changes, words) => {
    expect(saidOf(changes)).toContain(words);
  });

  test('where nobody knows too, when it was stopped', () => {
    expect(text({ type: 'failed', code: 'INTERRUPTED', message: 'stopped', hint: 'Go on.' })).toContain('pods of both versions may answer');
  });

  test('but not where it looked at nothing', () => {
    expect(saidOf({ traffic: 'unchanged', isUnmoved: true, variants: [] })).toMatch(/^INTERRUPTED: stopped\nWhat to do: Go on\.\nAbout/);
  });
});

test("an explanation names the object and keeps the cluster's words", () => {
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name: 'web-canary' };
  expect(text({ type: 'explained', ref, lines: ['3 pods: ImagePullBackOff'] })).toBe(
    'Why Deployment demo/web-canary is not ready:\n    3 pods: ImagePullBackOff',
  );
});

test('what a container said last stands below, each line marked as its own', () => {
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name: 'web-canary' };
  const log = { of: 'container web of pod web-canary-1', lines: ['starting', 'no database'] };
  expect(text({ type: 'explained', ref, lines: ['CrashLoopBackOff'], log })).toBe(
    'Why Deployment demo/web-canary is not ready:\n    CrashLoopBackOff\nLast lines of container web of pod web-canary-1:\n    | starting\n    | no database',
  );
});

test('steps, progress and ends follow each other readably', () => {
  expect(text({ type: 'step', text: 'create Deployment demo/web-canary' })).toBe('  ... create Deployment demo/web-canary');
  expect(text({ type: 'progress', text: 'web-canary: 1 of 3 pods ready' })).toBe('        web-canary: 1 of 3 pods ready');
  expect(text({ type: 'done', text: 'ready', seconds: 125 })).toBe('  ok  ready (2 min 5 s)');
  expect(lines({ type: 'notice', level: 'warning', text: 'x' })).toEqual([{ level: 'warning', text: 'x', title: 'Rollout' }]);
  expect(lines({ type: 'notice', level: 'info', text: 'x' })).toEqual([{ level: 'notice', text: 'x', title: 'Rollout' }]);
  expect(lines({ type: 'begun', text: 'x' })).toEqual([{ level: 'heading', text: 'x' }]);
});
