/** The time in which a share stands under watch: the new version is judged by its own requests, and by how its pods live. */

import type { Gauge } from '../../analysis/gauge.ts';
import { ailments, COMING_SECONDS, goneOf, goneText, isComing, type WatchedPod } from '../../analysis/health.ts';
import { type Bounds, boundsInUse, type Finding, judged, limitOf } from '../../analysis/judge.ts';
import { lacksPoints, noPoints, type Points, rankedFinding, withPoint } from '../../analysis/points.ts';
import { counted, type Looked, together as sumOf, type Tally } from '../../analysis/tally.ts';
import { at, text } from '../../manifests/json.ts';
import { type AskedMetric, type Reading, type Variant, type Verdict, worstOf } from '../../model/metrics.ts';
import type { Operation } from '../../model/operation.ts';
import type { Analysis } from '../../model/record.ts';
import type { Inputs } from '../../model/request.ts';
import type { Lease } from '../lease.ts';
import { variantsOf } from '../pods/sides.ts';
import { isRemovedWith } from '../removed.ts';
import { pause, type Session } from '../session.ts';
import { analysedContrast, type Contrast, compared, criticalOf } from './compare.ts';
import { warnings } from './events.ts';
import { foretelling } from './foretelling.ts';
import { analysedGauge, deciding, gauged, gaugeFindings, gaugesOf, gaugeText } from './gauges.ts';
import { hadPassed, openMemory, podsFrom, tallyFrom, type WatchMemory } from './memory.ts';
import { remembered } from './record.ts';
import { openText, type Refused, refusals, refuseWithoutBaseline } from './refusals.ts';
import { analysed, blindSides, findingText, lookedMetric } from './words.ts';

type Soak = Extract<Operation, { do: 'soak' }>;

const LOOK_SECONDS = 5;
/** The second look comes so soon behind the first: requests of a fresh pod count from its second look on. */
const SECOND_LOOK_SECONDS = 1;
const TOLD_EVERY_SECONDS = 30;
/** What has been seen up to now. */
interface Watch {
  readonly tally: Tally;
  /** Null until enough requests were seen to choose them. */
  readonly bounds: Bounds;
  readonly findings: readonly Finding[];
  readonly first: readonly WatchedPod[];
  /** The looks of the last round that found nothing. */
  readonly unread: readonly Exclude<Reading, { readonly answers: object }>[];
  /** Sides of which half of the pods, or more, were never read: "canary 2 of 3". */
  readonly blind: readonly string[];
  readonly looks: number;
  /** Seconds since it began. */
  readonly waited: number;
  readonly gauges: readonly Gauge[];
  /** What Kayenta's judge compares; null where strict judges. */
  readonly points: readonly Points[] | null;
  /** What the versions answer otherwise. */
  readonly contrasts: readonly Contrast[];
  /** What the new version suffers. */
  readonly ill: readonly string[];
  /** The pods of this look. */
  readonly watched: readonly WatchedPod[];
  /** Some of its pods were missing at this look: one that is replaced may be, for a moment. */
  readonly isShort: boolean;
  /** For how long the share stands in all, as far as it is known by now. */
  readonly seconds: number;
  /** What an earlier process had seen. */
  readonly before: Analysis | null;
}

/** Watches; throws ANALYSIS_FAILED, ANALYSIS_INCONCLUSIVE or NO_DATA where the new version may not go on. */
export async function soak(session: Session, operation: Soak, lease: Pick<Lease, 'held' | 'remember'>): Promise<void> {
  refuseWithoutBaseline(session.request.inputs, operation);
  const memory = await openMemory(session, lease, operation);
  let watch = begin(session, operation, { ...memory, contrasts: await compared(session, operation) });
  const foretell = foretelling(session.cluster.metrics ?? {});
  // A look takes its time too.
  const begunAt = session.cluster.time.elapsed();
  const waitedBy = (): number => memory.waited + (session.cluster.time.elapsed() - begunAt) / 1000;
  for (let { waited } = memory, toldAt = waited; ; waited = waitedBy()) {
    const { waited: earlier } = watch;
    watch = await look(session, operation, { ...watch, waited });
    tellLook(session, operation, watch);
    tellComing(session, operation, { ...watch, earlier });
    if (isOver(watch)) return await end(session, operation, { ...watch, memory });
    await memory.note(watch);
    if (watch.before === null && watch.points === null) tell(session, foretell(watch));
    if (waited >= toldAt + TOLD_EVERY_SECONDS) {
      tell(session, watch.findings.map(findingText));
      toldAt = waited;
    }
    await pause(session, watch.looks === 1 ? SECOND_LOOK_SECONDS : untilNext(watch.seconds - waited));
  }
}

/** Seconds until the next look. Behind the end of the soak only pods that came late are looked at. */
const untilNext = (left: number): number => (left > 0 ? Math.min(LOOK_SECONDS, Math.max(SECOND_LOOK_SECONDS, left)) : LOOK_SECONDS);

function tellComing(
  session: Session,
  { workload }: Soak,
  { earlier, first, watched, waited, seconds }: Watch & { readonly earlier: number },
): void {
  if (waited >= seconds && earlier < seconds && isComing(first, watched))
    tell(session, [`${workload}: a pod of the new version came in the place of another; it has ${COMING_SECONDS} s to get ready`]);
}

type Begun = Pick<WatchMemory, 'before' | 'anew' | 'waited'> & Pick<Watch, 'contrasts'>;

function begin(session: Session, { workload }: Soak, { before, anew, waited, contrasts }: Begun): Watch {
  if (anew !== null) tell(session, [`${workload}: the interrupted analysis starts over: ${anew}`]);
  if (before) tell(session, [`${workload}: the interrupted analysis resumes; it began ${Math.round(waited)} s ago`]);
  return {
    tally: new Map(),
    bounds: before?.bounds ?? null,
    findings: [],
    first: [],
    unread: [],
    blind: [],
    points: session.request.inputs.judge === 'kayenta' ? noPoints(session.request.inputs.metrics) : null,
    gauges: gaugesOf(session.request.inputs),
    contrasts,
    looks: 0,
    waited,
    ill: [],
    watched: [],
    isShort: false,
    seconds: 0,
    before,
  };
}

/** An analysis whose time is over before it is decided may be given more of it. */
function timeOf({ request: { inputs } }: Session, { seconds }: Soak, findings: readonly Finding[]): number {
  const isOpen = worstOf(findings.map(one => (lacksPoints(one) ? 'inconclusive' : one.verdict))) === 'inconclusive';
  return isOpen && inputs.onInconclusive === 'extend' ? Math.max(seconds, inputs.soakLimitSeconds) : seconds;
}

/** Whether the soak is over. Proof that the new version is worse ends it at once; else it lasts its whole time, and a pod that came late has time to get ready. */
const isOver = ({ findings, gauges, ill, first, watched, waited, seconds, contrasts }: Watch): boolean =>
  waited >= seconds + (isComing(first, watched) ? COMING_SECONDS : 0) ||
  ill.length > 0 ||
  [...findings, ...criticalOf(contrasts), ...deciding(gaugeFindings(gauges, false))].some(({ verdict }) => verdict === 'fail');

function tellLook({ emit }: Session, { workload, sides }: Soak, { findings, tally }: Watch): void {
  const [canary, baseline, stable] = (['canary', 'baseline', 'stable'] as const).map(side => sumOf(tally, side));
  const counts = { ...(canary ? { canary } : {}), ...(sides.baseline && baseline ? { baseline } : {}), ...(stable ? { stable } : {}) };
  emit({ type: 'looked', workload, against: sides.baseline ? 'baseline' : 'stable', metrics: findings.map(lookedMetric), counts });
}

function tell({ emit }: Session, lines: readonly string[]): void {
  for (const text of lines) emit({ type: 'progress', text });
}

async function look(session: Session, operation: Soak, before: Watch): Promise<Watch> {
  const { cluster, request } = session;
  const { namespace, sides } = operation;
  const { metrics } = request.inputs;
  const variants = await variantsOf(session, namespace, sides);
  const watched = variants.flatMap(({ pods, side }) => pods.map(pod => ({ pod, isCanary: side === 'canary' })));
  const first = before.looks === 0 ? podsFrom(before.before, watched) : before.first;
  const readings = metrics.length > 0 && cluster.metrics ? await cluster.metrics.read(variants) : [];
  const looked = variants.flatMap(lookedAt);
  const tally = counted(before.looks === 0 ? tallyFrom(before.before, looked) : before.tally, looked, readings);
  const bounds = before.bounds ?? boundsInUse(tally);
  const points = before.points?.map(one => withPoint(one, before.tally, tally)) ?? null;
  const findings = findingsOf(metrics, { ...before, tally, bounds, points, isOver: before.waited >= operation.seconds });
  const seconds = timeOf(session, operation, findings);
  const late = before.waited - seconds;
  const gone = goneOf(first, watched);
  return {
    tally,
    bounds,
    points,
    findings,
    first,
    unread: readings.flatMap(reading => (reading.answers ? [] : [reading])),
    blind: blindSides(variants, readings, tally),
    gauges: await gauged(before.gauges, cluster, { variants, seconds: before.waited }),
    waited: before.waited,
    looks: before.looks + 1,
    contrasts: before.contrasts,
    ill: [...ailments(first, watched, late >= COMING_SECONDS), ...(gone !== 0 && (late >= 0 || before.isShort) ? [goneText(gone)] : [])],
    watched,
    isShort: gone !== 0,
    seconds,
    before: before.before,
  };
}

type Seen = Pick<Watch, 'tally' | 'bounds' | 'points' | 'findings' | 'before'> & { readonly isOver: boolean };

/** Judges what was seen. `findings` are those of the look before: a metric that has passed stays so. */
function findingsOf(metrics: readonly AskedMetric[], { tally, bounds, points, findings, before, isOver }: Seen): readonly Finding[] {
  const limit = limitOf(metrics.length);
  return metrics.map(asked => {
    const known = findings.find(({ metric }) => metric === asked.metric);
    if (known?.verdict === 'pass') return known;
    const found = judged(asked, tally, { limit, bounds });
    const series = points?.find(({ metric }) => metric === asked.metric);
    if (series) return rankedFinding(found, series, { ...asked, isOver });
    return hadPassed(before, asked.metric) ? { ...found, verdict: 'pass' as const } : found;
  });
}

/** What may be counted of a variant: its pods, and its Services where a router counts. */
const lookedAt = ({ pods, services, side }: Variant): readonly Looked[] => [
  ...pods.map(pod => ({ pod: pod.metadata.name, side, node: text(at(pod, 'spec.nodeName')) })),
  ...services.map(service => ({ pod: service, side, node: '' })),
];

interface Ended extends Watch {
  readonly memory: WatchMemory;
}

/** The analysis is over: it is told and remembered. Throws where the rollout may not go on. */
async function end(session: Session, operation: Soak, { memory, ...watch }: Ended): Promise<void> {
  const { emit, request } = session;
  const { workload } = operation;
  const { findings, ill, contrasts } = watch;
  const critical = criticalOf(contrasts);
  const gauges = gaugeFindings(watch.gauges, true);
  const decided = deciding(gauges);
  const verdict: Verdict =
    ill.length > 0
      ? 'fail'
      : worstOf([...findings, ...critical, ...decided].map(finding => finding.verdict).concat(watch.blind.map(() => 'no-data')));
  const isAccepted = verdict === 'inconclusive' && request.inputs.onInconclusive === 'pass';
  emit({
    type: 'analysed',
    workload,
    verdict,
    findings: [...findings.map(analysed), ...contrasts.map(analysedContrast), ...gauges.map(analysedGauge)],
  });
  for (const told of gauges.filter(({ decides, verdict: own }) => !decides && own !== 'pass'))
    emit({ type: 'notice', level: 'warning', text: `${workload}: ${gaugeText(told)}. It is not critical, so it decides nothing.` });
  for (const text of await warnings(session, operation.namespace, watch))
    emit({ type: 'notice', level: 'warning', text: `${text}. No pod of the old version had such an event; it decides nothing.` });
  await memory.end(verdict, remembered({ ...watch, critical, decided }), isAccepted);
  const seen = { ...watch, critical, decided, soaked: { seconds: watch.waited, metrics: request.inputs.metrics } };
  if (isAccepted) emit({ type: 'notice', level: 'warning', text: `The soak ended without proof either way. ${openText(seen)}` });
  else if (verdict !== 'pass') throw refusals[verdict](workload, { ...seen, ...circumstances(request.inputs) });
}

/** What else decides on the words of a refusal. */
const circumstances = (inputs: Inputs): Pick<Refused, 'isByPrometheus' | 'isExtended' | 'isRemoved'> => ({
  isExtended: inputs.onInconclusive === 'extend',
  isByPrometheus: inputs.prometheus !== null,
  isRemoved: isRemovedWith(inputs),
});
