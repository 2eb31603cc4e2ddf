import { describe, expect, test } from '@jest/globals';
import { at, canonical, differences, hash, same } from '../../src/manifests/json.ts';

describe('canonical JSON', () => {
  test('does not depend on the order of fields, nor on absent ones', () => {
    expect(canonical({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
    expect(hash({ a: 1, b: 2 })).toBe(hash({ b: 2, a: 1, c: undefined }));
    expect(hash({ a: 1 })).toMatch(/^[0-9a-f]{10}$/);
  });

  test('depends on the order of items and on the types of values', () => {
    expect(hash([1, 2])).not.toBe(hash([2, 1]));
    expect(hash({ a: '1' })).not.toBe(hash({ a: 1 }));
  });
});

describe('equality', () => {
  test.each([
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, true],
    [{ a: null }, {}, false],
    [[1, [2]], [1, [2]], true],
    [[], {}, false],
    [{ a: undefined, b: 1 }, { a: 1, b: undefined }, false],
    [0, false, false],
  ])('%j and %j: %s', (a, b, expected) => {
    expect(same(a, b)).toBe(expected);
    expect(same(b, a)).toBe(expected);
  });
});

describe('differences', () => {
  const pod = (env: unknown, image = 'app:1') => ({ spec: { containers: [{ name: 'web', image, env }, { name: 'side' }] } });

  test('name list items where they have names, and never show a value', () => {
    const a = pod([
      { name: 'COLOR', value: 'secret-blue' },
      { name: 'OLD', value: '1' },
    ]);
    const b = pod([{ name: 'COLOR', value: 'secret-green' }], 'app:2');
    expect(differences(a, b, 9)).toEqual([
      'spec.containers[web].image',
      'spec.containers[web].env[COLOR].value',
      'spec.containers[web].env[OLD]',
    ]);
  });

  test('stop at the limit', () => {
    expect(differences({ a: 1, b: 1, c: 1 }, { a: 2, b: 2, c: 2 }, 2)).toEqual(['a', 'b']);
  });

  test('fall back to the index without names, or with the same name twice', () => {
    expect(differences({ args: ['a', 'b'] }, { args: ['a', 'c'] }, 9)).toEqual(['args[1]']);
    expect(differences([{ name: 'a' }, { name: 'a', x: 1 }], [{ name: 'a' }, { name: 'a', x: 2 }], 9)).toEqual(['[1].x']);
  });

  test('tell another order of named items', () => {
    expect(differences({ c: [{ name: 'a' }, { name: 'b' }] }, { c: [{ name: 'b' }, { name: 'a' }] }, 9)).toEqual(['c']);
  });

  test('are none between equal values', () => {
    expect(differences(pod([]), pod([]), 9)).toEqual([]);
  });
});

test('a path that leads nowhere finds nothing, not a method of the language', () => {
  expect(at({ spec: { a: 1 } }, 'spec.a')).toBe(1);
  expect([at({ spec: null }, 'spec.a.b'), at({}, 'constructor'), at('text', 'length'), at([{ a: 1 }], '0.a')]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
