/** The moves by which `adopt` settles what another tool has left. Each may be the last one that is done. */

import { note, pause, type Session } from '../../execute/session.ts';
import { awaitReady } from '../../execute/waits/ready.ts';
import { awaitGone } from '../../execute/watches/until.ts';
import { selectorQuery } from '../../manifests/isolate.ts';
import { same } from '../../manifests/json.ts';
import { MANAGER } from '../../manifests/names.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import { asRead, templateOf, toJson } from '../../manifests/template.ts';
import type { JsonObject, KubeObject, PatchOperation } from '../../model/kube.ts';
import type { KindNeed } from '../../model/permission.ts';
import { revisionTemplate } from '../../plan/world/revisions.ts';
import { DEPLOYMENT, deploymentAt } from '../../workloads/deployment.ts';
import { revisionsOf } from '../../workloads/workload.ts';

/** The label of a pod that has left its Services and is about to go; its value is the Deployment that it was of. */
const LEAVING = 'kubernetes-rollout/leaving';

/** What is changed of the user's objects is as if he had done it with kubectl: his next apply takes it over. */
export const BY_HAND = 'kubectl';

/** Until then every copy of a data plane has heard of a change, where the user does not say otherwise. */
const SETTLE_SECONDS = 5;

/** One move, told before and when it is done. */
export interface Move {
  readonly text: string;
  readonly needs: readonly KindNeed[];
  go(): Promise<void>;
}

/** A right that a move needs. */
export const need = (verb: string, { apiVersion, kind, metadata }: KubeObject): KindNeed => ({
  verb,
  apiVersion,
  kind,
  namespace: metadata.namespace ?? null,
  name: metadata.name,
});

/** Waits until data planes have heard of what was written. */
export const hear = (session: Session): Promise<void> => pause(session, session.request.inputs.trafficDelaySeconds ?? SETTLE_SECONDS);

/**
 * The pods of a version leave every Service before they end, since nobody gave them a time to drain. Its controllers let them go first: else they would
 * make others. The Deployment itself goes last, so that whoever goes on finds what is left.
 */
export function withdraw(variant: KubeObject, session: Session): Move {
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

/** A running version whose Deployment cannot be the file's. */
export interface Renewal {
  readonly file: KubeObject;
  /** Null where it has gone already. */
  readonly stable: KubeObject | null;
  readonly set: KubeObject;
}

/** A selector cannot be changed, and another Deployment of the file's name takes over the very ReplicaSet: no pod is made or ends. */
export function renew({ file, stable, set }: Renewal, session: Session): Move {
  const { namespace = '', name } = file.metadata;
  const object = withTemplate(file, { replicas: stable?.spec?.replicas ?? set.spec?.replicas ?? 1, template: revisionTemplate(set) });
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

/** A ReplicaSet that no Deployment made, and its pods, get the label by which a Deployment's are told apart; its value is that of another label. */
export function hashed(set: KubeObject, from: string, session: Session): Move {
  const { namespace = '', labels = {} } = set.metadata;
  const value = labels[from] ?? '';
  const path = `/metadata/labels/${DEPLOYMENT.revisions.hash}`;
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: '', namespace } };
  return {
    text: `${nameOf(refOf(set))}: give its pods the label of a Deployment's`,
    needs: [need('patch', set), ...['list', 'patch'].map(verb => ({ ...need(verb, pod), name: null }))],
    go: async () => {
      const read: PatchOperation = { op: 'test', path: '/metadata/uid', value: set.metadata.uid };
      const operations = [path, `/spec/template${path}`].map(each => ({ op: 'add', path: each, value }) as const);
      await session.cluster.patch(refOf(set), [read, ...operations], { manager: MANAGER });
      const pods = await session.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: `${from}=${value}` });
      const bare = pods.filter(({ metadata }) => metadata.labels?.[DEPLOYMENT.revisions.hash] === undefined);
      for (const each of bare) await session.cluster.patch(refOf(each), [{ op: 'add', path, value }], { manager: MANAGER });
    },
  };
}

/** What a Deployment is to run beside the version that runs elsewhere. */
export interface Raising {
  readonly file: KubeObject;
  /** Null where it is not there. */
  readonly live: KubeObject | null;
  readonly template: JsonObject;
  readonly replicas: number;
}

/** Brings the Deployment of the file up with the version that runs, in pods of its own, and waits until they are ready. */
export function raise({ file, live, template, replicas }: Raising, session: Session): Move {
  const { namespace = '', name } = file.metadata;
  const made = deploymentAt({ namespace, name });
  const place = { ...file, metadata: { name, namespace } };
  const isUp = live !== null && same(templateOf(live), template) && live.spec?.replicas === replicas && live.spec.paused !== true;
  return {
    text: `${nameOf(made)}: run ${replicas} ${replicas === 1 ? 'pod' : 'pods'} of the running version`,
    needs: isUp ? [] : live ? [need('patch', place)] : [need('create', place), need('patch', place)],
    go: async () => {
      if (!live) note(session, await session.cluster.apply(withTemplate(file, { replicas, template })));
      else if (!isUp) note(session, await session.cluster.patch(made, raising(live, { template, replicas }), { manager: BY_HAND }));
      await awaitReady(session, { do: 'await-ready', ref: made, template: null, isStable: false });
    },
  };
}

const raising = (live: KubeObject, { template, replicas }: Pick<Raising, 'template' | 'replicas'>): readonly PatchOperation[] => [
  ...asRead(live),
  { op: 'replace', path: '/spec/template', value: template },
  { op: 'add', path: '/spec/replicas', value: replicas },
  ...(live.spec?.paused === true ? [{ op: 'remove', path: '/spec/paused' } as const] : []),
];

/** The Deployment of the file, as it would be with another template and count. */
export function withTemplate(
  { apiVersion, kind, metadata: { name, namespace, labels }, spec }: KubeObject,
  given: { readonly replicas: unknown; readonly template: unknown },
): KubeObject {
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace ? { namespace } : {}), ...(labels ? { labels } : {}) },
    spec: toJson({ ...spec, ...given }),
  };
}

/** Removes what nobody needs any more; where data planes read it, they hear of that before anything follows. */
export function take(object: KubeObject, isAwaited: boolean, session: Session): Move {
  return {
    text: `remove ${nameOf(refOf(object))}`,
    needs: [need('delete', object)],
    go: async () => {
      await removeOne(object, session);
      if (isAwaited) await hear(session);
    },
  };
}

/** Removes objects that data planes read, one after the other; once the last is gone, they hear of it. */
export const takeAll = (objects: readonly KubeObject[], session: Session): readonly Move[] =>
  objects.map((object, i) => take(object, i === objects.length - 1, session));
