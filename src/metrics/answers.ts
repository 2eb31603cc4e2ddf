import type { Answers } from '../model/metrics.ts';
import { numberOf, type Sample } from './exposition.ts';
import { type Family, families, PATH_LABELS, STATUS_LABELS } from './families.ts';

/** What a page tells of answered requests, without those to the paths that only the kubelet and we ask for; null: no counter of these families. */
export function answersOf(samples: readonly Sample[], own: ReadonlySet<string>, known: readonly Family[] = families): Answers | null {
  const counted = samples.filter(({ labels }) => !PATH_LABELS.some(name => own.has(labels.get(name) ?? '')));
  const family = known.find(candidate => counters(samples, candidate).length > 0);
  if (!family) return null;
  // A count is never less than nothing.
  const answers = counters(counted, family).filter(({ value }) => Number.isFinite(value) && value >= 0);
  return {
    requests: sum(answers),
    errors: answers.length === 0 || answers.some(hasStatus) ? sum(answers.filter(({ labels }) => isError(labels))) : null,
    slower: slower(counted, family),
  };
}

/** The samples that count answers: those that tell their status before those that do not, and the family's counter before the histogram's count. */
function counters(samples: readonly Sample[], family: Family): readonly Sample[] {
  const { counter, histogram } = family;
  const candidates = [...(counter === undefined ? [] : [named(samples, counter, family)]), named(samples, `${histogram}_count`, family)];
  return candidates.find(some => some.some(hasStatus)) ?? candidates.find(some => some.length > 0) ?? [];
}

/** A status of HTTP, or a class of it. Of words of an application's own ("OK", "failure") nobody knows which are errors: none would be counted. */
const hasStatus = ({ labels }: Sample): boolean =>
  labels.has('classification') || STATUS_LABELS.some(name => /^(\d{1,3}|[1-5]xx)$/i.test(labels.get(name) ?? ''));

const named = (samples: readonly Sample[], name: string, family: Family): readonly Sample[] =>
  samples.filter(sample => sample.name === name && isOf(sample, family));

const isOf = ({ labels }: Sample, { only = {} }: Family): boolean =>
  Object.entries(only).every(([name, value]) => labels.get(name) === value);

const sum = (samples: readonly Sample[]): number => samples.reduce((total, { value }) => total + value, 0);

function isError(labels: ReadonlyMap<string, string>): boolean {
  if (labels.get('classification') === 'failure') return true;
  return STATUS_LABELS.some(name => /^5(\d\d|xx)$/i.test(labels.get(name) ?? ''));
}

/** Requests above each bound of a histogram, over all its series: those of one bound are comparable only where every series has it. */
function slower(samples: readonly Sample[], family: Family): Answers['slower'] {
  const { histogram, unitSeconds } = family;
  const within = new Map<number, number>();
  const finite = (suffix: string): readonly Sample[] =>
    named(samples, `${histogram}_${suffix}`, family).filter(({ value }) => Number.isFinite(value));
  for (const { labels, value } of finite('bucket')) {
    const bound = numberOf((labels.get('le') ?? '').trim()) ?? Number.NaN;
    if (!Number.isNaN(bound)) within.set(bound, (within.get(bound) ?? 0) + value);
  }
  // The bucket without a bound may be missing: its number is the histogram's count, and never less than another bucket's.
  const all =
    within.get(Number.POSITIVE_INFINITY) ?? [...within.values()].reduce((most, count) => Math.max(most, count), sum(finite('count')));
  const bounds = [...within].filter(([bound]) => Number.isFinite(bound)).sort(([one], [other]) => one - other);
  return Object.fromEntries(bounds.map(([bound, count]) => [secondsOf(bound, unitSeconds), Math.max(0, all - count)]));
}

const secondsOf = (bound: number, unitSeconds: number): string => String(Number((bound * unitSeconds).toPrecision(6)));
