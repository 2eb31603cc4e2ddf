import { expect, test } from '@jest/globals';
import { contrast, shownOf } from '../../src/analysis/contrast.ts';

const json = (value: unknown, status = 200) => ({ status, text: JSON.stringify(value) });
const text = (body: string, status = 200) => ({ status, text: body });

test('what two answers of the old version differ in is noise, and the rest is a difference', () => {
  const one = {
    pod: 'a',
    items: [
      { price: 10, at: 1 },
      { price: 20, at: 2 },
    ],
    ids: [1],
    old: true,
    'a b': 1,
  };
  const other = {
    pod: 'b',
    items: [
      { price: 10, at: 3 },
      { price: 20, at: 4 },
    ],
    ids: [1, 2],
    old: true,
    'a b': 1,
  };
  const canary = {
    pod: 'c',
    items: [
      { price: 10, at: 5 },
      { price: '20', at: 6 },
    ],
    ids: [],
    'a b': 2,
    more: { deep: 1 },
  };
  expect(contrast({ old: [json(one), json(other)], canary: json(canary) })).toEqual([
    '$.items[1].price: 20 → "20"',
    '$.old is gone',
    '$["a b"]: 1 → 2',
    '$.more is new: an object',
  ]);
  expect(contrast({ old: [json(one), json(other)], canary: json(one) })).toEqual([]);
});

test('a status, a kind and a length are differences of their own', () => {
  expect(contrast({ old: [json([1, 2]), json([1, 2])], canary: json([1], 500) })).toEqual(['status 200 → 500', '$: 2 → 1 entries']);
  expect(contrast({ old: [json({ a: [] }), json({ a: [] })], canary: json({ a: null }) })).toEqual(['$.a: a list → null']);
  expect(contrast({ old: [json(1, 200), json(1, 503)], canary: json(1, 500) })).toEqual([]);
});

test('what is no JSON is compared by its lines', () => {
  expect(contrast({ old: [text('a\nb'), text('a\nb')], canary: text('a\nnew\nc') })).toEqual(['- b', '+ new', '+ c']);
  expect(contrast({ old: [text('a\nat 1'), text('a\nat 2')], canary: text('a\nat 3') })).toEqual([]);
  expect(contrast({ old: [text('a\nat 1'), text('a\nat 2')], canary: text('at 3') })).toEqual(['- a']);
});

test('however large an answer is, a few differences are shown and all are counted', () => {
  const many = (by: number) => json(Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`k${i}`, `${'x'.repeat(500)}${i * by}`])));
  const found = contrast({ old: [many(1), many(1)], canary: many(2) });
  expect(found).toHaveLength(24);
  expect(shownOf(found)).toMatch(/; and 14 more$/);
  expect(shownOf(found).length).toBeLessThan(2500);
  const deep = '['.repeat(5000) + ']'.repeat(5000);
  expect(contrast({ old: [text(deep), text(deep)], canary: text(deep.replace('[]', '[1]')) })).toEqual([]);
});
