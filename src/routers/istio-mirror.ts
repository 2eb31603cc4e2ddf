import { at, number, records } from '../manifests/json.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The rule with a copy of its requests sent to a destination. */
export function withMirror(rule: Fields, destination: Fields, percentage: number): Fields {
  const { mirror, mirrorPercentage, mirrors, ...rest } = rule;
  // Alone it is written as every version knows it; beside the user's own it needs the list, which excludes the single field.
  if (mirror === undefined && mirrors === undefined) return { ...rule, mirror: destination, mirrorPercentage: { value: percentage } };
  const single = mirror === undefined ? [] : [{ destination: mirror, ...defined({ percentage: mirrorPercentage }) }];
  return { ...rest, mirrors: [...single, ...records(mirrors), { destination, percentage: { value: percentage } }] };
}

/** The rule without copies to destinations of ours. */
export function withoutMirror(rule: Fields, isOurs: (destination: unknown) => boolean): Fields {
  const { mirror, mirrorPercentage, mirrors, ...rest } = rule;
  const single = mirror === undefined || isOurs(mirror) ? {} : { mirror, ...defined({ mirrorPercentage }) };
  const others = records(mirrors).filter(({ destination }) => !isOurs(destination));
  return { ...rest, ...single, ...(others.length > 0 ? { mirrors: others } : {}) };
}

/** Percent of the requests that are copied to a destination of ours; null when none are. */
export function mirrorOf({ mirror, mirrorPercentage, mirrors }: Fields, isOurs: (destination: unknown) => boolean): number | null {
  const all = [{ destination: mirror, percentage: mirrorPercentage }, ...records(mirrors)];
  const ours = all.find(({ destination }) => isOurs(destination));
  return ours ? number(at(ours.percentage, 'value'), 100) : null;
}

const defined = (fields: Fields): Fields => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
