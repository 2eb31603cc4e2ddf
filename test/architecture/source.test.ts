import { expect, test } from '@jest/globals';
import { sourceOf } from './source.ts';

const text = `import type { A } from '../b/a.ts';
export * from 'undici';
/** Says what it is. */
export const f = (ä: any, b: A): string => {
  return b!.name;
};
export function g(a: number): Promise<unknown> {
  return import('./c.ts');
}
class C {
  constructor(readonly one: string, readonly two: string) {}
  m(one: string): void {}
}
`;

test('the rules see what they judge: imports of every form, functions with their size, any, ! and exports without a word', () => {
  const file = 'src/a/x.ts';
  expect(sourceOf(file, text)).toMatchObject({
    path: file,
    lines: 13,
    imports: ['src/b/a.ts', 'undici', 'src/a/c.ts'],
    routines: expect.arrayContaining([
      { file, line: 4, lines: 3, parameters: 2, ways: 1 },
      { file, line: 7, lines: 3, parameters: 1, ways: 1 },
      { file, line: 11, lines: 1, parameters: 2, ways: 1 },
      { file, line: 12, lines: 1, parameters: 1, ways: 1 },
    ]),
    anys: [{ file, line: 4 }],
    nonNulls: [{ file, line: 5 }],
    undocumented: [{ file, line: 7 }],
  });
});

test.each([
  ["import type { A } from './b.ts';", []],
  ["import { type A, type B } from './b.ts';", []],
  ["import { type A, b } from './b.ts';", ['src/b.ts']],
  ["import './b.ts';", ['src/b.ts']],
  ["export * from './b.ts';", ['src/b.ts']],
])('what runs, beside types, comes in by %s', (text, values) => {
  expect(sourceOf('src/x.ts', text).values).toEqual(values);
});

test.each([
  ['if (a) b(); else if (c) d();', 3],
  ['return a && b ? c : (d ?? e);', 4],
  ['for (const x of y) try { z(x); } catch { w(); }', 3],
  ["switch (a) { case 'b': return 1; case 'c': return 2; default: return 3; }", 3],
  ['return a.map(x => (x ? 1 : 2));', 1],
])('%s has %i ways through it, a function inside aside', (body, ways) => {
  expect(sourceOf('src/x.ts', `function f() { ${body} }`).routines[0]?.ways).toBe(ways);
});
