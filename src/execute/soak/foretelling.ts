import type { Finding } from '../../analysis/judge.ts';
import { type Tally, together } from '../../analysis/tally.ts';
import type { Metrics } from '../../model/metrics.ts';
import { forecast } from './forecast.ts';

/** A watch, as far as it says what the rest of it can find. */
interface Seen {
  readonly tally: Tally;
  readonly findings: readonly Pick<Finding, 'metric'>[];
  readonly looks: number;
  readonly waited: number;
  /** For how long it stands in all. */
  readonly seconds: number;
}

/** The pods count from their second look on. */
const COUNTS_FROM_LOOK = 2;

/**
 * Says once what a watch can find, as soon as the rate of requests is known: at the look behind the warm-up, or where counts are kept by somebody
 * else, once each pod was read again.
 */
export function foretelling({ kept }: Pick<Metrics, 'kept'>): (watch: Seen) => readonly string[] {
  let from: number | null = null;
  let isTold = false;
  return ({ tally, findings, looks, waited, seconds }) => {
    if (looks === COUNTS_FROM_LOOK) from = waited;
    const counted = from === null ? 0 : waited - from;
    if (isTold || counted <= 0 || counted < (kept?.oldSeconds ?? 0)) return [];
    isTold = true;
    const metrics = findings.map(({ metric }) => metric);
    const perSecond = together(tally, 'canary').requests / counted;
    return forecast({ seconds, metrics, perSecond, old: together(tally, 'baseline', 'stable') });
  };
}
