import { machineTime } from '../../src/cluster/clock.ts';
import { RolloutError } from '../../src/errors.ts';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { Cluster, Json, KubeObject, Ref } from '../../src/model/kube.ts';
import { jsonPatch } from '../../src/simulation/patch/json-patch.ts';

/** A cluster in the memory of the process, for what needs neither controllers nor time: objects, versions, preconditions. */
export interface FakeCluster extends Cluster {
  readonly objects: Map<string, KubeObject>;
  /** Every write as "create ConfigMap web-rollout". */
  readonly writes: string[];
}

/** Holds these objects to begin with. */
export function fakeCluster(...given: readonly KubeObject[]): FakeCluster {
  const objects = new Map<string, KubeObject>();
  const writes: string[] = [];
  let version = 0;
  const put = (verb: string, object: KubeObject): KubeObject => {
    const stored = { ...object, metadata: { uid: `uid-${++version}`, ...object.metadata, resourceVersion: String(version) } };
    objects.set(keyOf(refOf(object)), stored);
    writes.push(`${verb} ${object.kind} ${object.metadata.name}`);
    return stored;
  };
  const find = (ref: Ref): KubeObject => objects.get(keyOf(ref)) ?? refuse('NOT_FOUND', ref);
  for (const object of given) put('create', object);
  writes.length = 0;
  return {
    objects,
    writes,
    get: async ref => objects.get(keyOf(ref)) ?? null,
    list: async ({ kind }) => [...objects.values()].filter(object => object.kind === kind),
    watch: async function* () {},
    served: async () => null,
    versions: async () => [],
    create: async object => (objects.has(keyOf(refOf(object))) ? refuse('ALREADY_EXISTS', refOf(object)) : put('create', object)),
    replace: async object =>
      find(refOf(object)).metadata.resourceVersion === object.metadata.resourceVersion
        ? put('replace', object)
        : refuse('CONFLICT', refOf(object)),
    patch: async (ref, operations) => put('patch', patched(find(ref), operations)),
    apply: async (object, options) => {
      const live = objects.get(keyOf(refOf(object)));
      return live && (await options?.mayWrite?.(live)) === false ? live : put('apply', object);
    },
    remove: async ref => {
      if (objects.delete(keyOf(ref))) writes.push(`remove ${ref.kind} ${ref.name}`);
      return 'gone';
    },
    now: () => Date.now(),
    time: machineTime,
  };
}

function patched(object: KubeObject, operations: readonly unknown[]): KubeObject {
  try {
    return jsonPatch(object as unknown as Json, operations as readonly Json[]) as unknown as KubeObject;
  } catch {
    return refuse('CONFLICT', refOf(object));
  }
}

function refuse(code: 'NOT_FOUND' | 'ALREADY_EXISTS' | 'CONFLICT', { kind, name }: Ref): never {
  throw new RolloutError(code, `${kind} ${name}`, 'A fake has no hints.');
}
