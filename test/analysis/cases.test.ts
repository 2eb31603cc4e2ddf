/** Kayenta's and Argo's own cases, and values that were found by hand, through the kinds that the command knows. */
import { describe, expect, test } from '@jest/globals';
import { kinds } from '../../cli/judge/kinds.ts';
import cases from './judge-cases.json' with { type: 'json' };

interface Case {
  readonly kind: string;
  readonly name: string;
  readonly expected: unknown;
  readonly expectedCritical?: boolean;
  readonly tolerance?: number;
}

describe('the judge agrees with', () => {
  test.each((cases as readonly Case[]).map(one => [`${one.kind}: ${one.name}`, one] as const))('%s', (_, one) => {
    const { got, gotCritical } = kinds[one.kind]?.({ ...one }) ?? { got: undefined };
    expect(differences(got, one.expected, one.tolerance ?? 1e-9)).toEqual([]);
    if (one.expectedCritical !== undefined) expect(gotCritical).toBe(one.expectedCritical);
  });
});

/** Where two values differ by more than the tolerance. */
function differences(got: unknown, expected: unknown, tolerance: number): readonly string[] {
  if (typeof expected === 'number')
    return typeof got === 'number' && Math.abs(got - expected) <= tolerance ? [] : [`${got} for ${expected}`];
  if (typeof expected !== 'object' || expected === null) return got === expected ? [] : [`${got} for ${expected}`];
  const fields = new Map(Object.entries(got ?? {}));
  const missing = Object.entries(expected).flatMap(([name, value]) => differences(fields.get(name), value, tolerance));
  return Array.isArray(expected) && fields.size !== expected.length ? [...missing, `${fields.size} values`] : missing;
}
