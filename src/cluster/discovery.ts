import { RolloutError } from '../errors.ts';
import type { ServedKind } from '../model/kube.ts';
import { coreKind } from './core-kinds.ts';
import { fieldsOf, listOf } from './kubeconfig-fields.ts';
import { absentAsNull, type Overview, overviewOf, versionsOfGroup } from './overview.ts';
import type { Requests } from './requests.ts';
import { strange } from './strange.ts';

/**
 * What the API server serves: one request for all groups and their kinds; what they do not name is asked for by itself. Of the core only kinds that
 * not every server has are asked for.
 */
export interface Discovery {
  find(apiVersion: string, kind: string): Promise<ServedKind | null>;
  /** As `find`; waits for a kind whose definition was just written, then throws NOT_SERVED. */
  demand(apiVersion: string, kind: string): Promise<ServedKind>;
  /** The versions of the group that serve the kind, the preferred one first. */
  versions(group: string, kind: string): Promise<readonly string[]>;
  /** Kinds of this group were just defined. */
  expect(group: string): void;
  /** True while kinds of this group may still come up. */
  isExpected(apiVersion: string): boolean;
}

interface Known {
  readonly at: number;
  readonly kinds: Promise<readonly ServedKind[]>;
}

const ALWAYS_SERVED: readonly string[] = ['v1', 'apps/v1'];
const FRESH_MS = 500;
// Groups come up with an installation, kinds with the files of a release.
const GROUPS_FRESH_MS = 30_000;
const EXPECTED_MS = 15_000;

/** Opens discovery over `requests`. */
export function openDiscovery(requests: Requests): Discovery {
  const groups = openGroups(requests);
  const { find, forget } = openKinds(requests, groups);
  const expected = new Map<string, number>();
  const isNew = (group: string): boolean => (expected.get(group) ?? 0) > requests.time.elapsed();
  const isExpected = (apiVersion: string): boolean => isNew(groupOf(apiVersion));
  const demand = async (apiVersion: string, kind: string): Promise<ServedKind> => {
    const found = await find(apiVersion, kind);
    if (found !== null) return found;
    if (!isExpected(apiVersion)) throw notServed(apiVersion, kind);
    await requests.pause(100);
    forget(apiVersion);
    return demand(apiVersion, kind);
  };
  return {
    find,
    demand,
    isExpected,
    expect: group => {
      expected.set(group, requests.time.elapsed() + EXPECTED_MS);
      groups.forget();
    },
    versions: async (group, kind) => {
      const served = group === '' ? ['v1'] : await groups.versions(group, isNew(group));
      const found = await Promise.all(served.map(version => find(group === '' ? version : `${group}/${version}`, kind)));
      return served.filter((_, index) => found[index] !== null);
    },
  };
}

interface Kinds {
  find(apiVersion: string, kind: string): Promise<ServedKind | null>;
  forget(apiVersion: string): void;
}

/** The kinds of every group are asked for once; a kind that is missing is asked for again, it may be new. */
function openKinds(requests: Requests, groups: Groups): Kinds {
  const known = new Map<string, Known>();
  const ask = (apiVersion: string): Known => {
    const entry = { at: requests.time.elapsed(), kinds: servedKinds(requests, apiVersion) };
    known.set(apiVersion, entry);
    entry.kinds.catch(() => {
      if (known.get(apiVersion) === entry) known.delete(apiVersion);
    });
    return entry;
  };
  const first = async (apiVersion: string): Promise<Known> => {
    const told = await groups.kinds(apiVersion);
    const held = known.get(apiVersion);
    if (held || told === null) return held ?? ask(apiVersion);
    const entry = { at: told.at, kinds: Promise.resolve(told.kinds) };
    known.set(apiVersion, entry);
    return entry;
  };
  const find = async (apiVersion: string, kind: string): Promise<ServedKind | null> => {
    const always = coreKind(apiVersion, kind);
    if (always) return always;
    const held = known.get(apiVersion) ?? (await first(apiVersion));
    const found = (await held.kinds).find(served => served.kind === kind);
    if (found !== undefined || requests.time.elapsed() - held.at < FRESH_MS) return found ?? null;
    const again = known.get(apiVersion) === held ? ask(apiVersion) : (known.get(apiVersion) ?? ask(apiVersion));
    return (await again.kinds).find(served => served.kind === kind) ?? null;
  };
  const forget = (apiVersion: string): void => {
    known.delete(apiVersion);
    groups.doubt(apiVersion);
  };
  return { find, forget };
}

/** The group of an apiVersion; empty for the core. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

function notServed(apiVersion: string, kind: string): RolloutError {
  const message = `The API server does not serve ${kind} of ${apiVersion}.`;
  return new RolloutError(
    'NOT_SERVED',
    message,
    'Correct apiVersion and kind, or install what defines the kind (a CustomResourceDefinition).',
  );
}

/** The kinds of one version, asked for by themselves; none for a 404. Throws API_ERROR where what answers is no API server. */
export async function servedKinds(requests: Requests, apiVersion: string): Promise<readonly ServedKind[]> {
  const answer = await absentAsNull(requests, `${rootOf(apiVersion)}`);
  if (answer === null && ALWAYS_SERVED.includes(apiVersion)) throw strange(`404 to ${rootOf(apiVersion)}, which each one serves`);
  if (answer !== null && !Array.isArray(answer.resources)) throw strange(`no list of kinds to ${rootOf(apiVersion)}`);
  return listOf(answer?.resources).flatMap(entry => {
    const { name, kind, namespaced } = fieldsOf(entry) ?? {};
    if (typeof name !== 'string' || typeof kind !== 'string' || name.includes('/')) return [];
    return [{ apiVersion, kind, plural: name, namespaced: namespaced === true }];
  });
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** What one answer tells of all groups. */
interface Groups {
  /** `isNew`: kinds of the group were just defined. */
  versions(group: string, isNew: boolean): Promise<readonly string[]>;
  /** The kinds of a version and when they were told; null where they have to be asked for by themselves. */
  kinds(apiVersion: string): Promise<{ readonly at: number; readonly kinds: readonly ServedKind[] } | null>;
  /** What was told of this version holds no more. */
  doubt(apiVersion: string): void;
  forget(): void;
}

interface Held {
  readonly at: number;
  readonly answer: Promise<Overview>;
}

/** A group that is missing is asked for again after a while; a question that failed is asked again. */
function openGroups(requests: Requests): Groups {
  let held: Held | null = null;
  const doubted = new Set<string>();
  const forget = (): void => {
    held = null;
  };
  const ask = (): Held => {
    const entry = { at: requests.time.elapsed(), answer: overviewOf(requests) };
    held = entry;
    entry.answer.catch(() => {
      if (held === entry) forget();
    });
    return entry;
  };
  return {
    forget,
    doubt: apiVersion => doubted.add(apiVersion),
    versions: async (group, isNew) => {
      const known = held ?? ask();
      const versions = (await known.answer).versions.get(group);
      if (!versions && isNew) return versionsOfGroup(requests, group);
      if (versions || requests.time.elapsed() - known.at < GROUPS_FRESH_MS) return versions ?? [];
      const again = held === known ? ask() : (held ?? ask());
      return (await again.answer).versions.get(group) ?? [];
    },
    kinds: async apiVersion => {
      if (!apiVersion.includes('/') || doubted.has(apiVersion)) return null;
      const { at, answer } = held ?? ask();
      const { kinds: told } = await answer.catch(refusedAsUntold);
      const kinds = told?.get(apiVersion) ?? null;
      return kinds && { at, kinds };
    },
  };
}

/** Who may not see all groups may see the one that is asked for. */
function refusedAsUntold(error: unknown): Pick<Overview, 'kinds'> {
  if (error instanceof RolloutError && ['FORBIDDEN', 'API_ERROR'].includes(error.code)) return { kinds: null };
  throw error;
}
