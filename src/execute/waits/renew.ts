/** The pods of a DaemonSet, node by node: with OnDelete its controller makes them anew with the new template, and leaves the deleting to others. */

import { RolloutError } from '../../errors.ts';
import { selectorQuery } from '../../manifests/isolate.ts';
import { at, number, record, text } from '../../manifests/json.ts';
import { isReady } from '../../manifests/pods.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import { isSameTemplate, templateOf, toJson } from '../../manifests/template.ts';
import type { Readiness } from '../../model/event.ts';
import type { JsonObject, KubeObject, Ref } from '../../model/kube.ts';
import type { Operation } from '../../model/operation.ts';
import { why } from '../../readiness/pod.ts';
import { failingPod } from '../../readiness/pods.ts';
import { condition, isObserved } from '../../readiness/seen.ts';
import { DAEMON_SET } from '../../workloads/daemon-set.ts';
import { revisionsOf } from '../../workloads/workload.ts';
import { removeKnown } from '../races/remove.ts';
import { note, noteGone, type Session } from '../session.ts';
import { newsAbout } from '../watches/news.ts';
import { until } from '../watches/until.ts';
import type { Snapshot } from '../watches/watching.ts';

type Renew = Extract<Operation, { do: 'renew' }>;

/**
 * Deletes the pods that are to go, one after the other, and waits for each that comes.
 * @throws RolloutError NOT_READY as soon as waiting cannot help, or when one takes longer than the timeout; STABLE_DIFFERS when another writer replaced
 * the template meanwhile; FORBIDDEN where the login may not read revisions or delete pods.
 */
export async function renew(session: Session, operation: Renew, guard: () => Promise<void>): Promise<void> {
  const { ref, template } = operation;
  const first = await seenBy(session, operation);
  const set = first.object?.[0];
  if (!set) throw gone(ref);
  note(session, set);
  const hashes = await hashesOf(session, set);
  if (![...hashes.values()].some(known => isSameTemplate(known, template))) throw untold(ref);
  const isLeaving = leaving(operation, hashes, template);
  const found = operation.rejected ? ownPods(set, first).filter(isLeaving).map(nodeOf) : [];
  const nodes = [...new Set([...operation.nodes, ...found])].sort();
  for (const node of nodes) await renewOn(session, operation, { node, isLeaving, guard });
}

/** Waits until the controller has seen the template: its revisions tell from then on whose pods are whose. */
async function seenBy(session: Session, { ref, template }: Renew): Promise<Snapshot> {
  const known = await session.cluster.get(ref);
  return await until(session, targetsOf(ref, known), snapshot => {
    const object = snapshot.object?.[0];
    if (!object) throw gone(ref);
    if (!isSameTemplate(templateOf(object), template)) throw differs(ref);
    return isObserved(object)
      ? { state: 'ready', text: ref.name }
      : { state: 'waiting', text: `${ref.name}: the controller has not observed the change yet` };
  });
}

const targetsOf = (ref: Ref, set: KubeObject | null) => ({
  object: ref,
  pods: { apiVersion: 'v1', kind: 'Pod', namespace: ref.namespace ?? '', labels: selectorQuery(set?.spec) },
});

/** Templates by the hash that their pods bear. */
type Hashes = ReadonlyMap<string, JsonObject>;

const { hash } = DAEMON_SET.revisions;

async function hashesOf({ cluster }: Session, set: KubeObject): Promise<Hashes> {
  const { namespace = '', uid } = set.metadata;
  const revisions = await cluster.list({ ...revisionsOf(DAEMON_SET), namespace, labels: selectorQuery(set.spec) });
  const own = revisions.filter(({ metadata }) => metadata.ownerReferences?.some(owner => owner.uid === uid));
  return new Map(
    own.map(revision => {
      const { $patch: _patch, ...template } = record(at(revision, 'data.spec.template'));
      return [revision.metadata.labels?.[hash] ?? revision.metadata.name.slice(set.metadata.name.length + 1), toJson(template)] as const;
    }),
  );
}

type Leaving = (pod: KubeObject) => boolean;

/** What goes: on the nodes whatever is not of the template, and elsewhere pods of a version that is rejected. */
function leaving({ rejected = [], nodes }: Renew, hashes: Hashes, coming: JsonObject): Leaving {
  return pod => {
    const template = hashes.get(pod.metadata.labels?.[hash] ?? '');
    if (!nodes.includes(nodeOf(pod))) return template !== undefined && rejected.some(one => isSameTemplate(one, template));
    return template === undefined || !isSameTemplate(template, coming);
  };
}

const ownPods = (set: KubeObject, { pods = [] }: Snapshot): readonly KubeObject[] =>
  pods.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid));

const nodeOf = (pod: KubeObject): string => text(at(pod, 'spec.nodeName')) || affineNode(pod);

/** A pod that is not placed yet says by its affinity which node it is for. */
function affineNode(pod: KubeObject): string {
  const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  const [term] = (at(pod, path) ?? []) as readonly { readonly matchFields?: readonly { readonly values?: readonly string[] }[] }[];
  return term?.matchFields?.[0]?.values?.[0] ?? '';
}

interface Turn {
  readonly node: string;
  readonly isLeaving: Leaving;
  guard(): Promise<void>;
}

async function renewOn(session: Session, { ref, template }: Renew, { node, isLeaving, guard }: Turn): Promise<void> {
  const deleted = new Set<string>();
  const began = session.cluster.time.elapsed();
  let isExpected = false;
  const news = newsAbout(session, ref);
  const judge = async (snapshot: Snapshot): Promise<Readiness> => {
    const set = snapshot.object?.[0];
    if (!set) throw gone(ref);
    if (!isSameTemplate(templateOf(set), template)) throw differs(ref);
    note(session, set);
    const here = ownPods(set, snapshot).filter(pod => nodeOf(pod) === node);
    const [pod] = here.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    isExpected ||= here.length > 0;
    if (!pod) return absent(set, { node, isExpected: isExpected || session.cluster.time.elapsed() - began < QUIET_MILLISECONDS });
    note(session, pod);
    if (!isLeaving(pod)) return await stateOf(pod, set, { node, now: session.cluster.now(), events: await news() });
    if (!deleted.has(pod.metadata.uid ?? '')) {
      await guard();
      deleted.add(pod.metadata.uid ?? '');
      // Somebody else, or the controller, may be faster: what counts is that it goes.
      await removeKnown(session, { ref: refOf(pod), uid: pod.metadata.uid });
      noteGone(session, refOf(pod));
    }
    return { state: 'waiting', text: `${ref.name} on ${node}: pod ${pod.metadata.name} is being replaced` };
  };
  await until(session, targetsOf(ref, session.seen.get(keyOf(ref)) ?? null), judge);
}

/** For so long a node without a pod is expected to get one: the DaemonSet's counts lag behind a deletion by an earlier step. */
const QUIET_MILLISECONDS = 2_000;

/** A node that has left the cluster, or wants none of these pods any more, has nothing to be replaced. */
function absent(set: KubeObject, { node, isExpected }: { readonly node: string; readonly isExpected: boolean }): Readiness {
  const { name } = set.metadata;
  const count = (field: string): number => number(at(set, `status.${field}`));
  const isWhole = isObserved(set) && count('currentNumberScheduled') >= count('desiredNumberScheduled');
  if (!isExpected && isWhole) return { state: 'ready', text: `${name}: ${node} has none of its pods any more` };
  return { state: 'waiting', text: `${name} on ${node}: the new pod is not there yet` };
}

interface Moment {
  readonly node: string;
  readonly now: number;
  readonly events: readonly KubeObject[];
}

async function stateOf(pod: KubeObject, { metadata: { name }, spec }: KubeObject, { node, now, events }: Moment): Promise<Readiness> {
  const since = condition(pod, 'Ready')?.updatedAt ?? 0;
  const isAvailable = isReady(pod) && now - since >= number(spec?.minReadySeconds) * 1000;
  if (isAvailable) return { state: 'ready', text: `${name} on ${node}: pod ${pod.metadata.name} is ready` };
  const waiting = `${name} on ${node}: ${why(pod, events)?.text ?? `pod ${pod.metadata.name} is ready, not yet for minReadySeconds`}`;
  return failingPod(name, [pod], { pods: [pod], events, now }) ?? { state: 'waiting', text: waiting };
}

const gone = (ref: Ref): RolloutError =>
  new RolloutError('NOT_FOUND', `${nameOf(ref)} is gone: somebody deleted it during the wait`, 'Run the action again.');

/** Without a revision of the new template every pod would count as an old one, and would be deleted. */
const untold = (ref: Ref): RolloutError =>
  new RolloutError(
    'NOT_READY',
    `${nameOf(ref)}: none of its ControllerRevisions has its pod template, so nothing tells old pods from new ones; none was deleted`,
    'Check that the DaemonSet controller runs, then run the action again or reject.',
  );

const differs = (ref: Ref): RolloutError =>
  new RolloutError(
    'STABLE_DIFFERS',
    `${nameOf(ref)} got a different pod template from another writer while its pods were replaced`,
    'Find out who writes it (see its managedFields), then run the action again or reject.',
  );
