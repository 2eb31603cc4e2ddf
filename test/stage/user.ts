/** What a user does by hand. */
import type { KubeObject } from '../../src/model/kube.ts';
import type { Body, ContractApi } from '../contract/api.ts';

/** What `kubectl apply --server-side` sends; Deployments and ReplicaSets are waited for until all their pods are available. */
export async function applyAsUser(api: ContractApi, objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) {
    const { code, body } = await api.apply(pathOf(object), object, 'kubectl');
    if (code >= 300) throw new Error(`${object.kind}/${object.metadata.name}: ${code} ${JSON.stringify(body)}`);
  }
  for (const object of objects.filter(({ kind }) => kind === 'Deployment' || kind === 'ReplicaSet'))
    await api.until(pathOf(object), isRolledOut);
}

function pathOf({ apiVersion, kind, metadata }: KubeObject): string {
  return `${apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`}/namespaces/{ns}/${pluralOf(kind.toLowerCase())}/${metadata.name}`;
}

const pluralOf = (kind: string): string =>
  /[^aeiou]y$/.test(kind) ? `${kind.slice(0, -1)}ies` : `${kind}${kind.endsWith('s') ? 'es' : 's'}`;

function isRolledOut({ kind, spec, status, metadata }: Body): boolean {
  const { replicas } = spec as { readonly replicas: number };
  const { generation } = metadata as { readonly generation: number };
  const now = (status ?? {}) as Readonly<Record<string, number>>;
  // The API leaves counts of 0 out.
  return (
    now.observedGeneration === generation &&
    [now.availableReplicas, ...(kind === 'Deployment' ? [now.updatedReplicas] : [])].every((count = 0) => count === replicas)
  );
}
