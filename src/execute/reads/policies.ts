import { RolloutError } from '../../errors.ts';
import { ADDED_POLICIES, type CopiedKind } from '../../manifests/copied-kinds.ts';
import type { Cluster, Collection, KubeObject } from '../../model/kube.ts';
import type { Reviewing } from '../../model/permission.ts';
import { lacking } from './reviews.ts';
import { spelled } from './spelled.ts';

/** Policies of meshes and networks, and the kinds that are served and that we may not list. */
export interface Policies {
  readonly objects: readonly KubeObject[];
  readonly unread: readonly string[];
  /** Monitors among them, and monitors that we may list and not copy. */
  readonly unscraped: readonly string[];
}

/** Lists what is served; a group that the cluster does not have costs no request. */
export async function readPolicies(cluster: Cluster & Reviewing, namespaces: readonly string[]): Promise<Policies> {
  const kinds = namespaces.length > 0 ? ADDED_POLICIES : [];
  const read = (await Promise.all(kinds.map(kind => readKind(cluster, kind, namespaces)))).flat();
  const distinct = (of: 'unread' | 'unscraped'): readonly string[] => [...new Set(read.flatMap(found => found[of]))];
  return { objects: read.flatMap(({ objects }) => objects), unread: distinct('unread'), unscraped: distinct('unscraped') };
}

async function readKind(cluster: Cluster & Reviewing, kind: CopiedKind, namespaces: readonly string[]): Promise<readonly Policies[]> {
  const apiVersion = await servedAs(cluster, kind);
  if (apiVersion === null) return [];
  const read = kind.isMonitor ? listMonitors : listAllowed;
  return Promise.all(namespaces.map(namespace => read(cluster, { apiVersion, kind: kind.kind, namespace })));
}

async function servedAs(cluster: Cluster, { groups, kind }: CopiedKind): Promise<string | null> {
  const served = await Promise.all(groups.map(async group => (await cluster.versions(group, kind)).map(version => `${group}/${version}`)));
  return served.flat()[0] ?? null;
}

async function listAllowed(cluster: Cluster, of: Collection): Promise<Policies> {
  try {
    return { objects: await cluster.list(of), unread: [], unscraped: [] };
  } catch (error) {
    if (!(error instanceof RolloutError) || error.code !== 'FORBIDDEN') throw error;
    return { objects: [], unread: [nameOf(of)], unscraped: [] };
  }
}

const nameOf = (of: Collection): string => `${of.kind} of ${of.apiVersion.split('/')[0]}`;

/** Many logins may list monitors and not create them. A monitor that cannot be copied, and the copy removed again, counts as absent. */
async function listMonitors(cluster: Cluster & Reviewing, of: Collection): Promise<Policies> {
  const { objects, unread } = await listAllowed(cluster, of);
  if (objects.length === 0) return { objects, unread: [], unscraped: unread };
  const { apiVersion, kind, namespace = null } = of;
  const needs = ['create', 'watch', 'delete'].map(verb => ({ verb, apiVersion, kind, namespace, name: null }));
  const isLacking = (await lacking(await spelled(needs, cluster), cluster)).length > 0;
  return isLacking ? { objects: [], unread: [], unscraped: [nameOf(of)] } : { objects, unread: [], unscraped: [] };
}
