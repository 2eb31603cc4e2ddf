import { execFile } from 'node:child_process';
import { afterAll, beforeAll } from '@jest/globals';
import { type Connected, connect } from '../../../src/cluster/index.ts';
import type { KubeObject, Ref } from '../../../src/model/kube.ts';

/** The namespace of the tests of one file. */
export const NAMESPACE = `api-${process.pid}-${Date.now().toString(36)}`;
/** The lab's cluster as its administrator; open during the tests of a file. */
export let connected: Connected;

beforeAll(async () => {
  connected = await connect({ kubeconfig: null, context: null, skipTlsVerify: false, environment: process.env, onSecret: () => undefined });
  await connected.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
});

afterAll(async () => {
  await connected.cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE });
  await connected.close();
});

/** Runs kubectl in the namespace, with an object on its input. */
export function kubectl(args: readonly string[], input: KubeObject | null = null): Promise<string> {
  return new Promise((fulfil, reject) => {
    const child = execFile('kubectl', ['--namespace', NAMESPACE, ...args], (error, stdout, stderr) => {
      if (error === null) fulfil(stdout);
      else reject(new Error(`kubectl ${args.join(' ')}: ${stderr}`));
    });
    child.stdin?.end(input === null ? '' : JSON.stringify(input));
  });
}

/** Where client-side apply remembers the file. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What differs from version to version. */
export interface Version {
  readonly image: string;
  readonly environment: readonly string[];
  readonly labels: readonly string[];
  readonly limit?: string;
  readonly replicas?: number;
}

/** A web server's first version, and two that drop something. */
export const V1: Version = { image: 'web:1', environment: ['A', 'B', 'C'], labels: ['a', 'b', 'c'], limit: '1' };
export const V2: Version = { image: 'web:2', environment: ['A', 'B'], labels: ['a', 'b'] };
export const V3: Version = { image: 'web:3', environment: ['A'], labels: ['a'] };

/** A Deployment of that version. */
export function deployment(name: string, version: Version): KubeObject {
  const selected = { app: name };
  const limits = version.limit === undefined ? {} : { resources: { limits: { cpu: version.limit } } };
  const env = version.environment.map(variable => ({ name: variable, value: `${variable} of ${version.image}` }));
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE, labels: Object.fromEntries(version.labels.map(label => [label, 'x'])) },
    spec: {
      replicas: version.replicas ?? 1,
      selector: { matchLabels: selected },
      template: { metadata: { labels: selected }, spec: { containers: [{ name: 'web', image: version.image, env, ...limits }] } },
    },
  };
}

/** The live Deployment. */
export async function read(name: string): Promise<KubeObject> {
  const found = await connected.cluster.get(refTo('apps/v1', 'Deployment', name));
  if (found === null) throw new Error(`no Deployment ${name}`);
  return found;
}

/** A reference within the namespace. */
export function refTo(apiVersion: string, kind: string, name: string): Ref {
  return { apiVersion, kind, namespace: NAMESPACE, name };
}

/** Who owns its fields, but for the controllers. */
export function managersOf(object: KubeObject): readonly string[] {
  const entries = (object.metadata.managedFields ?? []).filter(entry => entry.manager !== 'kube-controller-manager');
  return entries.map(entry => `${entry.manager} ${entry.operation}${entry.subresource ? ` ${entry.subresource}` : ''}`).sort();
}

/** The version that a live Deployment runs. */
export function versionOf(object: KubeObject): Version {
  const spec = JSON.parse(JSON.stringify(object.spec));
  const container = spec.template.spec.containers[0];
  const limit = container.resources?.limits?.cpu;
  return {
    image: container.image,
    environment: (container.env ?? []).map((entry: { name: string }) => entry.name),
    labels: Object.keys(object.metadata.labels ?? {}).sort(),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** How many pod templates the Deployment has had. */
export async function generationsOfTemplate(name: string): Promise<number> {
  const all = await connected.cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: NAMESPACE, labels: `app=${name}` });
  return all.length;
}

/** A ConfigMap. */
export function config(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: NAMESPACE }, data: { a: '1' } };
}
