/** The time in which a share stands under watch: the new version is judged by its own requests, and by how its pods live. */

import { ailments, type WatchedPod } from '../analysis/health.ts';
import { type Bounds, boundsInUse, type Finding, judged, limitOf, worstOf } from '../analysis/judge.ts';
import { counted, type Looked, type Side, type Tally } from '../analysis/tally.ts';
import { RolloutError } from '../errors.ts';
import { at, text } from '../manifests/json.ts';
import { VARIANT } from '../manifests/names.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Reading, Verdict } from '../model/metrics.ts';
import type { Operation } from '../model/operation.ts';
import { pause, type Session } from './session.ts';
import { analysed, failedText, findingText, foresight, undecidedText, unreadText } from './soak-words.ts';
import { together } from './together.ts';

type Soak = Extract<Operation, { do: 'soak' }>;

const LOOK_SECONDS = 5;
/** The first two looks at a fresh pod count for nothing: the second one comes soon. */
const SECOND_LOOK_SECONDS = 1;
const TOLD_EVERY_SECONDS = 30;
/** Pods of stable beyond these add load and little evidence. */
const MOST_OF_STABLE = 10;

/** What has been seen up to now. */
interface Watch {
  readonly tally: Tally;
  /** Null until enough requests were seen to choose them. */
  readonly bounds: Bounds;
  readonly findings: readonly Finding[];
  readonly first: readonly WatchedPod[];
  /** The looks of the last round that found nothing. */
  readonly unread: readonly Exclude<Reading, { readonly answers: object }>[];
  readonly looks: number;
}

/** Watches; throws ANALYSIS_FAILED, ANALYSIS_INCONCLUSIVE or NO_DATA where the new version may not go on. */
export async function soak(session: Session, operation: Soak): Promise<void> {
  let watch: Watch = { tally: new Map(), bounds: null, findings: [], first: [], unread: [], looks: 0 };
  for (let waited = 0, toldAt = 0; ; ) {
    watch = await look(session, operation, watch);
    const seconds = timeOf(session, operation, watch);
    if (isOver(watch, waited, seconds)) return end(session, operation, watch);
    if (watch.looks === 3) tell(session, foresight(watch.tally, { seconds, metrics: watch.findings.length, countedSeconds: LOOK_SECONDS }));
    if (waited >= toldAt + TOLD_EVERY_SECONDS) {
      tell(session, watch.findings.map(findingText));
      toldAt = waited;
    }
    const next = watch.looks === 1 ? SECOND_LOOK_SECONDS : Math.min(LOOK_SECONDS, Math.max(SECOND_LOOK_SECONDS, seconds - waited));
    await pause(session, next);
    waited += next;
  }
}

/** An analysis whose time is over before it is decided may be given more of it. */
function timeOf({ request: { inputs } }: Session, { seconds }: Soak, { findings }: Watch): number {
  const isOpen = worstOf(findings.map(({ verdict }) => verdict)) === 'inconclusive';
  return isOpen && inputs.onInconclusive === 'extend' ? Math.max(seconds, inputs.soakLimitSeconds) : seconds;
}

/** What is worse is no longer waited for; all else stands for the whole time. */
const isOver = ({ findings }: Watch, waited: number, seconds: number): boolean =>
  waited >= seconds || findings.some(({ verdict }) => verdict === 'fail');

function tell({ emit }: Session, lines: readonly string[]): void {
  for (const text of lines) emit({ type: 'progress', text });
}

async function look(session: Session, { namespace, sides }: Soak, before: Watch): Promise<Watch> {
  const { cluster, request } = session;
  const { metrics } = request.inputs;
  const pods = await podsOf(session, namespace, sides);
  const watched = pods.map(({ pod, side }) => ({ pod, isCanary: side === 'canary' }));
  const first = before.looks === 0 ? watched : before.first;
  const ill = ailments(first, watched);
  if (ill.length > 0)
    throw new RolloutError(
      'ANALYSIS_FAILED',
      `the new version is not well: ${ill.join('; ')}`,
      'See the logs of these pods: kubectl logs --previous shows what a container said before it ended.',
    );
  const readings = metrics.length > 0 && cluster.metrics ? await cluster.metrics.read(pods.map(({ pod }) => pod)) : [];
  const tally = counted(before.tally, pods.map(lookedAt), readings);
  const bounds = before.bounds ?? boundsInUse(tally);
  const limit = limitOf(metrics.length);
  const findings = metrics.map(asked => {
    const known = before.findings.find(({ metric }) => metric === asked.metric);
    return known?.verdict === 'pass' ? known : judged(asked, tally, { limit, bounds });
  });
  return {
    tally,
    bounds,
    findings,
    first,
    unread: readings.flatMap(reading => (reading.answers ? [] : [reading])),
    looks: before.looks + 1,
  };
}

interface SidePod {
  readonly pod: KubeObject;
  readonly side: Side;
}

const lookedAt = ({ pod, side }: SidePod): Looked => ({ pod: pod.metadata.name, side, node: text(at(pod, 'spec.nodeName')) });

/** The pods of each side that run; those that are on their way out keep what they have answered. */
async function podsOf({ cluster }: Session, namespace: string, sides: Soak['sides']): Promise<readonly SidePod[]> {
  const given = (['canary', 'baseline', 'stable'] as const).flatMap(side => (sides[side] ? [{ side, labels: sides[side] }] : []));
  const lists = await together(
    given.map(async ({ side, labels }) => {
      const found = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels });
      const own = found.filter(
        ({ metadata }) => metadata.deletionTimestamp === undefined && (side !== 'stable' || metadata.labels?.[VARIANT] === undefined),
      );
      return own.slice(0, side === 'stable' ? MOST_OF_STABLE : undefined).map(pod => ({ pod, side }));
    }),
  );
  return lists.flat();
}

/** The analysis is over: tells of it, and throws where the rollout may not go on. */
function end({ emit, request }: Session, { workload }: Soak, { findings, unread, tally }: Watch): void {
  const { inputs } = request;
  const verdict: Verdict = worstOf(findings.map(finding => finding.verdict));
  emit({ type: 'analysed', workload, verdict, findings: findings.map(analysed) });
  if (verdict === 'fail') {
    const failed = findings.filter(finding => finding.verdict === 'fail').map(failedText);
    throw new RolloutError(
      'ANALYSIS_FAILED',
      `${workload}: the new version is worse than the old one. ${failed.join('; ')}`,
      'Look at the logs of the canary. When the cause is mended, deploy the new image.',
    );
  }
  if (verdict === 'no-data') {
    throw new RolloutError(
      'NO_DATA',
      `${workload}: the new version cannot be judged: ${unreadText(unread, tally)}`,
      'Let the pods serve counters of their requests (annotation prometheus.io/port, or the input metrics-port), send them requests, and give the Role get on pods/proxy. Or leave metrics out: health alone is watched then.',
    );
  }
  if (verdict === 'inconclusive' && inputs.onInconclusive !== 'pass') {
    throw new RolloutError(
      'ANALYSIS_INCONCLUSIVE',
      `${workload}: the soak is over and nothing is proven. ${undecidedText(findings)}`,
      'Give it more time (soak, or on-inconclusive: extend) or more requests (percentage), tolerate more (errors tolerance=2%), or accept it with on-inconclusive: pass.',
    );
  }
  if (verdict === 'inconclusive')
    emit({ type: 'notice', level: 'warning', text: `The soak is over and nothing is proven. ${undecidedText(findings)}` });
}
