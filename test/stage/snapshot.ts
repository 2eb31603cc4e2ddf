/** What a namespace holds, in a form that two runs share. */
import { contractApi, type Server } from '../contract/api.ts';

/** Objects by "Kind/name", without what differs from run to run. */
export type Snapshot = Readonly<Record<string, unknown>>;

const collections = [
  '/api/v1/namespaces/{ns}/services',
  '/api/v1/namespaces/{ns}/configmaps',
  '/api/v1/namespaces/{ns}/secrets',
  '/apis/apps/v1/namespaces/{ns}/deployments',
  '/apis/apps/v1/namespaces/{ns}/statefulsets',
  '/apis/apps/v1/namespaces/{ns}/daemonsets',
  '/apis/gateway.networking.k8s.io/v1/namespaces/{ns}/httproutes',
  '/apis/split.smi-spec.io/v1alpha4/namespaces/{ns}/trafficsplits',
];

interface Stored {
  readonly metadata: { readonly name: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** Everything in a namespace that no controller made; of the record only that it is there. */
export async function snapshot(server: Server, namespace: string): Promise<Snapshot> {
  const lists = await Promise.all(collections.map(path => contractApi(server, namespace).send('GET', path)));
  const entries = lists.flatMap(({ code, body }) => {
    // The real one serves no Gateway API where a test did not ask for it.
    if (code === 404) return [];
    const kind = String(body.kind).replace(/List$/, '');
    return (body.items as readonly Stored[]).map(object => [`${kind}/${object.metadata.name}`, normal(object, namespace)] as const);
  });
  return Object.fromEntries(entries.filter(([key]) => key !== 'ConfigMap/kube-root-ca.crt'));
}

function normal({ metadata, status: _status, ...rest }: Stored, namespace: string): unknown {
  if (metadata.name.endsWith('-rollout')) return 'the record';
  const { uid: _uid, resourceVersion: _version, creationTimestamp: _made, generation: _generation, managedFields, ...kept } = metadata;
  const text = JSON.stringify({ ...rest, metadata: { ...kept, managers: managers(managedFields) } }, withoutLots);
  // A cookie is of one canary, told by its uid.
  return JSON.parse(text.replaceAll(namespace, 'NAMESPACE').replaceAll(/(kubernetes-rollout-web=\w+\\*\.)[0-9a-f]{10}/g, '$1CANARY'));
}

/** Addresses are drawn by lot; how often a Deployment or a DaemonSet was rolled is no part of what it is. */
const LOTS = ['clusterIP', 'clusterIPs', 'deployment.kubernetes.io/revision', 'deprecated.daemonset.template.generation'];

const withoutLots = (key: string, value: unknown): unknown => (LOTS.includes(key) ? undefined : value);

function managers(fields: unknown): readonly string[] {
  const own = (fields as readonly { manager: string; operation: string; subresource?: string }[]).filter(
    ({ subresource }) => subresource === undefined,
  );
  return [...new Set(own.map(({ manager, operation }) => `${manager} ${operation}`))].sort();
}
