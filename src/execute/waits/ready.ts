import { RolloutError } from '../../errors.ts';
import { differences } from '../../manifests/json.ts';
import { keyOf, nameOf } from '../../manifests/refs.ts';
import { isSameTemplate, templateOf } from '../../manifests/template.ts';
import type { Readiness } from '../../model/event.ts';
import type { Ref } from '../../model/kube.ts';
import type { Operation } from '../../model/operation.ts';
import { inEndpoints } from '../../readiness/endpoints.ts';
import { readiness } from '../../readiness/index.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import { noteEndpoints } from '../age.ts';
import { checkpoint, metNow, note, notedNow, type Session } from '../session.ts';
import { revisionsOnDemand } from '../watches/newest.ts';
import { newsAbout } from '../watches/news.ts';
import { endpointTargets, readyTargets, type Targets } from '../watches/targets.ts';
import { type Judge, seen, until } from '../watches/until.ts';
import type { Snapshot } from '../watches/watching.ts';
import { clearWay } from './clear-way.ts';
import { endOfJob } from './ended-jobs.ts';
import { knowingPods, noteReadyPods } from './ready-pods.ts';

type AwaitReady = Extract<Operation, { do: 'await-ready' }>;
type AwaitEndpoints = Extract<Operation, { do: 'await-endpoints' }>;

/**
 * Waits until an object is rolled out.
 * @throws RolloutError NOT_READY in the cluster's own words as soon as waiting cannot help, or at the timeout; UNHEALTHY_STABLE for stable
 * before a canary; STABLE_DIFFERS when another writer replaced the template meanwhile; NOT_FOUND when it is gone.
 */
export async function awaitReady(session: Session, { ref, template, isStable, rejected }: AwaitReady, guard = unguarded): Promise<void> {
  const news = newsAbout(session, ref);
  const clear = rejected ? clearWay(session, { rejected, guard }) : null;
  const revisions = revisionsOnDemand(session);
  const judge = async (snapshot: Snapshot): Promise<Readiness> => {
    const object = snapshot.object?.[0];
    if (!object) return (await endOfJob(session, ref)) ?? gone(ref);
    if (template && !isSameTemplate(templateOf(object), template)) throw differs(ref, differences(template, templateOf(object), 3));
    const state = readiness(object, seen(snapshot, session.cluster.now()));
    if (state.state === 'ready') return state;
    await clear?.(object, snapshot.pods ?? []);
    const told = { ...seen(snapshot, session.cluster.now()), events: await news() };
    return readiness(object, { ...told, replicaSets: snapshot.replicaSets ?? (await revisions(object, told)) });
  };
  if (await isReadyNow(session, ref, judge)) return;
  const targets = await targetsOf(session, ref);
  const last = await until(session, targets, judge).catch((error: unknown) => {
    throw isStable && error instanceof RolloutError && error.code === 'NOT_READY' ? unhealthy(error) : error;
  });
  for (const object of last.object ?? []) note(session, object);
  noteReadyPods(session, targets, last);
}

/**
 * Whether a Deployment is rolled out already. A complete one is so whatever its pods show, so the last answer or one read is enough. A list right after
 * a write would take 100 ms, since the API server waits until its cache has caught up. A Deployment that was just written has to be watched anyway.
 */
async function isReadyNow(session: Session, ref: Ref, judge: Judge): Promise<boolean> {
  checkpoint(session);
  if (!isDeployment(ref)) return false;
  const noted = notedNow(session, ref);
  const object = noted ?? (await session.cluster.get(ref));
  if (object === null || (await judge({ object: [object] })).state !== 'ready') return false;
  if (!noted) note(session, object);
  return true;
}

/** Waits until every ready pod of a variant is an endpoint of every Service that is about to send it requests. */
export async function awaitEndpoints(session: Session, { namespace, services, pods }: AwaitEndpoints): Promise<void> {
  const found = services.flatMap(name => session.seen.get(keyOf({ apiVersion: 'v1', kind: 'Service', namespace, name })) ?? []);
  const wait = [namespace, pods, ...services].join(' ');
  if (found.length === 0 || metNow(session, wait)) return;
  const { slices = [] } = await until(knowingPods(session), endpointTargets({ namespace, services, pods }), snapshot => {
    const states = found.map(service => inEndpoints(service, snapshot.slices ?? [], snapshot.pods ?? []));
    return states.find(({ state }) => state !== 'ready') ?? { state: 'ready', text: `endpoints of ${services.join(', ')}` };
  });
  noteEndpoints(session, slices);
  session.trail.endpoints.set(wait, session.cluster.time.elapsed());
}

/** What writes nothing needs no claim. */
const unguarded = (): Promise<void> => Promise.resolve();

async function targetsOf({ cluster, seen: known }: Session, ref: Ref): Promise<Targets> {
  return readyTargets(ref, known.get(keyOf(ref)) ?? (await cluster.get(ref)));
}

function gone(ref: Ref): never {
  throw new RolloutError('NOT_FOUND', `${nameOf(ref)} is gone: somebody deleted it during the wait`, 'Run the action again.');
}

const differs = (ref: Ref, paths: readonly string[]): RolloutError =>
  new RolloutError(
    'STABLE_DIFFERS',
    `${nameOf(ref)} got a different pod template from another writer during its rollout; it differs at ${paths.map(path => `spec.template.${path}`).join(', ')}`,
    'Find out who writes it (see its managedFields), then run the action again or reject.',
  );

const unhealthy = (error: RolloutError): RolloutError =>
  new RolloutError(
    'UNHEALTHY_STABLE',
    `stable is not fully rolled out, so a canary has nothing to be compared with: ${error.message}`,
    `${error.hint} Or set allow-unhealthy-stable: true.`,
  );
