import { describe, expect, test } from '@jest/globals';
import { durationSeconds } from '../../src/inputs/duration.ts';
import type { Dialect } from '../../src/inputs/input.ts';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';
import { deploy } from './parsed.ts';

test.each([
  ['90s', 90],
  ['10m', 600],
  ['1h', 3600],
  ['24h', 86400],
  ['1h1m1s', 3661],
  ['0', 0],
  ['0s', 0],
])('"%s" is %i seconds', (text, value) => {
  expect(durationSeconds(text, 'seconds')).toEqual({ ok: true, value });
});

test('a bare number is of the unit of its input', () => {
  expect(durationSeconds('5', 'seconds')).toEqual({ ok: true, value: 5 });
  expect(durationSeconds('5', 'minutes')).toEqual({ ok: true, value: 300 });
});

test.each(['', 'soon', '-5', '5d', '1.5m', '25h', '90 s', '1m1h', 's'])('"%s" is no time', text => {
  expect(durationSeconds(text, 'minutes')).toMatchObject({ ok: false, allowed: expect.stringContaining('bare number is minutes') });
});

describe('a number that may have been meant as seconds', () => {
  const said = (dialect: Dialect, more: RawInputs): readonly string[] => parseInputs({ ...deploy, ...more }, dialect).warnings;

  test.each(['github', 'terminal'] as const)('is told where it is minutes: %s', dialect => {
    expect(said(dialect, { timeout: '60' })).toEqual(['timeout: 60 has no unit and is read as 60 minutes. Write 60m, or 60s for seconds.']);
  });

  test('is none with a unit, nor where few minutes are meant, nor where it is seconds', () => {
    expect(said('github', { timeout: '60m' })).toEqual([]);
    expect(said('github', { timeout: '59' })).toEqual([]);
    expect(said('github', { 'traffic-delay': '60' })).toEqual([]);
    const ofAzure = { action: 'deploy', manifests: 'web.yaml', kubernetesServiceConnection: 'aks', rolloutStatusTimeout: '600' };
    expect(parseInputs(ofAzure, 'azure').warnings).toEqual([]);
    expect(said('github', { 'older-than': '600' })).toEqual([]);
  });
});
