/** What execute decides under races lives in one room with that name. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Place, sourceOf, sourcesIn } from './source.ts';

const room = 'src/execute/races/';
const execute = sourcesIn(['src/execute']);
const outside = execute.filter(({ path }) => !path.startsWith(room));
const at = ({ file, line }: Place): string => `${file}:${line}`;

/** The codes of a write that lost against another writer (409). */
const CODES = ['CONFLICT', 'ALREADY_EXISTS'];

/** A dry run of a file races against nobody: its refusals are put into the words of the file. */
const TRANSLATING = ['src/execute/dry-runs/refused.ts'];

describe('a write that lost against another writer', () => {
  test(`is known by its code in ${room} only`, () => {
    const knowing = outside.filter(({ path }) => !TRANSLATING.includes(path)).flatMap(codesIn);
    expect(knowing.map(at)).toEqual([]);
    expect(outside.filter(({ path }) => /\b409\b/.test(readFileSync(path, 'utf8'))).map(({ path }) => path)).toEqual([]);
  });

  test('is recognised and decided in the same room: nobody else asks how a write was refused', () => {
    const asking = outside.filter(({ imports }) => imports.includes(`${room}refusals.ts`));
    expect(asking.map(({ path }) => path)).toEqual([]);
  });

  test('cannot be a deletion: one of an object that was read names its identity, and leaves another one of its name', () => {
    // The Secret beside a record is ours by its name alone.
    const deleting = outside.filter(({ path }) => /\bcluster\.remove\(/.test(readFileSync(path, 'utf8'))).map(({ path }) => path);
    expect(deleting).toEqual(['src/execute/hidden.ts']);
  });

  test('is put into words of the files in no more places than those that are named', () => {
    expect(TRANSLATING.filter(path => !execute.some(source => source.path === path && codesIn(source).length > 0))).toEqual([]);
  });

  test.each([
    ["if (error.code === 'CONFLICT') stop();", 1],
    ["if (['ALREADY_EXISTS', 'NOT_FOUND'].includes(error.code)) stop();", 1],
    ["if (error.code === 'APPLY_CONFLICT') stop();", 0],
  ])('which the law sees: %s', (text, count) => {
    expect(codesIn(sourceOf('src/execute/x.ts', text))).toHaveLength(count);
  });
});

function codesIn({ words }: ReturnType<typeof sourceOf>): readonly Place[] {
  return words.filter(({ text }) => CODES.includes(text));
}
