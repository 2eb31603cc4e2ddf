import { keyOf, refOf } from '../../../src/manifests/refs.ts';
import type { Json, KubeObject } from '../../../src/model/kube.ts';
import type { Change, Live } from '../../../src/model/live.ts';
import { jsonPatch } from '../../../src/simulation/patch/json-patch.ts';
import type { World } from './world.ts';

/** What a read of a world would show. */
export function liveOf({ objects, versions }: World): Live {
  return { now: 0, objects: index(objects), versions, rendered: {}, ended: [], changed: [] };
}

/** The world after the changes, made as an API server would: a failed test of a patch fails, and so does creating what is there. */
export function applied(live: Live, changes: readonly Change[]): Live {
  return { ...live, objects: changes.reduce(changed, live.objects) };
}

type Objects = Live['objects'];

function changed(objects: Objects, change: Change): Objects {
  if (change.do === 'run') throw new Error('a script changes nothing that a read would show');
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

const json = (value: unknown): Json => JSON.parse(JSON.stringify(value));

const index = (objects: readonly KubeObject[]): Objects => Object.fromEntries(objects.map(object => [keyOf(refOf(object)), object]));
