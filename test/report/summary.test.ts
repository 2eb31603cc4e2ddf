import { describe, expect, test } from '@jest/globals';
import type { Event } from '../../src/model/event.ts';
import { summary } from '../../src/report/summary.ts';
import { deployed } from './samples.ts';

const begun: Event = { type: 'begun', text: 'deploy of web to demo' };

describe('the summary of a rollout that went well', () => {
  const text = summary({ type: 'outcome', outcome: deployed }, [
    begun,
    { type: 'measured', workload: 'web', asked: 10, measured: 9.6, requests: 1402 },
    { type: 'notice', level: 'warning', text: 'beware' },
  ]);

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

test('the summary of a failure has what happened, why in the words of the cluster, and what to do', () => {
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name: 'web-canary' };
  const explained: Event = { type: 'explained', ref, lines: ['Back-off pulling image "web:2"'] };
  const text = summary({ type: 'failed', code: 'NOT_READY', message: 'web-canary is not ready.', hint: 'Correct the image.' }, [
    begun,
    explained,
  ]);
  expect(text.split('\n\n').map(part => part.trim())).toEqual([
    '## Rollout: deploy of web to demo',
    '**Failed: NOT_READY**',
    'web-canary is not ready.',
    "### Why, in the cluster's words",
    '- Back-off pulling image "web:2"',
    '### What to do',
    'Correct the image.',
  ]);
});

test('text of the cluster can neither draw, link nor command', () => {
  const hostile = '<img src=x> [a](b) | `c` ##vso[task.complete]\n::error::x';
  const variants = [{ workload: 'web', role: 'canary' as const, name: hostile, images: [hostile], replicas: 1, ready: 1, share: null }];
  const text = summary({ type: 'outcome', outcome: { ...deployed, variants, because: hostile } }, [{ ...begun, text: hostile }]);
  expect(text).not.toMatch(/##vso\[|^\s*::/m);
  expect(text.replace(/`[^`]*`/g, '')).not.toMatch(/(?<!\\)<img|(?<!\\)\[a\]/);
  expect(text.split('\n').filter(line => line.startsWith('| canary'))).toEqual([expect.stringMatching(/^(\|[^|]*){5}\|$/)]);
});

test('a dry run says that nothing was written', () => {
  expect(summary({ type: 'outcome', outcome: { ...deployed, dryRun: true } }, [])).toContain('nothing was written');
});
