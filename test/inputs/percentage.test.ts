import { expect, test } from '@jest/globals';
import { percentage } from '../../src/inputs/percentage.ts';

test.each([
  ['0', 0],
  ['20', 20],
  ['12.5', 12.5],
  ['100', 100],
  ['100.0', 100],
  ['20%', 20],
  ['20 %', 20],
])('"%s" is %d percent', (text, value) => {
  expect(percentage(text)).toEqual({ ok: true, value });
});

test.each(['abc', '-1', '101', '100.1', '12.55', '1e1', '', '%', '20%%', '0x10', 'Infinity', '٢٠', '1,5'])(
  '"%s" is no percentage',
  text => {
    expect(percentage(text)).toMatchObject({ ok: false, allowed: expect.stringContaining('0 to 100') });
  },
);
