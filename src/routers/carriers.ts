import { RolloutError } from '../errors.ts';
import { at, same } from '../manifests/json.ts';
import { groupOf, nameOf, refOf } from '../manifests/refs.ts';
import type { Collection, KubeObject, PatchOperation } from '../model/kube.ts';
import type { Change, Live } from '../model/live.ts';
import type { RouteView } from '../model/plan.ts';
import type { Root } from '../model/router.ts';
import { ROLES, type Role, type Traffic } from '../model/stage.ts';

/** A kind of route, and the versions of it that we write, the preferred one first. */
export interface RouteKind {
  readonly group: string;
  readonly kind: string;
  readonly versions: readonly string[];
}

/** "group/Kind" */
export const kindName = ({ group, kind }: RouteKind): string => `${group}/${kind}`;

/** The apiVersion in which a kind is read and written here; null where none that we write is served. */
export function servedAs(kind: RouteKind, { versions }: Pick<Live, 'versions'>): string | null {
  const version = kind.versions.find(candidate => versions[kindName(kind)]?.includes(candidate));
  return version ? `${kind.group}/${version}` : null;
}

/** What has to be listed of these kinds, where they are served. */
export const listsOf = (kinds: readonly RouteKind[], namespace: string, live: Pick<Live, 'versions'>): readonly Collection[] =>
  kinds.flatMap(kind => {
    const apiVersion = servedAs(kind, live);
    return apiVersion ? [{ apiVersion, kind: kind.kind, namespace }] : [];
  });

/** The same of all namespaces. */
export const listsEverywhere = (kinds: readonly RouteKind[], live: Pick<Live, 'versions'>): readonly Collection[] =>
  listsOf(kinds, '', live).map(({ apiVersion, kind }) => ({ apiVersion, kind }));

/** Every object of these kinds outside of the root's namespace, as far as the role lets us see them. */
export const routesAfar = (kinds: readonly RouteKind[], { namespace }: Root, { objects }: Live): readonly KubeObject[] =>
  Object.values(objects).filter(
    ({ apiVersion, kind, metadata }) =>
      metadata.namespace !== namespace && kinds.some(of => of.kind === kind && of.group === groupOf(apiVersion)),
  );

/** Every object of these kinds in the root's namespace, in the order of the kinds, then of the names. */
export function routesIn(kinds: readonly RouteKind[], { namespace }: Root, { objects }: Live): readonly KubeObject[] {
  const all = Object.values(objects).filter(({ metadata }) => metadata.namespace === namespace);
  return kinds.flatMap(({ group, kind }) =>
    all
      .filter(object => object.kind === kind && groupOf(object.apiVersion) === group)
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)),
  );
}

/**
 * Replaces a value of the user's object at a dotted path, on condition that object and value are those that were read; nothing when
 * it stays the same.
 */
export function patched(object: KubeObject, path: string, value: unknown): readonly Change[] {
  const before = at(object, path);
  if (same(before, value)) return [];
  const uid: PatchOperation = { op: 'test', path: '/metadata/uid', value: object.metadata.uid };
  return [{ do: 'patch', ref: refOf(object), operations: [uid, ...swap(object, path, value)] }];
}

/** Nothing cannot be tested for: what the field is added to stands for it. */
function swap(object: KubeObject, path: string, value: unknown): readonly PatchOperation[] {
  const before = at(object, path);
  const pointer = `/${path.split('.').join('/')}`;
  const test = (at: string, value: unknown): PatchOperation => ({ op: 'test', path: at, value });
  if (before !== undefined) return [test(pointer, before), { op: 'replace', path: pointer, value }];
  const above = path.split('.').slice(0, -1).join('.');
  return [test(`/${above.split('.').join('/')}`, at(object, above)), { op: 'add', path: pointer, value }];
}

/** What is made of an object; a refusal gets the object's name. */
export function naming<T>(object: KubeObject, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    throw new RolloutError(error.code, `${nameOf(refOf(object))}: ${error.message}`, error.hint, { cause: error });
  }
}

/** One view of what several lists say; `mixed` when they differ, as after a crash between two of them. Null for none. */
export function viewOf(owner: RouteView['owner'], readings: readonly Traffic[]): RouteView | null {
  const [first] = readings;
  if (!first) return null;
  return readings.every(reading => same(reading, first))
    ? { owner, traffic: first }
    : { owner, traffic: { ...first, weights: meanOf(readings) }, mixed: true };
}

function meanOf(readings: readonly Traffic[]): Traffic['weights'] {
  const named = ROLES.filter(role => readings.some(({ weights }) => weights[role] !== undefined));
  const mean = (role: Role): number => readings.reduce((total, { weights }) => total + (weights[role] ?? 0), 0) / readings.length;
  return Object.fromEntries(named.map(role => [role, Math.round(mean(role))]));
}
