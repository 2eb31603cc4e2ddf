import type { AskedMetric, OwnMetric } from '../model/metrics.ts';
import { ownMetric } from './own-metric.ts';
import { type Reading, read, refuse, refuseLines } from './reading.ts';

/** What is tolerated where the user names nothing: answers with an error, and answers slower than a bound, as shares of all. */
const TOLERANCES: ReadonlyMap<string, number> = new Map([
  ['errors', 0.01],
  ['latency', 0.05],
]);

/** What is judged: counted requests, and numbers of the user's own. */
export interface AskedMetrics {
  readonly counted: readonly AskedMetric[];
  readonly own: readonly OwnMetric[];
}

/** Reads lines such as `errors`, `latency tolerance=10%` or `queue = sum(queue_length) max 1000`. */
export function metrics(text: string): Reading<AskedMetrics> {
  const lines = text.split(/\r?\n/).map((line, at) => ({ text: line.trim(), at: at + 1 }));
  const readings = lines
    .filter(line => line.text !== '' && !line.text.startsWith('#'))
    .map(line => ({ ...line, reading: lineOf(line.text) }));
  const found = readings.flatMap(({ reading }) => (reading.ok ? [reading.value] : []));
  const names = found.map(({ metric }) => metric);
  const faults = readings.flatMap(({ reading, at }) => (reading.ok ? [] : [`line ${at}: ${reading.allowed}`]));
  const twice = [...new Set(names.filter((name, i) => names.indexOf(name) < i))].map(
    name => `${name} stands there twice; name each metric once`,
  );
  if (faults.length + twice.length > 0) return refuseLines([...faults, ...twice]);
  return read({
    counted: found.flatMap(metric => ('query' in metric ? [] : [metric])),
    own: found.flatMap(metric => ('query' in metric ? [metric] : [])),
  });
}

/** One line, trimmed. */
export function lineOf(line: string): Reading<AskedMetric | OwnMetric> {
  const [, name = '', rest = ''] = /^([^\s=]+)\s*(.*)$/s.exec(line) ?? [];
  if (name === 'errors' || name === 'latency')
    return rest.startsWith('=') ? refuse(`${name} is a built-in metric; give your own query another name`) : countedMetric(name, rest);
  return rest.startsWith('=') && !rest.startsWith('==')
    ? ownMetric(name, rest.slice(1).trim())
    : refuse(`"${head(line)}" is not a metric; write errors, latency, or NAME = QUERY max 100`);
}

/** A metric of counted requests, with the text of its options. */
export function countedMetric(metric: AskedMetric['metric'], options: string): Reading<AskedMetric> {
  if (options === '') return read({ metric, tolerance: TOLERANCES.get(metric) ?? 0 });
  const [, percent] = /^tolerance=(\d{1,2}(?:\.\d+)?)%$/.exec(options) ?? [];
  return percent === undefined
    ? refuse(`${metric} takes tolerance=2% (less than 100 %) and nothing else, not "${head(options)}"`)
    : read({ metric, tolerance: Number(percent) / 100 });
}

const head = (text: string): string => (text.length <= 40 ? text : `${text.slice(0, 37)}...`);
