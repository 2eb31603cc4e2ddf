import { expect, test } from '@jest/globals';
import { parseArguments } from '../../cli/arguments.ts';
import { terminal } from '../../cli/platform.ts';
import type { Event } from '../../src/model/event.ts';
import { reporter } from '../../src/report/reporter.ts';

const looked = (workload: string, requests: number, worse: number): Event => ({
  type: 'looked',
  workload,
  against: 'baseline',
  metrics: [
    { metric: 'errors', canary: [requests / 5, requests], reference: [0, requests], worse, acceptable: -2, verdict: 'inconclusive' },
  ],
  counts: {
    canary: { requests, errors: 0, slower: {} },
    baseline: { requests, errors: 0, slower: {} },
    stable: { requests: 8 * requests, errors: 0, slower: {} },
  },
});
const analysed: Event = { type: 'analysed', workload: 'web', verdict: 'fail', findings: [] };

/** What stands on a screen after these events. */
function shown(events: readonly Event[], { isFile = false, width = 200 } = {}): readonly string[] {
  const screen: string[] = [];
  const write = (text: string): void => void screen.push(...text.split('\n'));
  const over = isFile ? {} : { over: (lines: number): void => void screen.splice(-lines) };
  const report = reporter(terminal(parseArguments(['deploy']), { out: write, err: write, colour: false, width, ...over }, '0.0.0'));
  for (const event of events) report.tell(event);
  return screen.filter(line => line !== '' && line !== 'This is being done:');
}

test('an analysis is drawn in a terminal, each look over the one before', () => {
  expect(shown([looked('web', 50, 0.2), looked('web', 100, 0.62)])).toEqual([
    '        web: 1000 requests counted: canary 10 %, baseline 10 %, stable 80 %',
    '        errors   canary 20 % of 100, baseline 0 % of 100   worse ██████░░░░ 62 %   not worse ░░░░░░░░░░ 0 %',
  ]);
});

test('two at a time are drawn one under the other', () => {
  expect(shown([looked('web', 50, 0.2), looked('api', 50, 0.2)]).filter(line => line.includes('requests counted'))).toHaveLength(2);
});

test('what is printed takes the place of the drawing, and what has ended is drawn no more', () => {
  const lines = shown([looked('web', 50, 0.2), { type: 'progress', text: 'still watching' }]);
  expect(lines.map(line => line.trim())).toEqual(['still watching']);
  expect(shown([looked('web', 50, 0.2), analysed, looked('api', 50, 0.2)]).filter(line => line.includes('web: 500'))).toEqual([]);
});

test('a line is never wider than the terminal', () => {
  expect(Math.max(...shown([looked('web', 50, 0.2)], { width: 60 }).map(line => line.length))).toBe(59);
});

test('a file has no drawing', () => {
  expect(shown([looked('web', 50, 0.2)], { isFile: true })).toEqual([]);
});
