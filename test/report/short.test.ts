import { expect, test } from '@jest/globals';
import { short } from '../../src/report/short.ts';

test('a name, an image or a value of a megabyte is cut at 200 characters, and the words around it stay', () => {
  expect(short(`Deployment ${'x'.repeat(1_000_000)}`)).toBe(`Deployment ${'x'.repeat(200)}...`);
  expect(short(`see ${'x'.repeat(300)} and ${'y'.repeat(300)} there`)).toBe(`see ${'x'.repeat(200)}... and ${'y'.repeat(200)}... there`);
  expect(short('stable 900, canary 100')).toBe('stable 900, canary 100');
});
