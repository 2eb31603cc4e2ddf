import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { judge } from '../../cli/judge/index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'judge-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

async function judged(text: string, more: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const file = join(folder, 'list.json');
  await writeFile(file, text);
  return run({ manifests: file, ...more });
}

async function run(inputs: Readonly<Record<string, string>>): Promise<Ended> {
  const [out, err]: [string[], string[]] = [[], []];
  const streams = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text), colour: false, width: 80 };
  return { code: await judge({ action: 'judge', ...inputs }, streams), out, err };
}

const pass = { kind: 'classify', name: 'the same', control: [1, 2], experiment: [2, 1] };

describe('judge', () => {
  test('prints the list as it was, each entry with what the judge got', async () => {
    const entries = [
      { ...pass, expected: 'High' },
      { kind: 'worse', canary: [30, 150], baseline: [0, 150], margin: 0, logE: 1 },
      { kind: 'effectSize', control: [0], experiment: [1], params: { measure: 'meanRatio' } },
    ];
    const { code, out, err } = await judged(JSON.stringify(entries));
    expect([code, err]).toEqual([0, []]);
    const printed = JSON.parse(out.join('\n')) as readonly { readonly got: unknown }[];
    expect(printed).toMatchObject([{ ...entries[0], got: 'Pass' }, entries[1] ?? {}, { ...entries[2], got: null }]);
    expect(printed[1]?.got).toBeCloseTo(16.652612, 5);
  });

  test('refuses a list with faults as a whole, and names each by the index of its entry', async () => {
    const { code, out, err } = await judged(
      JSON.stringify([
        pass,
        { kind: 'clasify' },
        7,
        { kind: 'worse', canary: [2, 1], baseline: [0, 1], margin: 0 },
        { kind: 'acceptable', canary: [0, 1], baseline: [0, 1] },
        { kind: 'classify', name: 'a text', control: [1, 'x'], experiment: [] },
        { ...pass, params: { direction: 'up' } },
        { kind: 'percentileR7', experiment: [1], params: { p: 101 } },
        { kind: 'confidenceInterval', control: [], experiment: [1] },
        { kind: 'score', params: { metrics: [null] } },
        { kind: 'metricPhase', input: { metric: { count: 'many' } } },
      ]),
    );
    expect([code, out]).toEqual([1, []]);
    expect(err.map(line => line.replace(/^Error: .*list\.json: /, ''))).toEqual([
      expect.stringMatching(/^entry 1: kind must be one of classify, .*, not "clasify"$/),
      'entry 2: an object is required',
      'entry 3: canary must be [events, requests] with 0 <= events <= requests',
      'entry 4: margin must be a number',
      'entry 5 (a text): control[1] must be a number or null',
      'entry 6 (the same): params.direction must be one of either, increase, decrease, not "up"',
      'entry 7: params.p must be from 0 to 100, not 101',
      'entry 8: control and experiment must not be empty',
      'entry 9: params.metrics[0] must be an object',
      'entry 10: input.metric.count must be a whole number',
    ]);
  });

  test('says what is wrong with a file that is no list, no JSON, or not there', async () => {
    expect((await judged('{}')).err).toEqual([expect.stringMatching(/list\.json: a JSON list of entries is required$/)]);
    expect((await judged('[{"kind": "worse", "margin": NaN}]')).err).toEqual([expect.stringContaining('this is not JSON')]);
    expect((await run({ manifests: join(folder, 'absent.json') })).err).toEqual([expect.stringMatching(/absent\.json: no such file/)]);
  });

  test('leaves holes out where series are compared, as null stands for NaN', async () => {
    const entries = [
      { kind: 'confidenceInterval', control: [1, null, 2, 3, 4], experiment: [10, 20, 30, 40, null], params: { confLevel: 0.95 } },
      { kind: 'effectSize', control: [1, null], experiment: [null, 2], params: { measure: 'cles' } },
      { kind: 'percentileR7', experiment: [3, null, 1], params: { p: 50 } },
    ];
    const { out } = await judged(JSON.stringify(entries));
    expect(JSON.parse(out.join('\n'))).toMatchObject([{ got: { ciLow: 6, ciHigh: 39 } }, { got: 1 }, { got: 2 }]);
    expect((await judged('[{"kind": "classify", "control": [1e999], "experiment": [1]}]')).err).toEqual([
      expect.stringContaining('control[0] is too large for a number'),
    ]);
  });

  test('takes the list of measurements that Argo keeps, and text as Windows writes it', async () => {
    const entry = { kind: 'metricPhase', input: { metric: { count: 2 }, result: { measurements: [{ phase: 'Successful' }], count: 1 } } };
    const { out } = await judged(`\uFEFF${JSON.stringify([entry])}`);
    expect(JSON.parse(out.join('\n'))).toMatchObject([{ got: 'Running' }]);
  });

  test('refuses what is no regular file, and never waits for one', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const path of [pipe, '/dev/zero', folder])
      expect(await run({ manifests: path })).toMatchObject({ code: 1, err: [expect.stringContaining('this is no regular file')] });
  });

  test('takes one file and no option', async () => {
    expect(await run({})).toMatchObject({ code: 1, err: ['Error: judge takes one file: kubernetes-rollout judge FILE'] });
    expect(await run({ manifests: 'a\nb' })).toMatchObject({ code: 1, out: [] });
    expect((await judged('[]', { namespace: 'web' })).err).toEqual([expect.stringContaining('--namespace is not an option of judge')]);
  });
});
