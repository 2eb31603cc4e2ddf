import { at, number, records } from '../manifests/json.ts';
import type { Copy } from './mirrors.ts';

type Fields = Readonly<Record<string, unknown>>;
/** Whose copies go to a destination; null for one that is none of ours. */
type Known = (destination: unknown) => string | null;

/**
 * The rule with copies of its requests sent to destinations of ours. A single one is written as every version of Istio knows it. Several,
 * and one beside the user's own, need the list, which excludes the single field: ours are the first there when the user's was single,
 * else the last.
 */
export function withCopies(rule: Fields, copies: readonly Fields[]): Fields {
  const { mirror, mirrorPercentage, mirrors, ...rest } = rule;
  const [first, ...more] = copies;
  if (!first) return rule;
  if (mirror !== undefined) return { ...rest, mirrors: [...copies, { destination: mirror, ...defined({ percentage: mirrorPercentage }) }] };
  if (mirrors !== undefined) return { ...rest, mirrors: [...records(mirrors), ...copies] };
  return more.length > 0 ? { ...rest, mirrors: copies } : { ...rest, mirror: first.destination, mirrorPercentage: first.percentage };
}

/** The rule as it was before `withCopies`. */
export function withoutCopies(rule: Fields, shadowOf: Known): Fields {
  const { mirror, mirrorPercentage, mirrors, ...rest } = rule;
  const isOurs = (destination: unknown): boolean => shadowOf(destination) !== null;
  if (mirror !== undefined) return isOurs(mirror) ? rest : rule;
  if (mirrors === undefined) return rule;
  const [first] = records(mirrors);
  const [single, ...others] = records(mirrors).filter(({ destination }) => !isOurs(destination));
  if (!single) return records(mirrors).length > 0 ? rest : rule;
  if (first && isOurs(first.destination)) {
    return { ...rest, mirror: single.destination, ...defined({ mirrorPercentage: single.percentage }) };
  }
  return { ...rest, mirrors: [single, ...others] };
}

/** The copies that go to destinations of ours. */
export const copiesOf = ({ mirror, mirrorPercentage, mirrors }: Fields, shadowOf: Known): readonly Copy[] =>
  [{ destination: mirror, percentage: mirrorPercentage }, ...records(mirrors)].flatMap(({ destination, percentage }) => {
    const shadow = shadowOf(destination);
    return shadow === null ? [] : [[shadow, number(at(percentage, 'value'), 100)] as const];
  });

const defined = (fields: Fields): Fields => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
