import { describe, expect, test } from '@jest/globals';
import type { RevisionView, RolloutView } from '../../src/model/event.ts';
import { historyTable } from '../../src/report/history.ts';
import { statusTree } from '../../src/report/status.ts';
import { strategyNamed } from '../../src/strategies/index.ts';
import { view } from './samples.ts';

test('a rollout is a tree of its variants with images, readiness, shares and the run that opened it', () => {
  expect(statusTree([view], 'demo', strategyNamed)).toEqual([
    'demo/web: canary by smi, release abc1234567, deploy at 20 % ended well',
    '  opened by run 12 of web (https://ci.example/12)',
    '  ├─ stable    web   web:1   3 of 3 pods ready   80 % of the requests',
    '  ├─ baseline  web-baseline   web:1   1 of 1 pod ready   10 % of the requests',
    '  └─ canary    web-canary   web:2, proxy:7   0 of 1 pod ready   10 % of the requests',
  ]);
});

test('a variant that is not ready says why under its line, and whether waiting cannot help', () => {
  const [stable, baseline, canary] = view.variants;
  const tree = (failed: boolean) =>
    statusTree(
      [
        {
          ...view,
          variants: [stable, { ...baseline, failed: false, reason: 'pod b: Starting' }, { ...canary, failed, reason: 'pod c: broken' }],
        } as RolloutView,
      ],
      'demo',
      strategyNamed,
    );
  expect(tree(true).slice(4)).toEqual(['  │  pod b: Starting', expect.stringContaining('└─'), '     failed: pod c: broken']);
  expect(tree(false).at(-1)).toBe('     pod c: broken');
});

test.each([
  [{ verdict: null, score: null, metrics: [] }, 'analysis: begun at 2026-11-29T03:00:00.000Z and never ended'],
  [
    {
      verdict: 'fail',
      score: 50,
      metrics: [
        { metric: 'errors', verdict: 'fail' },
        { metric: 'latency', verdict: 'pass' },
      ],
    },
    'analysis: fail, 50 % of its metrics passed (errors fail, latency pass)',
  ],
  [
    { verdict: 'inconclusive', score: 0, metrics: [], accepted: true },
    'analysis: inconclusive, and accepted so, 0 % of its metrics passed',
  ],
] as const)('the last analysis stands above the variants: %j', (analysis, line) => {
  expect(statusTree([{ ...view, analysis: { since: '2026-11-29T03:00:00.000Z', ...analysis } }], 'demo', strategyNamed)[2]?.trim()).toBe(
    line,
  );
});

test('the numbers of each metric stand below the verdict', () => {
  const metrics = [{ metric: 'errors', verdict: 'fail', said: 'canary 12.9 % of 132 requests, baseline 0 % of 135' }] as const;
  const analysis = { since: '2026-11-29T03:00:00.000Z', verdict: 'fail', score: 50, metrics } as const;
  expect(statusTree([{ ...view, analysis }], 'demo', strategyNamed)[3]).toBe(
    '    errors: canary 12.9 % of 132 requests, baseline 0 % of 135',
  );
});

test('one that is not finished says so, and who is at work on it', () => {
  const [head, opened] = statusTree(
    [{ ...view, done: false, percentage: null, action: 'promote', heldBy: { name: 'run 13 of web' } }],
    'demo',
    strategyNamed,
  );
  expect(head).toContain('promote has not ended');
  expect(opened).toContain('run 13 of web is at work on it');
});

test('one that nobody is at work on says how to go on', () => {
  const head = (fields: Partial<RolloutView>): string => statusTree([{ ...view, done: false, ...fields }], 'demo', strategyNamed)[0] ?? '';
  expect(head({})).toMatch(/, deploy at 20 % has not ended; run it again, or reject$/);
  expect(head({ action: 'reject', percentage: null })).toMatch(/, reject has not ended; run it again$/);
});

describe('one whose deploy failed', () => {
  const head = (fields: Partial<RolloutView>): string =>
    statusTree([{ ...view, action: 'retreat', ...fields }], 'demo', strategyNamed)[0] ?? '';

  test('says where the requests are and what to do, in no words of ours', () => {
    expect(head({})).toMatch(/, deploy at 20 % failed; all requests are on stable. Deploy again, or reject.$/);
    expect(head({ version: 'v4', percentage: null })).toMatch(/, deploy failed; .* Deploy again, or reject with variant-name v4.$/);
    expect(head({ strategy: 'recreate', percentage: null })).toMatch(/failed; the old version is stopped. Deploy again, or reject.$/);
    expect(head({ isFirst: true })).toMatch(/failed; nothing ran before. Deploy again, or reject.$/);
    // By a match there is no share that could have been asked for: a percentage sizes the pods.
    for (const percentage of [0, 20]) expect(head({ strategy: 'ab', percentage })).toMatch(/, deploy failed; all/);
  });

  test('and whose way back has not ended says that too', () => {
    expect(head({ done: false, percentage: 0 })).toMatch(/, deploy at 0 % failed, and so did its way back. Run reject.$/);
    expect(head({ done: false, heldBy: { name: 'run 13' } })).toMatch(/, deploy at 20 % failed; the requests go back to stable$/);
  });
});

test('nothing open is a sentence', () => {
  expect(statusTree([], 'demo', strategyNamed)).toEqual(['No rollout is open in namespace demo.']);
});

test('the history of a Deployment has a column for runs and one for causes where somebody has noted them, and no empty ones', () => {
  const now = Date.parse('2026-01-02T00:00:00Z');
  const revision = { revision: 3, isRunning: true, images: ['web:2'], cause: null, run: null, createdAt: '2026-01-01T00:00:00Z', pods: 2 };
  const before = { ...revision, revision: 2, isRunning: false, images: ['web:1'], run: 'run 12 of web' };
  const table = (revisions: readonly RevisionView[]) => historyTable([{ namespace: 'demo', workload: 'web', revisions }], now);
  expect(table([revision])).toEqual(['demo/web', '  REVISION   AGE    IMAGES', '  3 (runs)   24 h   web:2']);
  expect(table([revision, before]).slice(1)).toEqual([
    '  REVISION   AGE    IMAGES   RUN',
    '  3 (runs)   24 h   web:2    -',
    '  2          24 h   web:1    run 12 of web',
  ]);
});
