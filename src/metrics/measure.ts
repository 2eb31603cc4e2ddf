/** Numbers of the user's own, by who is asked for them. */
import type { Measure, Measured, OwnMetric, Variant } from '../model/metrics.ts';
import { anyOf, filled, type Placeholders } from './promql.ts';

/** Asks one source with its placeholders filled; never throws but for an interruption. */
export type Source = (asked: OwnMetric, query: string) => Promise<Measured>;

/** The sources by name. */
export type Sources = Readonly<Record<OwnMetric['from'], Source>>;

/** A rate needs at least two scrapes in its window. */
const SHORTEST_INTERVAL_SECONDS = 60;

/** Measures the canary; where it is compared, the baseline too, or stable without one. `now`: milliseconds since 1970. */
export const measureBy =
  (sources: Sources, now: () => number): Measure =>
  async (asked, variants, seconds) => {
    const of = async (variant: Variant | undefined): Promise<Measured> =>
      variant
        ? await sources[asked.from](asked, filled(asked.query, inWords(asked, placeholdersOf(variant, seconds, now()))))
        : { kind: 'no-data', text: 'none of its pods runs' };
    const [canary, baseline, stable] = (['canary', 'baseline', 'stable'] as const).map(side => variants.find(one => one.side === side));
    const isCompared = asked.max === null && asked.min === null;
    const [ofCanary, reference] = await Promise.all([of(canary), isCompared ? of(baseline ?? stable) : null]);
    return { canary: ofCanary, reference };
  };

function placeholdersOf({ namespace, name, pods, services }: Variant, seconds: number, now: number): Placeholders {
  const interval = Math.max(SHORTEST_INTERVAL_SECONDS, Math.round(seconds));
  return {
    namespace,
    variant: name,
    pods: anyOf(pods.map(({ metadata }) => metadata.name)),
    services: anyOf(services),
    interval: `${interval}s`,
    now: String(Math.floor(now / 1000)),
    since: String(Math.floor(now / 1000) - interval),
  };
}

/** In an address each value is a part of it, and nothing that divides parts. */
const inWords = ({ from }: OwnMetric, values: Placeholders): Placeholders =>
  from === 'web' ? Object.fromEntries(Object.entries(values).map(([name, value]) => [name, encodeURIComponent(value)])) : values;
