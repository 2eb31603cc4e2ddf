import { describe, expect, test } from '@jest/globals';
import { changesLines } from '../../src/report/changes.ts';

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'demo', name: 'settings' };

/** The lines of one field that changes. */
function diff(from: string, to: string): readonly string[] {
  const object = { ref, what: 'changed', fields: [{ path: 'data.a', from, to }], more: 0, because: null } as const;
  return changesLines({ objects: [object], isNow: true })
    .slice(2)
    .map(({ text }) => text.trim());
}

const long = Array.from({ length: 200 }, (_, i) => `key-${i} = value`);

describe('a change', () => {
  test('far down in a long text is shown with its line', () => {
    const changed = long.with(150, 'key-150 = another');
    expect(diff(long.join('\n'), changed.join('\n'))).toEqual(['data.a, from line 151:', '- key-150 = value', '+ key-150 = another']);
  });

  test('far back in a long line is shown with what stands before it', () => {
    const [before, after] = diff(`${long.join(';')};mode=a`, `${long.join(';')};mode=b`);
    expect(before).toMatch(/^- data\.a: \.\.\..+key-199 = value;mode=a$/);
    expect(after).toMatch(/^\+ data\.a: \.\.\..+key-199 = value;mode=b$/);
  });

  test('of a line break at the end is told as that', () => {
    expect(diff('one\ntwo', 'one\ntwo\n')).toEqual(['data.a: only the line break at its end']);
  });

  test('of a line without end is cut', () => {
    expect(diff('x', 'y'.repeat(5000)).at(-1)).toBe(`+ data.a: ${'y'.repeat(1000)}...`);
  });
});
