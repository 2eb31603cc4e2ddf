import { decode, encode, recordName } from '../../../src/manifests/record.ts';
import { keyOf, refOf } from '../../../src/manifests/refs.ts';
import type { Json, KubeObject } from '../../../src/model/kube.ts';
import type { Change, Live } from '../../../src/model/live.ts';
import { jsonPatch } from '../../../src/simulation/patch/json-patch.ts';
import type { World } from './world.ts';

/** What a read of a world would show, before a rollout has made anything. */
export function liveOf({ objects, versions }: World): Live {
  return { now: 0, objects: index(objects), versions, rendered: {}, ended: [], changed: [] };
}

/** What a read of a world would show when a rollout is about to set its route. */
export const readyOf = (world: World): Live => liveOf({ ...world, objects: [...world.objects, ...(world.made ?? [])] });

/** The world after the changes, made as an API server would: a failed test of a patch fails, and so does creating what is there. */
export function applied(live: Live, changes: readonly Change[]): Live {
  return { ...live, objects: changes.reduce(changed, live.objects) };
}

type Objects = Live['objects'];

function changed(objects: Objects, change: Change): Objects {
  if (change.do === 'run') return told(objects, change);
  const key = keyOf(change.do === 'patch' || change.do === 'remove' ? change.ref : refOf(change.object));
  const found = objects[key];
  if ((found === undefined) !== (change.do === 'create')) throw new Error(`${change.do} ${key}: ${found ? 'exists' : 'is not there'}`);
  switch (change.do) {
    case 'create':
      return { ...objects, [key]: { ...change.object, metadata: { ...change.object.metadata, uid: `made-${key}` } } };
    case 'replace':
      return { ...objects, [key]: { ...change.object, metadata: { ...change.object.metadata, uid: found?.metadata.uid ?? '' } } };
    case 'remove':
      return Object.fromEntries(Object.entries(objects).filter(([other]) => other !== key));
    case 'patch':
      return { ...objects, [key]: JSON.parse(JSON.stringify(jsonPatch(json(found), change.operations.map(json)))) };
  }
}

/** All that a read would show of a script: the record says what it was told. */
function told(objects: Objects, { input, service, traffic }: Extract<Change, { do: 'run' }>): Objects {
  const { namespace, workload } = JSON.parse(input) as { readonly namespace: string; readonly workload: string };
  const key = keyOf({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: recordName(workload) });
  const before = objects[key];
  const rollout = before && decode(before, null);
  if (!rollout) throw new Error(`run for ${service}: no record could tell of it`);
  const { [service]: _before, ...others } = rollout.scripted ?? {};
  const { configMap } = encode({ ...rollout, scripted: traffic ? { ...others, [service]: { traffic, done: true } } : others });
  return { ...objects, [key]: { ...configMap, metadata: before.metadata } };
}

const json = (value: unknown): Json => JSON.parse(JSON.stringify(value));

const index = (objects: readonly KubeObject[]): Objects => Object.fromEntries(objects.map(object => [keyOf(refOf(object)), object]));
