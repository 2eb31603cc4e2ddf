import { describe, expect, test } from '@jest/globals';
import { matrix } from '../../scripts/matrix.ts';

const lines = matrix().split('\n');
const cells = (start: string): readonly string[] =>
  (lines.find(line => line.startsWith(`| ${start}`)) ?? '').split('|').map(cell => cell.trim());
const methods = cells(' | `pod`');

/** The cell in the row that begins so, under a method's name. */
const answer = (start: string, method: string): string => cells(start)[methods.indexOf(`\`${method}\``)] ?? '';

describe('the matrix of strategies and routers', () => {
  test.each([
    ['`canary` `percentage: 20` with a baseline', 'pod', 'yes'],
    ['`canary` `percentage: 20` with a baseline', 'smi', 'yes'],
    ['`canary` `percentage: 0`', 'pod', 'every ready pod gets requests'],
    ['`blue-green` switched', 'service', 'yes'],
    ['`shadow` `mirror-percentage: 10`', 'nginx', 'cannot mirror a part of the requests'],
    ['`ab` `match: header', 'gateway-api', 'yes'],
  ])('says of %s by %s: %s', (row, method, said) => {
    const found = answer(row, method);
    const number = /\((\d+)\)/.exec(found)?.[1];
    expect(number === undefined ? found : lines.find(line => line.startsWith(`${number}. `))).toContain(said);
  });
});
