import { number } from '../../src/manifests/json.ts';
import { decode, encode } from '../../src/manifests/record.ts';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import { templateOf } from '../../src/manifests/template.ts';
import type { Json, KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import type { Operation } from '../../src/model/operation.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Rollout } from '../../src/model/record.ts';
import type { Request } from '../../src/model/request.ts';
import { operationsOf } from '../../src/plan/operations/operations.ts';
import { type Prepared, prepare } from '../../src/plan/prepare.ts';
import { foresee } from '../../src/plan/words/describe.ts';
import { jsonPatch } from '../../src/simulation/patch/json-patch.ts';
import { actionOf } from './request.ts';

/** A cluster that serves SMI and the Gateway API, with these objects. */
export function aLive(...objects: readonly KubeObject[]): Live {
  return {
    now: 1_700_000_000_000,
    objects: Object.fromEntries(objects.map(object => [keyOf(refOf(object)), stored(object)])),
    versions: { 'split.smi-spec.io/TrafficSplit': ['v1alpha4'], 'gateway.networking.k8s.io/HTTPRoute': ['v1'] },
    rendered: {},
    ended: [],
    changed: [],
  };
}

/** The same moment as a request's read would show it: its Deployments rendered, its changes known. */
export function seenBy({ manifests }: Request, live: Live): Live {
  const files = manifests.map(({ object }) => object);
  const deployments = files.filter(({ kind }) => kind === 'Deployment');
  return {
    ...live,
    rendered: Object.fromEntries(deployments.map(file => [`${file.metadata.namespace}/${file.metadata.name}`, templateOf(file)])),
  };
}

/** What an action comes to when everything goes well: the cluster afterwards, and all that was done. */
export interface Played {
  readonly live: Live;
  readonly done: readonly Operation[];
  /** The last plan, made under the claim. */
  readonly prepared: Prepared;
}

/** Carries an action's plan out in thought, planning again behind the claim as the real one does. */
export function play(request: Request, from: Live): Played {
  const first = played(request, seenBy(request, from), []);
  return first.isClaimed ? played(request, seenBy(request, first.live), first.done) : first;
}

function played(request: Request, from: Live, before: readonly Operation[]): Played & { readonly isClaimed: boolean } {
  const prepared = prepare(request, from, actionOf(request));
  const { live, done } = carriedOut(prepared, from, before);
  return { live, done, prepared, isClaimed: done.some(({ do: does }) => does === 'claim') && before.length === 0 };
}

function carriedOut({ apps, plan }: Prepared, from: Live, before: readonly Operation[]): Pick<Played, 'live' | 'done'> {
  const until = plan.findIndex(group => group.some(({ step }) => step.do === 'claim'));
  const due: Plan = until < 0 ? plan : plan.slice(0, until + 1);
  return due.flat().reduce<Pick<Played, 'live' | 'done'>>(
    ({ live, done }, placed) => {
      const app = apps.find(({ key }) => key === placed.workload);
      const operations = app ? operationsOf(placed, { ...app, live }).flat() : [];
      return { live: operations.reduce(after, live), done: [...done, ...operations] };
    },
    { live: from, done: before },
  );
}

function after(live: Live, operation: Operation): Live {
  switch (operation.do) {
    case 'claim':
    case 'remember':
      return withObjects(
        live,
        Object.values(encode(operation.rollout)).filter(object => object !== null),
      );
    case 'let-go':
      return withObjects(live, [
        encode({ ...(recordOf(live, operation.rollout.workload) ?? operation.rollout), holder: null, done: true }).configMap,
      ]);
    case 'patch': {
      const now = live.objects[keyOf(operation.ref)];
      const patched = jsonPatch(now as unknown as Json, operation.operations as unknown as readonly Json[]);
      return withObjects(live, [patched as unknown as KubeObject]);
    }
    default: {
      const objects = foresee(live.objects, operation.do === 'apply' ? madeByApply(operation, live) : operation);
      return { ...live, objects: Object.fromEntries(Object.entries(objects).map(([key, object]) => [key, stored(object)])) };
    }
  }
}

/** What an apply makes says by whom and when; what was there before says so still. */
function madeByApply(operation: Operation & { readonly do: 'apply' }, live: Live): Operation {
  const { object } = operation;
  const before = live.objects[keyOf(refOf(object))]?.metadata;
  const creationTimestamp = before?.creationTimestamp ?? new Date(live.now).toISOString();
  const managedFields = before?.managedFields ?? [{ manager: 'kubectl', operation: 'Apply', time: creationTimestamp }];
  if (before && !before.creationTimestamp) return operation;
  return { ...operation, object: { ...object, metadata: { ...object.metadata, creationTimestamp, managedFields } } };
}

const withObjects = (live: Live, objects: readonly KubeObject[]): Live => ({
  ...live,
  objects: { ...live.objects, ...Object.fromEntries(objects.map(object => [keyOf(refOf(object)), stored(object)])) },
});

/** The record of a Deployment, if there is one. */
export function recordOf({ objects }: Live, workload = 'web'): Rollout | null {
  const find = (kind: string) => objects[keyOf({ apiVersion: 'v1', kind, namespace: 'demo', name: `${workload}-rollout` })];
  const configMap = find('ConfigMap');
  return configMap ? decode(configMap, find('Secret') ?? null) : null;
}

/** As an API server would have it; what a Deployment asks for is there and ready. */
function stored(object: KubeObject): KubeObject {
  const { kind, name } = refOf(object);
  const metadata = { uid: `uid-${kind}-${name}`, resourceVersion: '1', generation: 1, ...object.metadata };
  if (kind !== 'Deployment') return { ...object, metadata };
  const replicas = number(object.spec?.replicas, 1);
  return {
    ...object,
    metadata,
    status: { observedGeneration: 1, replicas, readyReplicas: replicas, updatedReplicas: replicas, availableReplicas: replicas },
  };
}
