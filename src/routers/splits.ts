/** What open rollouts have of the user's routes, as their records tell. */
import { isMarked } from '../manifests/owners.ts';
import { decode } from '../manifests/record.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import { nameOfVersion, versionsOf } from '../manifests/versions.ts';
import type { KubeObject, Ref } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Rollout } from '../model/record.ts';
import type { Lane } from '../model/router.ts';
import { routers } from './index.ts';
import { isUntouched, patchedIn, routerOf } from './lanes.ts';

/** Every record that the read found. */
export const recordsIn = ({ objects }: Pick<Live, 'objects'>): readonly Rollout[] =>
  Object.values(objects).flatMap(object => {
    if (object.kind !== 'ConfigMap') return [];
    const rollout = decode(object, objects[keyOf({ ...refOf(object), kind: 'Secret' })] ?? null);
    return rollout ? [rollout] : [];
  });

/** An object of the user's that carries requests for the open rollout of another workload too. */
export interface Foreign {
  readonly key: string;
  /** namespace/name of that workload. */
  readonly workload: string;
  /** It splits them now. */
  readonly isSplit: boolean;
  /** The object as it was before that rollout came. */
  readonly original: KubeObject | null;
}

/** A workload in its world. */
interface Beside {
  readonly namespace: string;
  readonly name: string;
  readonly live: Live;
}

/** What rollouts of other workloads carry their requests by: theirs to give back, whoever has its file. */
export function carriersOfOthers({ namespace, name, live }: Beside): readonly Foreign[] {
  const others = recordsIn(live).filter(record => record.namespace !== namespace || record.workload !== name);
  return others.flatMap(record => record.originals.routes.flatMap(route => foreignIn(route, record, live)));
}

/** The workload of another rollout that splits requests by an object now; null where none does. */
export const splitterOf = (object: KubeObject, at: Beside): string | null =>
  carriersOfOthers(at).find(({ key, isSplit }) => isSplit && key === keyOf(refOf(object)))?.workload ?? null;

/** Keys of the user's objects that split requests of other workloads now. */
export const splitByOthers = (app: Beside): readonly string[] =>
  carriersOfOthers(app)
    .filter(({ isSplit }) => isSplit)
    .map(({ key }) => key);

function foreignIn({ name, objects }: Rollout['originals']['routes'][number], record: Rollout, live: Live): readonly Foreign[] {
  const lane = laneOf(name, record);
  // One that a newer version of this tool has opened may go by what this one does not know.
  const refs = routers[lane.router] ? patchedIn(lane, live) : [];
  if (refs.length === 0) return [];
  const router = routerOf(lane);
  const route = router.read(lane.root, live);
  const carriers = router.carriers(lane.root, live).map(keyOf);
  // What a route of ours stands beside is the user's alone, unless the router has written there too.
  const isWritten = (ref: Ref): boolean => carriers.includes(keyOf(ref)) || isMarked(live.objects[keyOf(ref)]);
  return refs.map(ref => ({
    key: keyOf(ref),
    workload: `${record.namespace}/${record.workload}`,
    isSplit: route !== null && !isUntouched(route) && isWritten(ref),
    original: objects.find(original => keyOf(refOf(original)) === keyOf(ref)) ?? null,
  }));
}

/** A lane is called after its Service, and after its router where there are several. */
export function laneOf(name: string, record: Rollout): Lane {
  const { router, namespace, workload } = record;
  const [, named, service] = /^(?:([^:]*):)?(.*)$/.exec(name) ?? [];
  const versions = versionsOf(record).map(nameOfVersion);
  const shadows = versions.filter(version => version !== 'canary');
  const canary = nameOfVersion(record);
  return {
    name,
    router: named ?? router,
    root: {
      namespace,
      workload,
      service: service ?? name,
      ...(shadows.length > 0 ? { shadows } : {}),
      ...(canary === 'canary' ? {} : { canary }),
    },
  };
}
