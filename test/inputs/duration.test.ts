import { expect, test } from '@jest/globals';
import { durationSeconds } from '../../src/inputs/duration.ts';

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
