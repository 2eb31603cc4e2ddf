import { RolloutError } from '../errors.ts';
import type { ServedKind } from '../model/kube.ts';
import { fieldsOf, listOf } from './kubeconfig-fields.ts';
import type { Requests } from './requests.ts';

/** The groups of an API server in one answer, and their kinds where the server tells them along. */
export interface Overview {
  /** The versions of each group by its name, the preferred one first. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  /** By apiVersion; null where the server cannot tell now. Null as a whole where it lists groups alone, as servers before 1.27 do. */
  readonly kinds: ReadonlyMap<string, readonly ServedKind[] | null> | null;
}

// Servers that know no such list take the last of them.
const ACCEPT = ['v2', 'v2beta1'].map(v => `application/json;g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`);

/** Asks for all groups but the core's at once. Throws what the API server refuses, and answers 404 with no groups. */
export async function overviewOf(requests: Requests): Promise<Overview> {
  const answer = await absentAsNull(requests, '/apis', [...ACCEPT, 'application/json'].join(','));
  if (answer?.kind !== 'APIGroupDiscoveryList') return { versions: new Map(fieldsIn(answer?.groups).map(versionsOf)), kinds: null };
  const groups = fieldsIn(answer.items).map(group => ({ name: nameOf(group), served: fieldsIn(group.versions) }));
  return {
    versions: new Map(groups.map(({ name, served }) => [name, served.map(({ version }) => String(version))])),
    kinds: new Map(groups.flatMap(({ name, served }) => served.map(version => kindsOf(name, version)))),
  };
}

/** The versions of one group, asked for by itself: one whose kinds were just defined is in the list of all groups a moment later. None for a 404. */
export async function versionsOfGroup(requests: Requests, group: string): Promise<readonly string[]> {
  const answer = await absentAsNull(requests, `/apis/${group}`);
  return answer === null ? [] : versionsOf(answer)[1];
}

/** The answer to a question of discovery, or null for a 404. */
export async function absentAsNull(requests: Requests, path: string, accept?: string): Promise<Fields | null> {
  const about = { verb: 'get', group: '', resource: path, kind: 'APIResourceList', namespace: null, name: null } as const;
  try {
    return fieldsOf(await requests.json({ method: 'GET', path, about, repeatable: true, ...(accept ? { accept } : {}) })) ?? {};
  } catch (error) {
    if (error instanceof RolloutError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsIn = (list: unknown): readonly Fields[] =>
  listOf(list)
    .map(fieldsOf)
    .filter(fields => fields !== null);

const nameOf = (group: Fields): string => String(fieldsOf(group.metadata)?.name ?? '');

function kindsOf(group: string, { version, freshness, resources }: Fields): readonly [string, readonly ServedKind[] | null] {
  const apiVersion = `${group}/${String(version)}`;
  // The kinds of a server behind the API server that does not answer are those of an earlier day, or none.
  if (freshness !== 'Current') return [apiVersion, null];
  const kinds = fieldsIn(resources).flatMap(({ resource, responseKind, scope }) => {
    const kind = fieldsOf(responseKind)?.kind;
    return typeof resource === 'string' && typeof kind === 'string'
      ? [{ apiVersion, kind, plural: resource, namespaced: scope === 'Namespaced' }]
      : [];
  });
  return [apiVersion, kinds];
}

function versionsOf(group: Fields): readonly [string, readonly string[]] {
  const preferred = fieldsOf(group.preferredVersion)?.version;
  const all = fieldsIn(group.versions).flatMap(({ version }) => String(version ?? '') || []);
  const sorted = typeof preferred === 'string' ? [preferred, ...all.filter(version => version !== preferred)] : all;
  return [String(group.name), sorted];
}
