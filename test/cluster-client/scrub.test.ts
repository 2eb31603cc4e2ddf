import { expect, test } from '@jest/globals';
import { scrubbed } from '../../src/cluster/scrub.ts';

const words = (message: string): string => scrubbed({ message, causes: [] }, 'ConfigMap');

test.each([
  ['quotes', '"'.repeat(400_000)],
  ['values', 'Invalid value: v1.Pod{'.repeat(20_000)],
  ['blanks', `a${' '.repeat(400_000)}b`],
  ['escapes', `"${'\\"'.repeat(200_000)}`],
])('words of a server of 400 kB of %s are cut to two kilobytes in one way through them', (_, message) => {
  expect(words(message).length).toBeLessThan(2100);
});

test('a value that the cut leaves open is not shown', () => {
  expect(words(`bad: "${'secret '.repeat(5000)}"`)).not.toContain('secret');
  expect(words(`Invalid value: v1.Pod{${'secret '.repeat(5000)}`)).not.toContain('secret');
});
