import type { AskedMetric } from '../model/metrics.ts';
import { type Reading, read, refuse } from './reading.ts';
import { lines } from './values.ts';

/** What is tolerated where the user names nothing: answers with an error, and answers slower than a bound, as shares of all. */
const TOLERANCES: ReadonlyMap<string, number> = new Map([
  ['errors', 0.01],
  ['latency', 0.05],
]);

/** Reads lines such as `errors` or `latency tolerance=10%`. */
export function metrics(text: string): Reading<readonly AskedMetric[]> {
  const all = lines(text).map(line => ({ line, metric: metricOf(line) }));
  const wrong = all.find(({ metric }) => metric === null);
  const names = all.flatMap(({ metric }) => metric?.metric ?? []);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) return refuse(`each metric once ("${twice}" stands there twice)`);
  if (wrong === undefined) return read(all.flatMap(({ metric }) => metric ?? []));
  return refuse(`lines such as errors or latency, with tolerance=2% behind it if wanted ("${wrong.line}" is none)`);
}

function metricOf(line: string): AskedMetric | null {
  const [, name, percent] = /^(\S+)(?:\s+tolerance=(\d{1,2}(?:\.\d+)?)%)?$/.exec(line) ?? [];
  const metric = name === 'errors' || name === 'latency' ? name : null;
  return metric && { metric, tolerance: percent === undefined ? (TOLERANCES.get(metric) ?? 0) : Number(percent) / 100 };
}
