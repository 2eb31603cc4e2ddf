/** A DaemonSet for facts about releases node by node. */
import type { KubeObject } from '../../src/model/kube.ts';
import { type Bed, openBed } from '../stage/bed.ts';
import type { CrashStage } from '../stage/stage.ts';

/** Fields of a spec. */
export type Spec = Readonly<Record<string, unknown>>;

/** The user's DaemonSet, which has a pod on each of the five nodes. */
export function agent(version: string, spec: Spec = {}): readonly KubeObject[] {
  const labels = { app: 'agent' };
  const container = { name: 'agent', image: `demo/agent:${version}`, ports: [{ name: 'metrics', containerPort: 9100 }] };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const set = { selector: { matchLabels: labels }, template, ...spec };
  return [{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent' }, spec: set } as KubeObject];
}

/** Its address. */
export const agents = '/apis/apps/v1/namespaces/{ns}/daemonsets/agent';

/** Its pods that stay, by the names of their nodes. */
export async function podsOnNodes({ api }: Pick<Bed, 'api'>): Promise<readonly KubeObject[]> {
  const { body } = await api.send('GET', '/api/v1/namespaces/{ns}/pods');
  const own = (body.items as readonly KubeObject[]).filter(
    ({ metadata }) => metadata.labels?.app === 'agent' && metadata.deletionTimestamp === undefined,
  );
  const nodeOf = ({ spec }: KubeObject): string => String(spec?.nodeName);
  return own.toSorted((a, b) => nodeOf(a).localeCompare(nodeOf(b)));
}

/** "v2 v1 v1 v1 v1": what the pod of each node runs, by the names of the nodes. */
export const onNodes = async (bed: Pick<Bed, 'api'>): Promise<string> =>
  (await podsOnNodes(bed)).map(({ spec }) => JSON.stringify(spec).match(/demo\/agent:([\w-]+)/)?.[1] ?? '?').join(' ');

/** The controller has made all pods, and has told so. */
export const everywhere = ({ api }: Pick<Bed, 'api'>) =>
  api.until(agents, ({ status }) => {
    const { desiredNumberScheduled: all, numberAvailable: up } = (status ?? {}) as Readonly<Record<string, number>>;
    return all === 5 && up === 5;
  });

/** What all nodes run. */
export const OLD = 'v1 v1 v1 v1 v1';
export const NEW = 'v2 v2 v2 v2 v2';

/** Pods are replaced by whoever deletes them. */
export const byHand = { updateStrategy: { type: 'OnDelete' } };

/** A namespace in which it runs on every node. */
export async function running(stage: CrashStage, version = 'v1', spec: Spec = {}): Promise<Bed> {
  const bed = await openBed(stage, agent(version, spec));
  await everywhere(bed);
  return bed;
}
