/** A StatefulSet for facts about releases by partition. */
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Bed } from '../stage/bed.ts';

/** Fields of a spec. */
export type Spec = Readonly<Record<string, unknown>>;

/** The user's StatefulSet behind its headless Service, with five pods. */
export function db(version: string, spec: Spec = {}): readonly KubeObject[] {
  const labels = { app: 'db' };
  const container = { name: 'db', image: `demo/db:${version}`, ports: [{ name: 'sql', containerPort: 5432 }] };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const set = { serviceName: 'db', replicas: 5, selector: { matchLabels: labels }, template, ...spec };
  const service = { clusterIP: 'None', selector: labels, ports: [{ name: 'sql', port: 5432 }] };
  return [
    { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec: set } as KubeObject,
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'db' }, spec: service } as KubeObject,
  ];
}

/** A deploy of a share. */
export const share = (percentage: number, more: RawInputs = {}): RawInputs => ({
  action: 'deploy',
  strategy: 'canary',
  percentage: String(percentage),
  ...more,
});
/** Inputs of a promote. */
export const promote: RawInputs = { action: 'promote' };
/** Inputs of a reject. */
export const reject: RawInputs = { action: 'reject' };

/** Its address. */
export const set = '/apis/apps/v1/namespaces/{ns}/statefulsets/db';

/** "v1 v1 v1 v1 v2": what each pod runs, by its number. */
export async function pods({ api }: Bed): Promise<string> {
  const { body } = await api.send('GET', '/api/v1/namespaces/{ns}/pods');
  const own = (body.items as readonly KubeObject[]).filter(({ metadata }) => /^db-\d+$/.test(metadata.name));
  const sorted = own.toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  return sorted.map(({ spec }) => JSON.stringify(spec).match(/demo\/db:([\w-]+)/)?.[1] ?? '?').join(' ');
}

/** A field of its spec as it is. */
export const field = async ({ api }: Bed, name: string): Promise<unknown> => ((await api.send('GET', set)).body.spec as Spec)[name];
