/** Prometheus, or what speaks its API, as the source of the counters of requests. */
import { RolloutError } from '../errors.ts';
import type { Measured, Metrics, Reading, Variant } from '../model/metrics.ts';
import { answersOf } from './answers.ts';
import type { Sample } from './exposition.ts';
import { probePaths } from './pod-pages.ts';
import { type Counting, countings } from './prometheus-counts.ts';
import { type Answered, answered, anyOf, filled, type Placeholders, queryPath, type Series } from './promql.ts';

/** Reads a path of Prometheus: the body of its answer, also of one that says why it refused. Throws RolloutError where there is none. */
export type AskPrometheus = (path: string) => Promise<string>;

/** One query, as it is. Never throws: what keeps it from an answer is an error in words. */
export async function query(ask: AskPrometheus, text: string): Promise<Answered> {
  try {
    return answered(await ask(queryPath(text)));
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    return { error: error.message };
  }
}

/** The counters of the pods, or of the Services of a router, as Prometheus knows them. Which library counts is found once. */
export function prometheusMetrics(ask: AskPrometheus): Metrics {
  let found: Counting | null = null;
  const readAt = async (variants: readonly Variant[], offset: string): Promise<readonly Reading[]> => {
    const names = { ...placeholdersOf(variants), offset };
    for (const counting of found ? [found] : countings) {
      const answer = await query(ask, filled(counting.query, names));
      if ('error' in answer) return unread(variants, 'unreachable', `Prometheus: ${answer.error}`);
      if (answer.series.length === 0) continue;
      found = counting;
      return readingsOf(variants, answer.series, counting);
    }
    return unread(variants, 'unknown', `Prometheus has no known request counter for ${found ? 'it any more' : 'it'}`);
  };
  return {
    read: variants => readAt(variants, ''),
    kept: { oldSeconds: LONGEST_SCRAPE_SECONDS, readBefore: (variants, seconds) => readAt(variants, ` offset ${seconds}s`) },
  };
}

/** What Prometheus itself takes where nobody says how often it scrapes. */
const LONGEST_SCRAPE_SECONDS = 60;

function placeholdersOf(variants: readonly Variant[]): Placeholders {
  const pods = variants.flatMap(variant => variant.pods);
  return {
    namespace: variants[0]?.namespace ?? '',
    pods: anyOf(pods.map(({ metadata }) => metadata.name)),
    services: anyOf(variants.flatMap(({ services }) => services)),
    probes: anyOf([...new Set(['/metrics', ...pods.flatMap(probePaths)])]),
  };
}

const unread = (variants: readonly Variant[], because: 'unreachable' | 'unknown', text: string): readonly Reading[] =>
  variants.flatMap(({ pods }) => pods.map(({ metadata }) => ({ pod: metadata.name, answers: null, because, text })));

/** Each pod by its own series; where a router counts, each Service by its. */
function readingsOf(variants: readonly Variant[], series: readonly Series[], { family }: Counting): readonly Reading[] {
  const units = new Map<string, Sample[]>();
  for (const { labels, value } of series) {
    const unit = labels.get('unit') ?? '';
    const samples = units.get(unit) ?? [];
    units.set(unit, samples);
    samples.push({ name: labels.get('counts') ?? '', labels, value });
  }
  const isByPod = variants.some(({ pods }) => pods.some(({ metadata }) => units.has(metadata.name)));
  const wanted = variants.flatMap(({ pods, services }) => (isByPod ? pods.map(({ metadata }) => metadata.name) : services));
  return wanted.map(unit => readingOf(unit, units.get(unit) ?? [], family));
}

function readingOf(unit: string, samples: readonly Sample[], family: Counting['family']): Reading {
  const answers = answersOf(samples, new Set(), [family]);
  if (answers === null) return { pod: unit, answers, because: 'unknown', text: `Prometheus has no series of it (${family.by})` };
  if (samples.every(({ value }) => Number.isNaN(value)))
    return { pod: unit, answers: null, because: 'unknown', text: 'Prometheus answers NaN instead of a number of requests' };
  return { pod: unit, answers };
}

/** The number of a query of the user's own: of one series; several are a fault of the query. */
export async function oneNumber(ask: AskPrometheus, text: string): Promise<Measured> {
  const answer = await query(ask, text);
  if ('error' in answer) return { kind: 'error', text: `Prometheus: ${answer.error}` };
  const [first, ...others] = answer.series;
  if (!first) return { kind: 'no-data', text: 'Prometheus has no data for this query' };
  if (others.length > 0)
    return { kind: 'error', text: `the query gives ${others.length + 1} series instead of one number; aggregate them with sum or max` };
  if (Number.isNaN(first.value)) return { kind: 'nan', text: 'the query gives NaN, as 0/0 does: there was nothing to divide' };
  return { kind: 'value', value: first.value };
}
