import { describe, expect, test } from '@jest/globals';
import { analysedContrast } from '../../src/execute/soak/compare.ts';
import type { Event, Standing } from '../../src/model/event.ts';
import type { Verdict } from '../../src/model/metrics.ts';
import { aboutCode } from '../../src/report/about.ts';
import { chronicleOf } from '../../src/report/chronicle.ts';
import { pageOf } from '../../src/report/page/index.ts';
import { summary } from '../../src/report/summary.ts';
import { lines } from '../../src/report/text.ts';
import { analysedText } from '../../src/report/words.ts';
import { deployed, look, standing } from './samples.ts';

const at = new Date('2026-11-29T03:12:45Z');
const begun: Event = { type: 'begun', text: 'deploy of web to demo' };

describe('the summary of a rollout that went well', () => {
  const text = summary(
    { type: 'outcome', outcome: deployed },
    [
      begun,
      { type: 'measured', workload: 'web', asked: 10, measured: 9.6, requests: 1402 },
      { type: 'notice', level: 'warning', text: 'beware' },
    ],
    at,
  );

  test.each([
    ['what ran', 'deploy of web to demo'],
    ['the release', '`abc1234567`'],
    ['all shares', 'stable 80 %, baseline 10 %, canary 10 %'],
    ['the canary with images and readiness', '| canary | `web-canary` | `web:2`<br>`proxy:7` | 0 of 1 | 10 % |'],
    ['stable', '| stable | `web` | `web:1` | 3 of 3 | 80 % |'],
    ['what to do next', 'Promote it, or reject it.'],
    ['the share that was measured', '9.6 % of the 1402 requests'],
    ['the warnings', '- beware'],
  ])('has %s', (_, words) => {
    expect(text).toContain(words);
  });
});

describe('the summary of a failure', () => {
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name: 'web-canary' };
  const explained: Event = { type: 'explained', ref, lines: ['web-canary is not ready.', 'Back-off pulling image "web:2"'] };
  const failed = { type: 'failed', code: 'NOT_READY', message: 'web-canary is not ready.', hint: 'Correct the image.' } as const;
  const parts = (standing?: Standing): readonly string[] =>
    summary({ ...failed, ...(standing ? { standing } : {}) }, [begun, explained], at)
      .split('\n\n')
      .map(part => part.trim());

  test('has where the requests are, the variants, the reason once, and what to do', () => {
    expect(parts({ ...standing, traffic: 'stable', isUnmoved: true })).toEqual([
      '## All requests are on stable; 0 lost by this step.',
      `**Failed: [NOT_READY](${aboutCode('NOT_READY')}).** The step: deploy of web to demo.`,
      expect.stringMatching(/^\| \| variant .*\n.*\n\| stable \| `web` .* 80 % \|\n\| canary \| `web-canary` .* 20 % \|$/),
      'web-canary is not ready.',
      "### Why, in the cluster's words",
      '- Back-off pulling image "web:2"',
      '### What to do',
      'Correct the image.',
    ]);
  });

  test('says that 0 are lost only where none was moved', () => {
    expect(parts({ ...standing, traffic: 'stable' })[0]).toBe('## All requests are on stable.');
    expect(parts(standing)[0]).toBe('## The last split that was set: stable 80 %, canary 20 %.');
    expect(parts()[0]).toContain('does not know where');
  });
});

test('an analysis is a table with a bar of how sure it is', () => {
  const finding = { metric: 'errors', verdict: 'fail', canary: '12.9 % of 132', reference: '0 % of 135', against: 'baseline' } as const;
  const analysed: Event = {
    type: 'analysed',
    workload: 'web',
    verdict: 'fail',
    findings: [{ ...finding, difference: '+12.9 points', worse: 0.84, acceptable: -1 }],
  };
  const text = summary({ type: 'outcome', outcome: deployed }, [{ ...analysed, verdict: 'pass' }, analysed], at);
  expect(text).toContain('### Analysis of web: fail');
  expect(text).not.toContain('### Analysis of web: pass');
  expect(text).toContain('| errors | 0 % of 135 (baseline) | 12.9 % of 132 | +12.9 points | ████████░░ 84 % that it is worse | fail |');
  const drawn = summary({ type: 'outcome', outcome: deployed }, [look('errors', 4, 0), look('errors', 8, 0), analysed], at);
  expect(drawn).toContain('| errors | 0 % of 135 (baseline) ▁▁ | 12.9 % of 132 ▅█ | +12.9 points |');
});

test('an analysis without a baseline says, in log, summary and page, what the comparison cannot tell', () => {
  const sides = { metric: 'errors', canary: '0 % of 132', reference: '0 % of 935' } as const;
  const against = (reference: string, verdict: Verdict = 'pass'): Event => ({
    type: 'analysed',
    workload: 'web',
    verdict,
    findings: [{ ...sides, verdict, against: reference, difference: '0 points', worse: -1, acceptable: 1 }],
  });
  const told = (event: Event): readonly string[] => [
    lines(event)
      .map(({ text }) => text)
      .join('\n'),
    summary({ type: 'outcome', outcome: deployed }, [event], at),
    pageOf(chronicleOf([{ at: 0, event }], { tool: '1', run: { name: 'run 1' }, endedAt: 0 })),
  ];
  for (const text of told(against('stable'))) expect(text).toMatch(/its pods are older, and its requests may be of another kind/);
  for (const event of [against('baseline'), against('stable', 'no-data')])
    for (const text of told(event)) expect(text).not.toMatch(/pods are older/);
});

test('of answers that were compared one side speaks of both', () => {
  const contrast = analysedContrast({ comparison, verdict: 'fail', text: '$.price: 10 → 12', count: 1 });
  expect(analysedText(contrast)).toBe('GET /price: fail; 1 difference from stable');
  expect(analysedText(analysedContrast({ comparison, verdict: 'pass', text: '', count: 0 }))).toBe(
    'GET /price: pass; the same answer as stable',
  );
  const analysed: Event = { type: 'analysed', workload: 'web', verdict: 'fail', findings: [contrast] };
  expect(summary({ type: 'outcome', outcome: deployed }, [analysed], at)).toContain(
    '| GET /price | - | 1 difference from stable | $.price: 10 → 12 |',
  );
});

const comparison = { text: 'GET /price', line: 1, path: '/price', port: null, headers: {}, critical: true };

test('a deploy says which image stands beside which, and since when', () => {
  const outcome = { ...deployed, images: [{ workload: 'web', from: ['web:1'], to: ['web:2', 'proxy:7'] }] };
  expect(summary({ type: 'outcome', outcome }, [], at)).toContain('Image of web: `web:1` → `web:2`, `proxy:7`, since 2026-11-29 03:12 UTC');
});

test('text of the cluster can neither draw, link nor command', () => {
  const hostile = '<img src=x> [a](b) | `c` ##vso[task.complete]\n::error::x';
  const variants = [{ workload: 'web', role: 'canary' as const, name: hostile, images: [hostile], replicas: 1, ready: 1, share: null }];
  const text = summary({ type: 'outcome', outcome: { ...deployed, variants, because: hostile } }, [{ ...begun, text: hostile }], at);
  expect(text).not.toMatch(/##vso\[|^\s*::/m);
  expect(text.replace(/`[^`]*`/g, '')).not.toMatch(/(?<!\\)<img|(?<!\\)\[a\]/);
  expect(text.split('\n').filter(line => line.startsWith('| canary'))).toEqual([expect.stringMatching(/^(\|[^|]*){5}\|$/)]);
});

test('a dry run says that nothing was written, and what would be', () => {
  const steps = [
    { workload: 'web', stage: 'canary', text: 'create Deployment demo/web-canary', waitSeconds: 0 },
    { workload: 'web', stage: 'canary', text: 'set the weights', waitSeconds: 2 },
  ];
  const text = summary(
    { type: 'outcome', outcome: { ...deployed, dryRun: true } },
    [{ type: 'planned', steps, waitSeconds: 2, dryRun: true }],
    at,
  );
  expect(text).toContain('nothing was written');
  expect(text).toContain('### Plan\n\n1. create Deployment demo/web-canary\n2. set the weights (waits 2 s)');
});
