import { describe, expect, test } from '@jest/globals';
import measured from '../../scripts/bench/planes/measured.json' with { type: 'json' };
import { matrix } from '../../scripts/matrix.ts';
import { routers } from '../../src/routers/index.ts';

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

describe('what was measured of the data planes', () => {
  test.each(measured)('$what: the default traffic-delay of $method is above the slowest write, which lost no request', row => {
    const router = Object.values(routers).find(({ name }) => name === row.method);
    expect(Math.max(row.firstMost, row.lastMost)).toBeLessThan((router?.settleSeconds ?? 0) * 1000);
    expect(row.lost).toBe(0);
  });
});
