import { describe, expect, test } from '@jest/globals';
import type { Line } from '../../src/report/line.ts';
import { type Reporter, reporter, type Screen } from '../../src/report/reporter.ts';
import { deployed, look } from './samples.ts';

interface Shown {
  readonly report: Reporter;
  readonly printed: Line[];
  readonly masked: string[];
  readonly summaries: string[];
  readonly failures: string[];
}

function shown(more: Partial<Screen> = {}): Shown {
  const printed: Line[] = [];
  const masked: string[] = [];
  const summaries: string[] = [];
  const failures: string[] = [];
  const report = reporter({
    version: '1.2.3',
    print: line => void printed.push(line),
    mask: secret => void masked.push(secret),
    summarise: async markdown => void summaries.push(markdown),
    fail: message => void failures.push(message),
    ...more,
  });
  return { report, printed, masked, summaries, failures };
}

test('a chart of the metric that decided is in the summary where Mermaid is drawn, and only there', async () => {
  for (const drawsMermaid of [true, false]) {
    const { report, summaries } = shown({ drawsMermaid });
    for (const _ of [1, 2]) report.tell(look('errors', 9, 0));
    await report.end({ type: 'outcome', outcome: deployed });
    expect([drawsMermaid, summaries.join('').includes('```mermaid\nxychart-beta\n  title "errors of web')]).toEqual([
      drawsMermaid,
      drawsMermaid,
    ]);
  }
});

const failed = { type: 'failed', code: 'NOT_READY', message: 'It took too long.', hint: 'Wait.' } as const;

describe('a secret', () => {
  test('is masked once and shown nowhere: not in the log, not in the summary, not in the failure', async () => {
    const { report, printed, masked, summaries, failures } = shown();
    report.hide('t0ken-of-web');
    report.hide('t0ken-of-web');
    report.tell({ type: 'step', text: 'use t0ken-of-web' });
    await report.end({ ...failed, message: 'refused t0ken-of-web' });
    expect(masked).toEqual(['t0ken-of-web']);
    expect(JSON.stringify([printed, summaries, failures])).not.toContain('t0ken');
    expect(printed.map(({ text }) => text)).toContain('  ... use ***');
  });

  test('is shown by no container either, whose words can command nothing', async () => {
    const { report, printed, summaries } = shown();
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name: 'web-canary' };
    const lines = ['login with t0ken-of-web', '::error::x', '\u001b]0;title\u0007##vso[task.complete]'];
    report.hide('t0ken-of-web');
    report.tell({ type: 'explained', ref, lines: [], log: { of: 'container web', lines } });
    await report.end(failed);
    const text = [...printed.map(line => line.text), ...summaries].join('\n');
    expect(text).toContain('login with ***');
    expect(text).not.toMatch(/t0ken|^\s*::|##vso/m);
    for (const control of ['\u001b', '\u0007']) expect(text).not.toContain(control);
  });

  test('stays hidden where Markdown would write it otherwise, in a diff too', async () => {
    const { report, summaries } = shown();
    report.hide('to_ken#of*web');
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'web' };
    const fields = [{ path: 'data.a', from: 'to_ken#of*web', to: 'b' }];
    report.tell({ type: 'compared', isNow: true, objects: [{ ref, what: 'changed', fields, more: 0, because: null }] });
    report.tell({ type: 'notice', level: 'warning', text: 'login with to_ken#of*web, and https://x.example/?access_token=abc' });
    await report.end({ type: 'outcome', outcome: deployed });
    expect(summaries.join()).toContain('login with');
    expect(summaries.join()).not.toMatch(/ken.{0,2}#|=abc/);
  });

  test('within another leaves no rest', () => {
    const { report, printed } = shown();
    report.hide('abcd');
    report.hide('abcd-efgh');
    report.say({ level: 'plain', text: 'abcd-efgh abcd' });
    expect(printed).toEqual([{ level: 'plain', text: '*** ***' }]);
  });

  test('is hidden also as a server quotes it: in JSON, in an address, in base64', async () => {
    const { report, printed } = shown();
    const secret = 'a "very" long/secret\\of web';
    report.hide(secret);
    const whole = Buffer.from(secret).toString('base64');
    report.say({
      level: 'plain',
      text: `${JSON.stringify({ secret })} ?q=${encodeURIComponent(secret)} ${whole} ${whole.replace(/=+$/, '')}.`,
    });
    expect(printed.map(({ text }) => text)).toEqual(['{"secret":"***"} ?q=*** *** ***.']);
  });

  test('of several lines is hidden line by line', () => {
    const { report, masked } = shown();
    report.hide('-----BEGIN KEY-----\nAAAABBBB\r\nCCCC\n-----END KEY-----\n');
    expect(masked).toEqual(['AAAABBBB', 'CCCC']);
  });
});

test('commands to the agent within texts are shown, not executed', () => {
  const { report, printed } = shown();
  report.tell({ type: 'progress', text: 'x\n##vso[task.complete result=Succeeded]' });
  expect(printed.map(({ text }) => text).join()).toContain('# #vso[');
});

test('plan and progress stand in a group each, and nothing else does', () => {
  const { report, printed } = shown();
  const steps = [{ workload: 'web', stage: 'canary', text: 'create it', waitSeconds: 0 }];
  report.tell({ type: 'planned', steps, waitSeconds: 0, dryRun: false });
  report.tell({ type: 'step', text: 'create it' });
  report.tell({ type: 'done', text: 'create it', seconds: 1 });
  report.tell({ type: 'notice', level: 'warning', text: 'beware' });
  report.tell({ type: 'progress', text: 'on the way' });
  report.say({ level: 'warning', text: 'stopping' });
  expect(printed.map(({ level, text }) => `${level} ${text}`.trim())).toEqual([
    'group This is what will be done:',
    'plain    1. create it',
    'end-group',
    'group This is being done:',
    'plain   ... create it',
    'plain   ok  create it (1 s)',
    'end-group',
    'warning beware',
    'group This is being done:',
    'plain         on the way',
    'end-group',
    'warning stopping',
  ]);
});

test('a summary above what GitHub takes is cut, and says that the log has the rest', async () => {
  const { report, summaries } = shown();
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'web' };
  const fields = Array.from({ length: 1000 }, (_, index) => ({ path: `data.a${index}`, from: '€'.repeat(900), to: 'b' }));
  report.tell({ type: 'compared', isNow: true, objects: [{ ref, what: 'changed', fields, more: 0, because: '' }] });
  await report.end({ type: 'outcome', outcome: deployed });
  const markdown = summaries.join();
  expect(Buffer.byteLength(markdown)).toBeLessThan(1024 * 1024);
  expect(markdown).toMatch(/\n```\n\n\*\*There is no room for the rest: the log of the step has it\.\*\*$/);
});

describe('the exit code', () => {
  test('is 0 for an outcome, 1 for a failure, 130 for an interruption', async () => {
    expect(await shown().report.end({ type: 'outcome', outcome: deployed })).toBe(0);
    expect(await shown().report.end(failed)).toBe(1);
    expect(await shown().report.end({ ...failed, code: 'INTERRUPTED' })).toBe(130);
  });

  test('stays what it is where the summary cannot be written, which is a warning', async () => {
    const { report, printed, failures } = shown({ summarise: () => Promise.reject(new Error('EACCES: summary.md')) });
    expect(await report.end({ type: 'outcome', outcome: deployed })).toBe(0);
    expect(failures).toEqual([]);
    expect(printed).toContainEqual(expect.objectContaining({ level: 'warning', text: expect.stringContaining('EACCES: summary.md') }));
  });

  test('is 1 for a bug, which shows its stack, the version and where to go with it', async () => {
    const { report, printed, failures } = shown();
    report.hide('s3cret-value');
    expect(await report.end(new Error('cannot read s3cret-value'))).toBe(1);
    const text = printed.map(line => line.text).join('\n');
    expect(text).toMatch(/bug in Rollout for Kubernetes 1\.2\.3: cannot read \*\*\*/);
    expect(text).toContain('reporter.test.ts');
    expect(text).toContain('report the lines above');
    expect(failures.join()).not.toContain('s3cret');
  });

  test('is 1 for an end without a word', async () => {
    expect(await shown().report.end(null)).toBe(1);
  });
});
