/** What the record says of a watch: that it was asked for, from where its requests count, what it came to. */
import { restartsOf, type WatchedPod } from '../../analysis/health.ts';
import type { Bounds, Finding } from '../../analysis/judge.ts';
import type { Looked, Tally } from '../../analysis/tally.ts';
import { isJudged, judgesOf } from '../../gates/soak.ts';
import { same } from '../../manifests/json.ts';
import type { Verdict } from '../../model/metrics.ts';
import type { Analysis, Rollout } from '../../model/record.ts';
import type { Lease } from '../lease.ts';
import type { Session } from '../session.ts';

/** A watch, as far as it is remembered. */
export interface Remembered {
  readonly tally: Tally;
  readonly bounds: Bounds;
  readonly findings: readonly Pick<Finding, 'metric' | 'verdict'>[];
  readonly first: readonly WatchedPod[];
  readonly looks: number;
}

/** Pods whose counters are more than this are not remembered: a watch of them that is broken off begins anew. */
const MOST_CHARACTERS = 100_000;

/** The pods count from their second look on. */
const COUNTS_FROM_LOOK = 2;

/** The memory of one watch. */
export interface WatchMemory {
  /** What an earlier process has begun and not ended; null: this watch is a new one. */
  readonly before: Analysis | null;
  /** Why what an earlier process has begun is not gone on with; null: it is, or there is nothing. */
  readonly anew: string | null;
  /** Seconds since the watch began. */
  readonly waited: number;
  /** Writes what is new. */
  note(watch: Remembered): Promise<void>;
  /** Writes what it came to; `accepted`: it may go on though nothing is proven. */
  end(verdict: Verdict, metrics: Analysis['metrics'], accepted: boolean): Promise<void>;
}

/** Opens the memory of a watch in the record of its workload; where this process holds none, nothing is remembered. */
export async function openMemory(
  { cluster, request }: Session,
  lease: Pick<Lease, 'held' | 'remember'>,
  { namespace, workload }: Pick<Rollout, 'namespace' | 'workload'>,
): Promise<WatchMemory> {
  const held = (): Rollout | undefined => lease.held().find(one => one.workload === workload && one.namespace === namespace);
  const known = held();
  // The points of Kayenta's series are not in the record: its watch begins anew.
  const isKept = request.inputs.judge === 'strict';
  const asked = judgesOf(request.inputs);
  const begun = known?.analysis && isBroken(known.analysis, known) ? known.analysis : null;
  const anew = begun && whyAnew(begun, { isKept, asked });
  const before = anew === null ? begun : null;
  const now = cluster.now();
  let last: Analysis = before ?? { stage: known?.stage ?? '', since: now, verdict: null, score: null, metrics: [], asked };
  const write = async (analysis: Analysis): Promise<void> => {
    last = analysis;
    const rollout = held();
    if (rollout && !same(rollout.analysis, analysis)) await lease.remember({ ...rollout, analysis });
  };
  await write(last);
  return {
    before,
    anew,
    waited: Math.max(0, (now - last.since) / 1000),
    note: watch => write({ ...last, ...noted(watch, last) }),
    end: (verdict, metrics, accepted) => {
      const { stage, since } = last;
      return write({ stage, since, verdict, score: scoreOf(metrics), metrics, asked, ...(accepted ? { accepted } : {}) });
    },
  };
}

const isBroken = ({ verdict, stage }: Analysis, rollout: Rollout): boolean => verdict === null && stage === rollout.stage;

/** Why a watch that was broken off begins anew: it had counted no request, or it is to judge something else. Null where it goes on. */
function whyAnew(analysis: Analysis, { isKept, asked }: { readonly isKept: boolean; readonly asked: readonly string[] }): string | null {
  if (!isKept) return 'the points that judge kayenta compares are not kept';
  if (analysis.from === undefined) return 'no request was counted yet';
  return isJudged(asked, analysis) ? null : 'it was asked to judge other metrics';
}

const scoreOf = (metrics: Analysis['metrics']): number =>
  metrics.length === 0 ? 100 : Math.round((100 * metrics.filter(({ verdict }) => verdict === 'pass').length) / metrics.length);

function noted(watch: Remembered, last: Analysis): Partial<Analysis> {
  const { bounds, findings, looks } = watch;
  const passed = findings.filter(({ verdict }) => verdict === 'pass').map(({ metric, verdict }) => ({ metric, verdict }));
  const isCounting = last.from === undefined && looks === COUNTS_FROM_LOOK;
  return { metrics: passed, ...(bounds ? { bounds } : {}), ...(isCounting ? startOf(watch) : {}) };
}

/** Where everything is, unless there is too much of it. */
function startOf({ first, tally }: Remembered): Pick<Analysis, 'from' | 'restarts'> {
  const from = Object.fromEntries([...tally].flatMap(([name, { last }]) => (last ? [[name, last] as const] : [])));
  const restarts = Object.fromEntries(first.map(({ pod }) => [pod.metadata.name, restartsOf(pod)]));
  return JSON.stringify({ from, restarts }).length > MOST_CHARACTERS ? {} : { from, restarts };
}

/** The tally as it was when the requests began to count, of those that are there still. */
export const tallyFrom = (before: Analysis | null, looked: readonly Looked[]): Tally =>
  new Map(
    looked.flatMap(one => {
      const last = before?.from?.[one.pod];
      return last ? [[one.pod, { ...one, looks: COUNTS_FROM_LOOK, last, requests: 0, errors: 0, slower: {} }] as const] : [];
    }),
  );

/** The pods as they were then. */
export const podsFrom = (before: Analysis | null, pods: readonly WatchedPod[]): readonly WatchedPod[] =>
  pods.map(one => {
    const restarts = before?.restarts?.[one.pod.metadata.name];
    return restarts === undefined ? one : { ...one, restarts };
  });

/** Whether a metric had passed in the watch that was broken off: it stays so. */
export const hadPassed = (before: Analysis | null, metric: string): boolean =>
  (before?.metrics ?? []).some(known => known.metric === metric && known.verdict === 'pass');
