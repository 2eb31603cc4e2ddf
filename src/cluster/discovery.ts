import { RolloutError } from '../errors.ts';
import type { ServedKind } from '../model/kube.ts';
import type { Time } from '../model/time.ts';
import { fieldsOf, listOf } from './kubeconfig-fields.ts';
import type { Requests } from './requests.ts';
import { strange } from './strange.ts';

/** What the API server serves: one request per group and version, shared and kept; one for the versions of all groups. */
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
const EXPECTED_MS = 15_000;

/** Opens discovery over `requests`. */
export function openDiscovery(requests: Requests): Discovery {
  const { find, forget } = openKinds(requests);
  const expected = new Map<string, number>();
  const groups = shared(requests.time, () => groupsOf(requests));
  const isExpected = (apiVersion: string): boolean => (expected.get(groupOf(apiVersion)) ?? 0) > requests.time.elapsed();
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
      const served = group === '' ? ['v1'] : versionsOf((await groups.ask()).find(({ name }) => name === group));
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
function openKinds(requests: Requests): Kinds {
  const known = new Map<string, Known>();
  const ask = (apiVersion: string): Known => {
    const entry = { at: requests.time.elapsed(), kinds: kindsOf(requests, apiVersion) };
    known.set(apiVersion, entry);
    entry.kinds.catch(() => {
      if (known.get(apiVersion) === entry) known.delete(apiVersion);
    });
    return entry;
  };
  const find = async (apiVersion: string, kind: string): Promise<ServedKind | null> => {
    const held = known.get(apiVersion) ?? ask(apiVersion);
    const found = (await held.kinds).find(served => served.kind === kind);
    if (found !== undefined || requests.time.elapsed() - held.at < FRESH_MS) return found ?? null;
    const again = known.get(apiVersion) === held ? ask(apiVersion) : (known.get(apiVersion) ?? ask(apiVersion));
    return (await again.kinds).find(served => served.kind === kind) ?? null;
  };
  return { find, forget: apiVersion => known.delete(apiVersion) };
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

async function kindsOf(requests: Requests, apiVersion: string): Promise<readonly ServedKind[]> {
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

type Group = Readonly<Record<string, unknown>>;

async function groupsOf(requests: Requests): Promise<readonly Group[]> {
  return listOf((await absentAsNull(requests, '/apis'))?.groups).flatMap(entry => {
    const group = fieldsOf(entry);
    return group === null ? [] : [group];
  });
}

function versionsOf(group: Group | undefined): readonly string[] {
  const preferred = fieldsOf(group?.preferredVersion)?.version;
  const all = listOf(group?.versions).flatMap(entry => String(fieldsOf(entry)?.version ?? '') || []);
  return typeof preferred === 'string' ? [preferred, ...all.filter(version => version !== preferred)] : all;
}

interface Shared<T> {
  ask(): Promise<T>;
  forget(): void;
}

/** Questions within half a second get the same answer; one that failed is asked again. */
function shared<T>(time: Time, question: () => Promise<T>): Shared<T> {
  let held: { readonly at: number; readonly answer: Promise<T> } | null = null;
  const forget = (): void => {
    held = null;
  };
  return {
    forget,
    ask: () => {
      if (held !== null && time.elapsed() - held.at < FRESH_MS) return held.answer;
      held = { at: time.elapsed(), answer: question() };
      held.answer.catch(forget);
      return held.answer;
    },
  };
}

async function absentAsNull(requests: Requests, path: string): Promise<Readonly<Record<string, unknown>> | null> {
  const about = { verb: 'get', group: '', resource: path, kind: 'APIResourceList', namespace: null, name: null } as const;
  try {
    return fieldsOf(await requests.json({ method: 'GET', path, about, repeatable: true })) ?? {};
  } catch (error) {
    if (error instanceof RolloutError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
