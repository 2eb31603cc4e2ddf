/** How often the judge is wrong and how soon it is right: simulated requests, looked at every five seconds. Prints two tables. */

import { type Bounds, boundsInUse, judged, limitOf } from '../../src/analysis/judge.ts';
import { interval } from '../../src/analysis/kayenta/interval.ts';
import { counted, type Looked, type Tally } from '../../src/analysis/tally.ts';
import { type Answers, type AskedMetric, type Reading, type Verdict, worstOf } from '../../src/model/metrics.ts';
import { createRandom, type Random } from '../../src/simulation/api/random.ts';

const LOOK_SECONDS = 5;
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const metrics: readonly AskedMetric[] = [
  { metric: 'errors', tolerance: 0.01 },
  { metric: 'latency', tolerance: 0.05 },
];

/** One case: what the canary does, and how far the speeds of pods are apart (standard deviation of its logarithm). */
export interface Case {
  readonly name: string;
  readonly runs: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly apart: number;
  /** Share of the canary's answers that fail; the old version's is 0.1 %. */
  readonly errors: number;
  /** How many times as long the canary takes. */
  readonly slower: number;
}

/** How the runs of a case ended, and the median of the seconds until the first decision against the canary. */
export interface Judgement {
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly medianSeconds: number | null;
}

const OLD_ERRORS = 0.001;

interface SimulatedPod extends Looked {
  readonly perSecond: number;
  readonly medianSeconds: number;
  readonly errors: number;
}

/** Runs a case; equal seeds give equal judgements. */
export function judgement(given: Case, seed = 1): Judgement {
  const random = createRandom(seed);
  const runs = Array.from({ length: given.runs }, () => analysed(given, random));
  const count = (verdict: Verdict): number => runs.filter(run => run.verdict === verdict).length;
  const failed = runs.flatMap(run => (run.verdict === 'fail' ? [run.seconds] : [])).sort((one, other) => one - other);
  return {
    verdicts: { fail: count('fail'), pass: count('pass'), inconclusive: count('inconclusive'), 'no-data': count('no-data') },
    medianSeconds: failed[Math.floor(failed.length / 2)] ?? null,
  };
}

function analysed(given: Case, random: Random): { readonly verdict: Verdict; readonly seconds: number } {
  const pods = podsOf(given, random);
  const counters = new Map(pods.map(({ pod }) => [pod, zero()]));
  let tally: Tally = new Map();
  let bounds: Bounds = null;
  const passed = new Set<string>();
  let verdict: Verdict = 'no-data';
  for (let seconds = 0; seconds <= given.seconds; seconds += LOOK_SECONDS) {
    const readings = pods.map((pod): Reading => ({ pod: pod.pod, answers: answered(counters.get(pod.pod) ?? zero(), pod, random) }));
    tally = counted(tally, pods, readings);
    bounds ??= boundsInUse(tally);
    const verdicts = metrics.map(asked => {
      const now = passed.has(asked.metric) ? 'pass' : judged(asked, tally, { limit: limitOf(metrics.length), bounds }).verdict;
      if (now === 'pass') passed.add(asked.metric);
      return now;
    });
    verdict = worstOf(verdicts);
    if (verdict === 'fail') return { verdict, seconds };
  }
  return { verdict, seconds: given.seconds };
}

function podsOf({ apart, perSecond, slower, errors }: Case, random: Random): readonly SimulatedPod[] {
  const speed = (): number => 0.06 * Math.exp(apart * normal(random));
  const pod = (name: string, side: Looked['side'], rate: number) => ({
    pod: name,
    side,
    node: '',
    perSecond: rate,
    medianSeconds: speed(),
    errors: OLD_ERRORS,
  });
  const canary = pod('canary', 'canary', perSecond);
  const stable = [1, 2, 3, 4].map(number => pod(`stable-${number}`, 'stable', 4 * perSecond));
  return [{ ...canary, medianSeconds: canary.medianSeconds * slower, errors }, pod('baseline', 'baseline', perSecond), ...stable];
}

interface Counters {
  requests: number;
  errors: number;
  readonly slower: Record<string, number>;
}

const zero = (): Counters => ({ requests: 0, errors: 0, slower: Object.fromEntries(BOUNDS.map(bound => [String(bound), 0])) });

/** What comes in until the next look; times are lognormal with a deviation of 0.5. */
function answered(counters: Counters, { perSecond, medianSeconds, errors }: SimulatedPod, random: Random): Answers {
  const requests = Math.round(perSecond * LOOK_SECONDS + Math.sqrt(perSecond * LOOK_SECONDS) * normal(random));
  for (let request = 0; request < requests; request++) {
    const seconds = medianSeconds * Math.exp(0.5 * normal(random));
    counters.requests += 1;
    counters.errors += random.next() < errors ? 1 : 0;
    for (const bound of BOUNDS) if (seconds > bound) counters.slower[String(bound)] = (counters.slower[String(bound)] ?? 0) + 1;
  }
  return { requests: counters.requests, errors: counters.errors, slower: { ...counters.slower } };
}

/** By Box and Muller. */
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

const same = { runs: 200, seconds: 300, perSecond: 7.5, apart: 0, errors: OLD_ERRORS, slower: 1 };

/** The cases of the tables. */
export const cases: readonly Case[] = [
  { ...same, name: 'the same version' },
  { ...same, name: 'the same version, pods apart by 10 %', apart: 0.1 },
  { ...same, name: '20 % errors', runs: 50, errors: 0.2 },
  { ...same, name: '5 % errors', runs: 50, errors: 0.05 },
  { ...same, name: '1.5 times as slow', runs: 50, slower: 1.5 },
  { ...same, name: 'twice as slow', runs: 50, slower: 2 },
  { ...same, name: 'twice as slow, pods apart by 10 %', runs: 50, slower: 2, apart: 0.1 },
  { ...same, name: 'the same version at 1 request/s', runs: 50, perSecond: 1 },
];

function row(given: Case): string {
  const { verdicts, medianSeconds } = judgement(given);
  const cells = [
    given.name,
    given.runs,
    verdicts.fail,
    verdicts.pass,
    verdicts.inconclusive,
    medianSeconds === null ? '-' : `${medianSeconds} s`,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** The least of several tries: the first ones meet code that is not compiled yet. */
function rankTestMilliseconds(): number {
  const random = createRandom(3);
  const series = () => Array.from({ length: 1000 }, () => random.next());
  const both = { control: series(), experiment: series() };
  const took = Array.from({ length: 15 }, () => {
    const before = process.cpuUsage();
    interval(both, 0.98);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...took);
}

if (process.argv[1]?.endsWith('judging.ts')) {
  const head =
    '| canary, 5 minutes at 7.5 requests/s a side | runs | fail | pass | inconclusive | fails after (median) |\n|---|---|---|---|---|---|';
  process.stdout.write(
    `${[head, ...cases.map(row)].join('\n')}\n\n1,000 points a side by the rank test: ${rankTestMilliseconds().toFixed(1)} ms of CPU.\n`,
  );
}
