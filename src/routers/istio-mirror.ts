import { at, number, records } from '../manifests/json.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The rule with a copy of its requests sent to a destination. Alone it is written as every version of Istio knows it. Beside the
 * user's own it needs the list, which excludes the single field: ours is the first there when the user's was single, else the last.
 */
export function withMirror(rule: Fields, destination: Fields, percentage: number): Fields {
  const { mirror, mirrorPercentage, mirrors, ...rest } = rule;
  const ours = { destination, percentage: { value: percentage } };
  if (mirror !== undefined) return { ...rest, mirrors: [ours, { destination: mirror, ...defined({ percentage: mirrorPercentage }) }] };
  if (mirrors !== undefined) return { ...rest, mirrors: [...records(mirrors), ours] };
  return { ...rule, mirror: destination, mirrorPercentage: { value: percentage } };
}

/** The rule as it was before `withMirror`. */
export function withoutMirror(rule: Fields, isOurs: (destination: unknown) => boolean): Fields {
  const { mirror, mirrorPercentage, mirrors, ...rest } = rule;
  if (mirror !== undefined) return isOurs(mirror) ? rest : rule;
  const [first, second] = records(mirrors);
  if (first && second && isOurs(first.destination)) {
    return { ...rest, mirror: second.destination, ...defined({ mirrorPercentage: second.percentage }) };
  }
  return mirrors === undefined ? rule : { ...rest, mirrors: records(mirrors).filter(({ destination }) => !isOurs(destination)) };
}

/** Percent of the requests that are copied to a destination of ours; null when none are. */
export function mirrorOf({ mirror, mirrorPercentage, mirrors }: Fields, isOurs: (destination: unknown) => boolean): number | null {
  const all = [{ destination: mirror, percentage: mirrorPercentage }, ...records(mirrors)];
  const ours = all.find(({ destination }) => isOurs(destination));
  return ours ? number(at(ours.percentage, 'value'), 100) : null;
}

const defined = (fields: Fields): Fields => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
