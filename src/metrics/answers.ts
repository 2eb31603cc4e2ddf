import type { Answers } from '../model/metrics.ts';
import type { Sample } from './exposition.ts';
import { type Family, families, PATH_LABELS, STATUS_LABELS } from './families.ts';

/** What a page tells of answered requests, without those to the paths that only the kubelet and we ask for; null: no counter of these families. */
export function answersOf(samples: readonly Sample[], own: ReadonlySet<string>, known: readonly Family[] = families): Answers | null {
  const counted = samples.filter(({ labels }) => !PATH_LABELS.some(name => own.has(labels.get(name) ?? '')));
  const family = known.find(candidate => counters(samples, candidate).length > 0);
  if (!family) return null;
  const answers = counters(counted, family).filter(({ value }) => Number.isFinite(value));
  return {
    requests: sum(answers),
    errors: sum(answers.filter(({ labels }) => isError(labels))),
    slower: slower(counted, family),
  };
}

/** The samples that count answers by their status; the histogram's count serves where it is labelled or nothing else is there. */
function counters(samples: readonly Sample[], family: Family): readonly Sample[] {
  const ofName = (name: string): readonly Sample[] => samples.filter(sample => sample.name === name && isOf(sample, family));
  const own = family.counter === undefined ? [] : ofName(family.counter);
  return own.length > 0 ? own : ofName(`${family.histogram}_count`);
}

const isOf = ({ labels }: Sample, { only = {} }: Family): boolean =>
  Object.entries(only).every(([name, value]) => labels.get(name) === value);

const sum = (samples: readonly Sample[]): number => samples.reduce((total, { value }) => total + value, 0);

function isError(labels: ReadonlyMap<string, string>): boolean {
  if (labels.get('classification') === 'failure') return true;
  return STATUS_LABELS.some(name => /^5(\d\d|xx)$/i.test(labels.get(name) ?? ''));
}

/** Requests above each bound of a histogram, over all its series: those of one bound are comparable only where every series has it. */
function slower(samples: readonly Sample[], { histogram, unitSeconds, ...family }: Family): Answers['slower'] {
  const within = new Map<number, number>();
  for (const sample of samples) {
    if (sample.name !== `${histogram}_bucket` || !isOf(sample, { histogram, unitSeconds, ...family })) continue;
    const bound = Number(sample.labels.get('le') === '+Inf' ? Number.POSITIVE_INFINITY : sample.labels.get('le'));
    if (!Number.isNaN(bound)) within.set(bound, (within.get(bound) ?? 0) + sample.value);
  }
  const all = within.get(Number.POSITIVE_INFINITY) ?? 0;
  const bounds = [...within].filter(([bound]) => Number.isFinite(bound)).sort(([one], [other]) => one - other);
  return Object.fromEntries(bounds.map(([bound, count]) => [String(Number((bound * unitSeconds).toPrecision(6))), all - count]));
}
