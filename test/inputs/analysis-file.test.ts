import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { analysisSchema } from '../../scripts/analysis-schema.ts';
import { RolloutError } from '../../src/errors.ts';
import { analysisFile } from '../../src/inputs/analysis-file.ts';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';

const parsed = (text: string, raw: RawInputs = {}, dialect: 'github' | 'azure' = 'github') =>
  parseInputs({ action: 'analyze', analysis: 'a.yaml', ...raw }, dialect, analysisFile({ name: 'a.yaml', text })).inputs;

/** The lines of what is wrong. */
function faults(text: string, raw: RawInputs = {}): readonly string[] {
  try {
    parsed(text, raw);
  } catch (error) {
    if (error instanceof RolloutError) return error.message.split('\n').map(line => line.trim());
    throw error;
  }
  return [];
}

const sample = readFileSync(join(import.meta.dirname, '../../samples/analysis.yaml'), 'utf8');

describe('the file of an analysis', () => {
  test('says the same as the inputs of the step, on every platform', () => {
    const text = 'soak: 10m\non-inconclusive: pass\nprometheus: http://p\nmetrics:\n  - errors\n  - metric: q\n    query: up\n    max: 3\n';
    const raw = { soak: '10m', 'on-inconclusive': 'pass', prometheus: 'http://p', metrics: 'errors\nq = up max 3' };
    const same = parseInputs({ action: 'analyze', ...raw }, 'github').inputs;
    expect(parsed(text)).toEqual(same);
    expect(parsed(text, {}, 'azure')).toEqual(same);
  });

  test('of the samples is understood whole', () => {
    const { soakSeconds, soakLimitSeconds, metrics, measures } = parsed(sample);
    expect([soakSeconds, soakLimitSeconds]).toEqual([600, 1800]);
    expect(metrics.map(({ metric, tolerance }) => [metric, tolerance])).toEqual([
      ['errors', 0.01],
      ['latency', 0.1],
    ]);
    expect(measures).toMatchObject([
      { metric: 'queue', from: 'prometheus', max: 1000, intervalSeconds: 30, failureLimit: 1 },
      { metric: 'memory', direction: 'increase', tolerance: 0.2, critical: true },
      { metric: 'apdex', from: 'web', path: ['series', -1, 'value'], min: 0.9 },
      { metric: 'smoke', from: 'script', reads: 'exit-code' },
    ]);
  });

  test('is told of with the line of each fault', () => {
    const text =
      'soak: 5\nmetrcs: []\nprometheus-token: verysecret\non-inconclusive: maybe\nmetrics:\n  - metric: a\n    query: up\n  - metric: b\n    script: x\n    web: https://x\n  - metric: errors\n    query: up\n  - 7\n  - metric: c\n    query: up\n    max: 1\n    tolerence: 5%\n';
    const told = faults(text);
    expect(told.slice(1).map(line => line.slice(0, 52))).toEqual([
      'a.yaml:1: soak: write a time with its unit, such as ',
      'a.yaml:2: there is no metrcs; did you mean metrics?',
      'a.yaml:3: prometheus-token may be secret: give it as',
      'a.yaml:6: a: add max or min at the end, or use {{var',
      'a.yaml:8: b: give one of query, web and script',
      'a.yaml:11: errors is counted by itself, without quer',
      'a.yaml:13: a metric is errors, latency, a line, or h',
      'a.yaml:14: c: there is no tolerence; did you mean to',
      'a.yaml:4: on-inconclusive: "maybe" is not allowed; a',
    ]);
    expect(told.join()).not.toContain('verysecret');
  });

  test('and the step do not both say one thing', () => {
    expect(faults('soak: 5m\nmetrics: [errors]\n', { soak: '5m', metrics: 'errors' })).toEqual([
      '2 inputs are wrong:',
      'a.yaml:1: soak: soak is given too; leave one of them out',
      'a.yaml:2: metrics: metrics is given too; leave one of them out',
    ]);
  });

  test.each([
    ['', 'a.yaml:1: nothing is in it'],
    ['a: [', 'a.yaml:1:'],
    ['soak: 5m\n---\nsoak: 5m', 'a.yaml:3: a second document'],
    ['- errors', 'a.yaml:1: no fields'],
    ['metrics: errors', 'metrics takes a list'],
    ['soak: [5m]', 'soak takes one value'],
    ['toString: 1', 'there is no toString'],
  ])('that is none is refused: %s', (text, words) => {
    expect(faults(text).join('\n')).toContain(words);
  });

  test('is known to editors by every field of the sample', () => {
    const schema = JSON.parse(analysisSchema());
    const fields = [...sample.matchAll(/^([a-z-]+):/gm)].map(([, name = '']) => name);
    expect(fields.filter(name => schema.properties[name] === undefined)).toEqual([]);
    const known = schema.properties.metrics.items.anyOf.flatMap((one: { properties?: object }) => Object.keys(one.properties ?? {}));
    const ofMetrics = [...sample.matchAll(/^ {2}(?:- | {2})([a-z-]+):/gm)].map(([, name = '']) => name);
    expect(ofMetrics.filter(name => !known.includes(name))).toEqual([]);
    expect(schema.properties['prometheus-token']).toBeUndefined();
  });
});
