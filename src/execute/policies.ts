import { RolloutError } from '../errors.ts';
import { ADDED_POLICIES, type CopiedKind } from '../manifests/copied-kinds.ts';
import type { Cluster, Collection, KubeObject } from '../model/kube.ts';

/** Policies of meshes and networks, and the kinds that are served and that we may not list. */
export interface Policies {
  readonly objects: readonly KubeObject[];
  readonly unread: readonly string[];
}

/** Lists what is served; a group that the cluster does not have costs no request. */
export async function readPolicies(cluster: Cluster, namespaces: readonly string[]): Promise<Policies> {
  const kinds = namespaces.length > 0 ? ADDED_POLICIES : [];
  const read = (await Promise.all(kinds.map(kind => readKind(cluster, kind, namespaces)))).flat();
  return { objects: read.flatMap(({ objects }) => objects), unread: [...new Set(read.flatMap(({ unread }) => unread))] };
}

async function readKind(cluster: Cluster, kind: CopiedKind, namespaces: readonly string[]): Promise<readonly Policies[]> {
  const apiVersion = await servedAs(cluster, kind);
  if (apiVersion === null) return [];
  return Promise.all(namespaces.map(namespace => listAllowed(cluster, { apiVersion, kind: kind.kind, namespace })));
}

async function servedAs(cluster: Cluster, { groups, kind }: CopiedKind): Promise<string | null> {
  const served = await Promise.all(groups.map(async group => (await cluster.versions(group, kind)).map(version => `${group}/${version}`)));
  return served.flat()[0] ?? null;
}

async function listAllowed(cluster: Cluster, of: Collection): Promise<Policies> {
  try {
    return { objects: await cluster.list(of), unread: [] };
  } catch (error) {
    if (!(error instanceof RolloutError) || error.code !== 'FORBIDDEN') throw error;
    return { objects: [], unread: [`${of.kind} of ${of.apiVersion.split('/')[0]}`] };
  }
}
