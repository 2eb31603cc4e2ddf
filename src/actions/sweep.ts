/** The action `sweep`: rollouts that somebody left open are rejected, one after the other. */

import { RolloutError } from '../errors.ts';
import type { Session } from '../execute/session.ts';
import { together } from '../execute/together.ts';
import { readRecord, recordBroken, recordsOf } from '../manifests/record.ts';
import { ageText } from '../model/ages.ts';
import type { Event, Outcome } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import type { MeasuredCluster } from '../model/metrics.ts';
import type { Rollout } from '../model/record.ts';
import type { Request } from '../model/request.ts';
import { bareOutcome } from '../plan/outcome.ts';
import { hasLapsed } from '../plan/refusals/refuse.ts';
import { tellAbsent } from './absent.ts';
import { hasEnded } from './preparing.ts';

/** Runs one action to its end. */
export type Run = (request: Request, cluster: MeasuredCluster, signal: AbortSignal) => AsyncGenerator<Event>;

/** An open rollout, or what cannot be read as one. */
interface Found {
  readonly namespace: string;
  readonly rollout: Rollout | null;
  readonly fault: RolloutError | null;
  /** "shop/web (release 3f2a of run 12 of web, untouched for 26 h)". */
  readonly text: string;
}

/**
 * Rejects every rollout on which nobody has worked for so long. One that a run is at work on is left and named; one that cannot be rejected keeps no
 * other from it.
 * @throws RolloutError with the code of the first that could not be rejected, when the others are done.
 */
export async function sweep(session: Session, run: Run): Promise<void> {
  const { request, cluster, emit } = session;
  const namespaces = request.inputs.namespaces.length > 0 ? [...new Set(request.inputs.namespaces)] : [request.namespace];
  const found = await together(namespaces.map(namespace => cluster.list(recordsOf(namespace))));
  const records = found.flat();
  await tellAbsent(
    session,
    namespaces.filter((_, i) => found[i]?.length === 0),
  );
  const busy = records.flatMap(record => busyText(session, record) ?? []);
  for (const text of busy) emit({ type: 'notice', level: 'warning', text });
  const old = records.flatMap(record => oldIn(session, record) ?? []);
  const failures: RolloutError[] = [];
  const done: Found[] = [];
  for (const found of old) {
    const failure = found.fault ?? (await rejected(session, found, run));
    if (failure) failures.push(new RolloutError(failure.code, `${found.text}: ${failure.message}`, failure.hint));
    else done.push(found);
    if (session.signal.aborted) break;
  }
  // Who has cancelled the step is told that, whatever failed before.
  const first = failures.find(({ code }) => code === 'INTERRUPTED') ?? failures[0];
  if (first) throw unswept(failures, first, done);
  emit({ type: 'outcome', outcome: outcomeOf(session, done, busy) });
}

function unswept(failures: readonly RolloutError[], first: RolloutError, done: readonly Found[]): RolloutError {
  const rest = done.length > 0 ? [`Rejected all the same: ${done.map(({ text }) => text).join(', ')}`] : [];
  return new RolloutError(first.code, [...failures.map(({ message }) => message), ...rest].join('\n'), first.hint, { cause: first });
}

const isAtWork = ({ cluster }: Session, { holder, renewedAt }: Rollout): boolean =>
  holder !== null && !hasLapsed(renewedAt, cluster.now()) && !hasEnded(holder);

const limitOf = ({ request }: Session): number => request.inputs.olderThanSeconds * 1000;

/** What is old, and not left alone by those who opened it. */
function busyText(session: Session, record: KubeObject): string | null {
  const reading = readRecord(record, null);
  if (reading.state !== 'rollout' || !isAtWork(session, reading.rollout)) return null;
  const opened = Date.parse(record.metadata.creationTimestamp ?? '');
  if (!(session.cluster.now() - opened >= limitOf(session))) return null;
  const { namespace, workload, holder } = reading.rollout;
  return `${namespace}/${workload} is skipped: ${holder?.name ?? 'a run'}${holder?.url ? ` (${holder.url})` : ''} is at work on it.`;
}

function oldIn(session: Session, record: KubeObject): Found | null {
  const { namespace = '', name } = record.metadata;
  const reading = readRecord(record, null);
  const now = session.cluster.now();
  if (reading.state === 'broken') {
    const age = now - Date.parse(record.metadata.creationTimestamp ?? '');
    const fault = recordBroken({ namespace, name }, reading.why);
    return age >= limitOf(session) ? { namespace, rollout: null, fault, text: `${namespace}/${name}` } : null;
  }
  if (reading.state === 'none' || isAtWork(session, reading.rollout)) return null;
  const { rollout } = reading;
  const age = now - rollout.renewedAt;
  // A reject that died has been decided: whoever sweeps next ends it.
  if (age < limitOf(session) && rollout.action !== 'reject') return null;
  const whose = rollout.release === '' ? rollout.run.name : `release ${rollout.release} of ${rollout.run.name}`;
  return { namespace, rollout, fault: null, text: `${namespace}/${rollout.workload} (${whose}, untouched for ${ageText(age)})` };
}

/** Ends one as reject would; what kept it from it, or null. */
async function rejected(
  { request, cluster, signal, emit, trail }: Session,
  { namespace, rollout, text }: Found,
  run: Run,
): Promise<RolloutError | null> {
  emit({ type: 'notice', level: 'info', text: request.inputs.dryRun ? `${text} would be rejected.` : `Rejecting ${text}.` });
  const inputs = {
    ...request.inputs,
    action: 'reject' as const,
    rejectAny: true,
    application: null,
    variantName: null,
    workloads: rollout ? [rollout.workload] : [],
  };
  let failure: RolloutError | null = null;
  for await (const event of run({ ...request, inputs, namespace, manifests: [], release: null }, cluster, signal)) {
    // Each run leaves a trail of its own: the sweep has moved what one of them moved.
    if (event.type === 'failed' ? !event.standing?.isUnmoved : event.type === 'outcome' && !event.outcome.dryRun) trail.hasMoved = true;
    if (event.type === 'failed') failure = new RolloutError(event.code, event.message, event.hint);
    else if (event.type !== 'outcome') emit(event);
  }
  return failure;
}

function outcomeOf({ request }: Session, done: readonly Found[], busy: readonly string[]): Outcome {
  const left = busy.length > 0 ? busy.join(' ') : undefined;
  const none = `no open rollout has been idle for ${ageText(request.inputs.olderThanSeconds * 1000)}`;
  const told = done.length > 0 ? left : [none, left].filter(text => text !== undefined).join('. ');
  return {
    ...bareOutcome({ ...request, release: null }, done.length > 0 ? 'rejected' : 'unchanged'),
    ...(done.length > 0 ? { ended: done.map(({ text }) => text).join(', ') } : {}),
    ...(told === undefined ? {} : { because: told }),
  };
}
