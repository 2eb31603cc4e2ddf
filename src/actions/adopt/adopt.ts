/** `adopt`: what another tool's canary step has left is settled before a deploy, and no request is lost by it. */

import { awaitGone, awaitReady } from '../../execute/await.ts';
import { checkpoint, note, pause, type Session } from '../../execute/session.ts';
import { selectorQuery } from '../../manifests/isolate.ts';
import { at, items, record, text } from '../../manifests/json.ts';
import { MANAGER } from '../../manifests/names.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import { asRead, toJson } from '../../manifests/template.ts';
import type { PlannedStep } from '../../model/event.ts';
import type { KubeObject, PatchOperation } from '../../model/kube.ts';
import type { KindNeed } from '../../model/permission.ts';
import { DEPLOYMENT, deploymentAt } from '../../workloads/deployment.ts';
import { revisionsOf } from '../../workloads/workload.ts';
import { revisionTemplate } from '../in-place/revisions.ts';
import { refuseUnpermitted } from '../permitted.ts';
import { type Leftover, leftovers } from './leftovers.ts';

/** The label of a pod that has left its Services and is about to go; its value is the Deployment that it was of. */
const LEAVING = 'kubernetes-rollout/leaving';

/** Until then every copy of a data plane has heard of a change, where the user does not say otherwise. */
const SETTLE_SECONDS = 5;

/** One move, told before and when it is done. */
interface Move {
  readonly text: string;
  readonly needs: readonly KindNeed[];
  go(): Promise<void>;
}

/**
 * Settles what is left around the Deployments of the files: all requests to the running version, then the others go. Resolves to the steps of what a
 * dry run would do; empty where nothing is left, or where all is settled.
 * @throws RolloutError FOREIGN_ROLLOUT where it cannot be settled; FORBIDDEN with what the login lacks.
 */
export async function adopt(session: Session): Promise<readonly PlannedStep[]> {
  const { request, emit } = session;
  const moves = (await leftovers(session)).flatMap(left => movesOf(left, session));
  const steps = moves.map(({ text }) => ({ workload: '', stage: 'adopt', text, waitSeconds: 0 }));
  if (request.inputs.dryRun || moves.length === 0) return steps;
  await refuseUnpermitted(session, { now: moves.flatMap(({ needs }) => needs), back: [], onward: [] });
  for (const move of moves) {
    checkpoint(session);
    emit({ type: 'step', text: move.text });
    const began = session.cluster.time.elapsed();
    await move.go();
    emit({ type: 'done', text: move.text, seconds: (session.cluster.time.elapsed() - began) / 1000 });
  }
  return [];
}

/** In an order in which each may be the last one that is done: requests first, then pods, then what nobody leads to any more. */
function movesOf(left: Leftover, session: Session): readonly Move[] {
  const { variants, splits, leaves, isRenewed } = left;
  const given = splits.filter(split => !isGiven(split));
  return [
    ...given.map((split, i) => giveAll(split, i === given.length - 1, session)),
    ...variants.map(variant => withdraw(variant, session)),
    ...(isRenewed ? [renew(left, session)] : []),
    ...splits.map((split, i) => take(split, i === splits.length - 1, session)),
    ...leaves.map(leaf => take(leaf, false, session)),
  ];
}

const need = (verb: string, { apiVersion, kind, metadata }: KubeObject): KindNeed => ({
  verb,
  apiVersion,
  kind,
  namespace: metadata.namespace ?? null,
  name: metadata.name,
});

const hear = (session: Session): Promise<void> => pause(session, session.request.inputs.trafficDelaySeconds ?? SETTLE_SECONDS);

const stableOf = (split: KubeObject): string => `${text(at(split, 'spec.service'))}-stable`;

/** Weights are numbers, and quantities in the oldest version: "0", "0m". */
const isNothing = (weight: unknown): boolean => weight === undefined || Number.parseFloat(String(weight)) === 0;

const isGiven = (split: KubeObject): boolean =>
  items(at(split, 'spec.backends')).every(backend => record(backend).service === stableOf(split) || isNothing(record(backend).weight));

function giveAll(split: KubeObject, isLast: boolean, session: Session): Move {
  const backends = items(at(split, 'spec.backends'));
  const given = backends.map(backend => ({ ...record(backend), weight: record(backend).service === stableOf(split) ? 1000 : 0 }));
  const operations: readonly PatchOperation[] = [
    { op: 'test', path: '/metadata/uid', value: split.metadata.uid },
    { op: 'test', path: '/spec/backends', value: backends },
    { op: 'replace', path: '/spec/backends', value: given },
  ];
  return {
    text: `give all requests of Service ${text(at(split, 'spec.service'))} to ${stableOf(split)} (${nameOf(refOf(split))})`,
    needs: [need('patch', split)],
    go: async () => {
      await session.cluster.patch(refOf(split), operations, { manager: MANAGER });
      if (isLast) await hear(session);
    },
  };
}

/**
 * The pods of a version leave every Service before they end, since nobody gave them a time to drain. Its controllers let them go first: else they would
 * make others. The Deployment itself goes last, so that whoever goes on finds what is left.
 */
function withdraw(variant: KubeObject, session: Session): Move {
  const { namespace = '', name } = variant.metadata;
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: '', namespace } };
  const pods = ['list', 'patch', 'delete'].map(verb => ({ ...need(verb, pod), name: null }));
  const sets = { ...need('delete', { ...variant, kind: DEPLOYMENT.revisions.kind }), name: null };
  return {
    text: `remove ${nameOf(refOf(variant))}: its pods leave the Services first`,
    needs: [need('patch', variant), need('delete', variant), sets, ...pods],
    go: async () => {
      await pausedSets(variant, session);
      const listed = { apiVersion: 'v1', kind: 'Pod', namespace };
      const own = await session.cluster.list({ ...listed, labels: selectorQuery(variant.spec) });
      for (const each of own) await leave(each, name, session);
      const leaving = await session.cluster.list({ ...listed, labels: `${LEAVING}=${name}` });
      if (leaving.length > 0)
        await pause(session, (session.request.inputs.trafficDelaySeconds ?? SETTLE_SECONDS) + session.request.inputs.drainSeconds);
      for (const each of leaving) await removeOne(each, session);
      await removeOne(variant, session);
    },
  };
}

/** A Deployment that is paused makes no other ReplicaSet for one that is gone. */
async function pausedSets(variant: KubeObject, session: Session): Promise<void> {
  const { cluster } = session;
  if (variant.spec?.paused !== true) {
    const operations = [...asRead(variant), { op: 'add', path: '/spec/paused', value: true } as const];
    await cluster.patch(refOf(variant), operations, { manager: MANAGER });
  }
  const { namespace = '' } = variant.metadata;
  const sets = await cluster.list({ ...revisionsOf(DEPLOYMENT), namespace });
  for (const set of sets.filter(each => each.metadata.ownerReferences?.some(({ uid }) => uid === variant.metadata.uid)))
    await orphan(set, session);
}

/** Removes an object; what it controls stays, on its own. */
async function orphan(object: KubeObject, { cluster, ...session }: Session): Promise<void> {
  const { uid } = object.metadata;
  await cluster.remove(refOf(object), { propagation: 'Orphan', ...(uid ? { uid } : {}) });
  await awaitGone({ ...session, cluster }, refOf(object), uid);
}

async function leave(pod: KubeObject, name: string, { cluster }: Session): Promise<void> {
  await cluster.patch(
    refOf(pod),
    [
      { op: 'test', path: '/metadata/uid', value: pod.metadata.uid },
      { op: 'replace', path: '/metadata/labels', value: { [LEAVING]: name } },
    ],
    { manager: MANAGER },
  );
}

async function removeOne(object: KubeObject, { cluster }: Session): Promise<void> {
  const { uid } = object.metadata;
  await cluster.remove(refOf(object), { propagation: 'Background', ...(uid ? { uid } : {}) });
}

/** A selector cannot be changed, and another Deployment of the file's name takes over the very ReplicaSet: no pod is made or ends. */
function renew({ file, stable, set }: Leftover, session: Session): Move {
  const { namespace = '', name, labels } = file.metadata;
  const { apiVersion, kind, spec } = file;
  const object: KubeObject = {
    apiVersion,
    kind,
    metadata: { name, namespace, ...(labels ? { labels } : {}) },
    spec: toJson({ ...spec, replicas: stable?.spec?.replicas ?? set.spec?.replicas ?? 1, template: revisionTemplate(set) }),
  };
  const made = deploymentAt({ namespace, name });
  const place = { ...object, metadata: { name, namespace } };
  return {
    text: `${nameOf(made)}: take over the pods of ${nameOf(refOf(stable ?? set))}, with the selector of the file`,
    needs: [...(stable ? [need('delete', stable)] : []), need('create', place), need('patch', place)],
    go: async () => {
      if (stable) await orphan(stable, session);
      note(session, await session.cluster.apply(object));
      await awaitReady(session, { do: 'await-ready', ref: made, template: null, isStable: false });
    },
  };
}

function take(object: KubeObject, isAwaited: boolean, session: Session): Move {
  return {
    text: `remove ${nameOf(refOf(object))}`,
    needs: [need('delete', object)],
    go: async () => {
      await removeOne(object, session);
      if (isAwaited) await hear(session);
    },
  };
}
