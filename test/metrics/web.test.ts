import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { machineTime } from '../../src/cluster/clock.ts';
import { RolloutError } from '../../src/errors.ts';
import { numberOfScript } from '../../src/execute/commands/script-number.ts';
import { metrics } from '../../src/inputs/metrics.ts';
import { measureBy, type Source } from '../../src/metrics/measure.ts';
import { numberOfWeb } from '../../src/metrics/web.ts';
import type { OwnMetric, Variant } from '../../src/model/metrics.ts';

const canary: Variant = {
  side: 'canary',
  namespace: 'shop',
  name: 'web-canary',
  services: ['web-canary'],
  pods: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-canary-1' } }],
};
const stable: Variant = { ...canary, side: 'stable', name: 'web' };
const at = (path: OwnMetric['path'], body: string, status = 200) =>
  numberOfWeb({ path }, 'https://x.example/q', { ask: async () => ({ status, body }), headers: [] });

describe('an address gives a number', () => {
  test('at its place in the answer', async () => {
    expect(await at(['a', -1, 'v'], '{"a":[{"v":1},{"v":"2.5"}]}')).toEqual({ kind: 'value', value: 2.5 });
    expect(await at([], '7')).toEqual({ kind: 'value', value: 7 });
    expect(await at(['ok'], '{"ok":true}')).toEqual({ kind: 'value', value: 1 });
  });

  test.each([
    [['a'], '{"a":null}', 200, 'no-data', 'nothing at $.a'],
    [['a', 0], '{"a":[]}', 200, 'no-data', 'nothing at $.a[0]'],
    [['toString'], '{}', 200, 'no-data', 'nothing at $.toString'],
    [['a'], '{"a":"NaN"}', 200, 'nan', 'NaN'],
    [['a'], '{"a":""}', 200, 'error', 'no number'],
    [['a'], '<html>', 200, 'error', 'not JSON'],
    [['a'], '{"a":1}', 403, 'error', 'https://x.example answers with status 403'],
  ] as const)('or says why not: %s of %s', async (path, body, status, kind, text) => {
    expect(await at(path, body, status)).toEqual({ kind, text: expect.stringContaining(text) });
  });

  test('and is told by its server when it is down', async () => {
    const ask = () => Promise.reject(new RolloutError('UNREACHABLE', 'https://x.example refuses the connection', ''));
    expect(await numberOfWeb({ path: [] }, 'https://x.example/?key=secret', { ask, headers: [] })).toEqual({
      kind: 'error',
      text: 'https://x.example refuses the connection',
    });
  });
});

const read = (line: string): OwnMetric => {
  const reading = metrics(line);
  const [first] = reading.ok ? reading.value.own : [];
  if (!first) throw new Error(`no metric: ${line}`);
  return first;
};

/** What each source is asked for one line. */
async function askedBy(line: string): Promise<readonly string[]> {
  const asked: string[] = [];
  const source: Source = async (_, query) => {
    asked.push(query);
    return { kind: 'value', value: 1 };
  };
  await measureBy({ prometheus: source, web: source, script: source }, () => 1_000_000_000)(read(line), [canary, stable], 90);
  return asked;
}

describe('a metric is asked', () => {
  test('of the canary with its names, in an address as parts of it', async () => {
    expect(await askedBy('a = x{pod=~"{{pods}}"}[{{interval}}] max 1')).toEqual(['x{pod=~"web-canary-1"}[90s]']);
    expect(await askedBy('a = web https://x/?d={{variant}}&p={{services}}&t={{since}}-{{now}} max 1')).toEqual([
      'https://x/?d=web-canary&p=web-canary&t=999910-1000000',
    ]);
  });

  test('of both where they are compared: without a baseline that is stable', async () => {
    expect(await askedBy('a = x{deployment="{{variant}}"}')).toEqual(['x{deployment="web-canary"}', 'x{deployment="web"}']);
  });
});

describe('the recipe of the page on metrics', () => {
  const recipe = async (start: string): Promise<OwnMetric> => {
    const page = await readFile(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8');
    return read(page.split('\n').find(line => line.trim().startsWith(start)) ?? '');
  };

  test('of a service that counts no errors where there are none asks for requests beside', async () => {
    expect(await recipe('hits-datadog')).toMatchObject({ min: 1 });
    expect(await recipe('requests = script aws')).toMatchObject({ min: 1 });
    expect((await recipe('errors-datadog')).query).toContain('default_zero(');
  });

  test.each([
    [
      'errors-datadog',
      '{"status":"ok","series":[{"metric":"trace.http.request.errors","pointlist":[[1731600000000,1],[1731600060000,3]]}]}',
      3,
    ],
    ['errors-datadog', '{"status":"ok","series":[]}', null],
    ['failed', '{"value":{"start":"2026-11-29T03:00:00Z","end":"2026-11-29T03:05:00Z","requests/failed":{"sum":7}}}', 7],
    ['failed', '{"value":{"requests/failed":{"sum":null}}}', null],
  ])('%s finds its number in what the service answers', async (name, body, value) => {
    const { path } = await recipe(name);
    expect(await at(path, body)).toMatchObject(value === null ? { kind: 'no-data' } : { kind: 'value', value });
  });

  test.each([
    ['12.0', { kind: 'value', value: 12 }],
    ['0', { kind: 'value', value: 0 }],
    ['None', { kind: 'no-data' }],
  ])('of CloudWatch reads what its command prints: %s', async (printed, expected) => {
    const folder = await mkdtemp(join(tmpdir(), 'aws-'));
    await writeFile(
      join(folder, 'aws'),
      `#!/bin/sh\ncase "$*" in *"--query sum(Datapoints[].Sum) --output text") echo ${printed};; esac\n`,
    );
    await chmod(join(folder, 'aws'), 0o755);
    const before = process.env.PATH;
    process.env.PATH = `${folder}${delimiter}${before}`;
    try {
      const line = await recipe('target-5xx');
      const bounds = { time: machineTime, signal: new AbortController().signal };
      expect(await numberOfScript(line, line.query, bounds)).toMatchObject(expected);
    } finally {
      process.env.PATH = before;
    }
  });
});
