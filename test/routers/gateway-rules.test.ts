/** Whose requests the rules take, by the Gateway API's own precedence: path, headers, query parameters, then the order of the list. */
import { describe, expect, test } from '@jest/globals';
import { at, records } from '../../src/manifests/json.ts';
import { splitRules } from '../../src/routers/gateway-rules.ts';

type Fields = Readonly<Record<string, unknown>>;

const root = { namespace: 'demo', workload: 'web', service: 'web' };
const cookie = { name: 'kubernetes-rollout-web', canary: 'abc' };
const path = { type: 'PathPrefix', value: '/' };
const own: Fields = { matches: [{ path }], backendRefs: [{ name: 'web', port: 80 }] };
const byHeader: Fields = { matches: [{ path, headers: [{ name: 'x-api', value: '2' }] }], backendRefs: [{ name: 'other', port: 80 }] };
const byQuery: Fields = { matches: [{ path, queryParams: [{ name: 'beta', value: '1' }] }], backendRefs: [{ name: 'other', port: 80 }] };
const traffic = { weights: { stable: 900, canary: 100 }, affinity: 'cookie' } as const;
const user = { cookie: 'kubernetes-rollout-web=stable.abc' };

const split = (rules: readonly Fields[]): readonly Fields[] => splitRules(rules, { root, traffic, cookie });

/** The Services that a request for / with these headers is sent to. */
function receivers(rules: readonly Fields[], headers: Readonly<Record<string, string>>): readonly unknown[] {
  const met = rules.flatMap((rule, place) =>
    records(rule.matches).flatMap(match => {
      const wanted = records(match.headers);
      const isMet = records(match.queryParams).length === 0 && wanted.every(header => meets(header, headers));
      return isMet ? [{ rule, place, size: wanted.length }] : [];
    }),
  );
  const [first] = met.toSorted((a, b) => b.size - a.size || a.place - b.place);
  return records(first?.rule.backendRefs).map(backend => backend.name);
}

function meets({ name, value, type }: Fields, headers: Readonly<Record<string, string>>): boolean {
  const given = headers[String(name).toLowerCase()];
  if (given === undefined) return false;
  return type === 'RegularExpression' ? new RegExp(String(value)).test(given) : given === value;
}

describe('a rule of the user’s for another Service', () => {
  test.each([[[own, byHeader]], [[byHeader, own]]])('keeps its requests by a header, whoever has our cookie', rules => {
    expect(receivers(split(rules), { ...user, 'x-api': '2' })).toEqual(['other']);
    expect(receivers(split(rules), user)).toEqual(['web']);
  });

  test('is said by name where one header more would take its requests by a query parameter', () => {
    expect(() => split([byQuery, own])).toThrow('a rule of the route leads to Service other by a query parameter on the same path');
  });

  test('is no obstacle on a path of its own', () => {
    const elsewhere = { ...byQuery, matches: [{ path: { ...path, value: '/api' }, queryParams: at(byQuery, 'matches.0.queryParams') }] };
    expect(split([elsewhere, own])).toContainEqual(elsewhere);
  });
});
