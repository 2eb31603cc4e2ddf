/** What stands in a table stands nowhere else: a new row of it is one file and a line. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { strategies } from '../../src/strategies/index.ts';
import { type Place, sourceOf, sourcesIn } from './source.ts';

const product = sourcesIn(['src', 'action', 'task', 'cli', 'scripts']);
const outside = (room: string) => product.filter(({ path }) => !path.startsWith(room));
const at = ({ file, line }: Place): string => `${file}:${line}`;

test('what a gate does is said in src/gates, and known to the model and to those who carry it out', () => {
  const rooms = ['src/gates/', 'src/model/operation.ts', 'src/execute/'];
  const others = product.filter(({ path }) => !rooms.some(room => path.startsWith(room)));
  const saying = /\b(do: |case |=== |!== )'(await-answer|hold|gate-route|gate-share|probe|soak)'/;
  expect(others.filter(({ path }) => saying.test(readFileSync(path, 'utf8'))).map(({ path }) => path)).toEqual([]);
});

describe('the name of a strategy stands in src/strategies', () => {
  const names = Object.keys(strategies);
  /** Roles, and choices of other inputs, are called so as well. */
  const AMBIGUOUS = ['canary', 'none'];

  test('and nowhere else is one asked for', () => {
    const asking = outside('src/strategies/').flatMap(({ compared }) => compared.filter(isOfStrategy));
    expect(asking.map(at)).toEqual([]);
  });

  test('and those that mean nothing else are in no other file', () => {
    const own = names.filter(name => !AMBIGUOUS.includes(name));
    const found = outside('src/strategies/').flatMap(({ words }) => words.filter(({ text }) => own.includes(text)));
    expect(found.map(at)).toEqual([]);
  });

  test.each([
    ["if (inputs.strategy === 'none') stop();", 1],
    ["switch (strategyOf(app)) { case 'canary': stop(); }", 1],
    ["if (role === 'canary') stop();", 0],
  ])('which the law sees: %s', (text, count) => {
    expect(sourceOf('src/x.ts', text).compared.filter(isOfStrategy)).toHaveLength(count);
  });

  function isOfStrategy({ text, names: others }: { readonly text: string; readonly names: readonly string[] }): boolean {
    return names.includes(text) && others.some(name => /strategy/i.test(name));
  }
});
