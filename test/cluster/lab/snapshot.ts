import type { KubeObject } from '../../../src/model/kube.ts';
import { kubectl } from './kubectl.ts';
import type { Scene } from './scene.ts';

/** A namespace's objects by "Kind/name", without what differs from namespace to namespace and from moment to moment. */
export type Snapshot = Readonly<Record<string, unknown>>;

const madeByControllers = /^(events|endpoints|endpointslices|pods|replicasets|podmetrics|controllerrevisions|podtemplates|bindings)(\.|$)/;
const everywhere = new Set(['ConfigMap/kube-root-ca.crt', 'ServiceAccount/default']);

/**
 * Every object in the namespace that no controller made: what kinds there are is asked of the server. A kind that goes between the two
 * questions (other tests define some) is asked for again.
 */
export async function objects(scene: Scene): Promise<readonly KubeObject[]> {
  for (let tries = 1; tries < 5; tries++) {
    const found = await listed(scene).catch(() => null);
    if (found !== null) return found;
  }
  return listed(scene);
}

async function listed(scene: Scene): Promise<readonly KubeObject[]> {
  const text = await kubectl(['get', await kinds(), '-n', scene.namespace, '-o', 'json', '--show-managed-fields']);
  const found: readonly KubeObject[] = JSON.parse(text).items;
  return found.filter(object => !everywhere.has(key(object)));
}

/** The namespace's objects, normalised, to be compared with another's. */
export async function snapshot(scene: Scene): Promise<Snapshot> {
  const found = await objects(scene);
  return Object.fromEntries(found.map(object => [key(object), normalised(object, scene.namespace)]));
}

/** Who owns fields of an object, outside of subresources: "kubectl Apply", sorted. */
export function managers(object: KubeObject): readonly string[] {
  const own = (object.metadata.managedFields ?? []).filter(({ subresource }) => subresource === undefined);
  return [...new Set(own.map(({ manager, operation }) => `${manager} ${operation}`))].sort();
}

/** The managed fields of an object without their times. */
export function ownership(object: KubeObject): unknown {
  const own = (object.metadata.managedFields ?? []).filter(({ subresource }) => subresource === undefined);
  return own.map(({ manager, operation, fieldsV1 }) => ({ manager, operation, fieldsV1 }));
}

async function kinds(): Promise<string> {
  const text = await kubectl(['api-resources', '--namespaced', '--verbs=list', '-o', 'name']);
  return text
    .split('\n')
    .filter(name => name !== '' && !madeByControllers.test(name))
    .join(',');
}

function key(object: KubeObject): string {
  return `${object.kind}/${object.metadata.name}`;
}

function normalised(object: KubeObject, namespace: string): unknown {
  const { uid, resourceVersion, creationTimestamp, generation, managedFields, namespace: _, ...metadata } = object.metadata;
  const { status, spec, ...rest } = object;
  const annotations = kept(metadata.annotations);
  const whole = { ...rest, metadata: { ...metadata, annotations }, ...(spec === undefined ? {} : { spec: withoutAddresses(spec) }) };
  return JSON.parse(JSON.stringify(whole).replaceAll(namespace, 'NAMESPACE'));
}

function kept(annotations: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => !name.startsWith('deployment.kubernetes.io/')));
}

function withoutAddresses(spec: object): object {
  return Object.fromEntries(Object.entries(spec).filter(([name]) => name !== 'clusterIP' && name !== 'clusterIPs'));
}
