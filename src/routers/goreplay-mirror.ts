import { at, items, number, records, text } from '../manifests/json.ts';
import { APPLICATION, derived, ourLabels, VARIANT } from '../manifests/names.ts';
import { keyOf } from '../manifests/refs.ts';
import { MIRROR } from '../manifests/template.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Root } from '../model/router.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A port of stable's pods, and where the copies of its requests go. */
export interface Source {
  readonly port: number;
  readonly to: string;
}

const IMAGE = 'buger/goreplay:2.0.0-rc2';

/** The container that copies a port's requests. Reading what others receive needs the raw sockets of the pod, and root for them. */
export const mirrorContainer = ({ port, to }: Source, percentage: number, { mirrorImage }: Root): Fields => ({
  name: `${MIRROR}-${port}`,
  image: mirrorImage ?? IMAGE,
  args: ['--input-raw', `:${port}`, '--output-http', percentage === 100 ? to : `${to}|${percentage}%`, '--http-original-host'],
  securityContext: { runAsUser: 0, runAsNonRoot: false, capabilities: { add: ['NET_RAW'] } },
  // Without requests an autoscaler by utilisation could not count the pod any more.
  resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '256Mi' } },
});

/** How much of the requests a container copies, in percent. */
export function percentageOf(container: Fields): number {
  const share = /\|(\d+)%$/.exec(outputOf(container));
  return share ? Number(share[1]) : 100;
}

/** Whether a container copies to the canary of a root. */
export const copiesTo = (container: Fields, root: Root): boolean => outputOf(container).startsWith(`${urlOf(root.service, root)}:`);

/** One workload's roots share its pods: one of them writes for all. */
export function isFirstOf(root: Root, live: Live): boolean {
  const [first] = rootsOf(root, live);
  return first === undefined || first.metadata.name === root.service;
}

/** Every port of the pods that a root leads to, once: a request heard on it may have come through any of them. */
export function sourcesOf(root: Root, live: Live): readonly Source[] {
  const sources = rootsOf(root, live).flatMap(service =>
    records(at(service, 'spec.ports'))
      .filter(({ protocol }) => (text(protocol) || 'TCP') === 'TCP')
      .flatMap(port => {
        const heard = targetOf(port, root, live);
        return heard === null ? [] : [{ port: heard, to: `${urlOf(service.metadata.name, root)}:${number(port.port)}` }];
      }),
  );
  return sources.filter(({ port }, index) => sources.findIndex(other => other.port === port) === index);
}

const outputOf = ({ args }: Fields): string =>
  items(args)
    .map(text)
    .find(argument => argument.startsWith('http://')) ?? '';

const urlOf = (service: string, { namespace }: Root): string => `http://${derived(service, 'canary')}.${namespace}.svc`;

/** The user's Services of which the workload's canary has a leaf, by name. */
function rootsOf({ namespace, workload }: Root, { objects }: Live): readonly KubeObject[] {
  const leafOf = ({ metadata }: KubeObject): KubeObject | undefined =>
    objects[keyOf({ apiVersion: 'v1', kind: 'Service', namespace, name: derived(metadata.name, 'canary') })];
  const isOfWorkload = (leaf: KubeObject | undefined): boolean =>
    leaf?.metadata.labels?.[VARIANT] === 'canary' && leaf.metadata.labels[APPLICATION] === ourLabels('canary', workload)[APPLICATION];
  return Object.values(objects)
    .filter(object => object.kind === 'Service' && object.metadata.namespace === namespace && isOfWorkload(leafOf(object)))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** The number behind a Service's target port; null for a name that no container has. */
function targetOf({ port, targetPort }: Fields, { namespace, workload: name }: Root, { objects }: Live): number | null {
  if (typeof targetPort !== 'string') return number(targetPort, number(port));
  const stable = objects[keyOf({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name })];
  const ports = records(at(stable, 'spec.template.spec.containers')).flatMap(container => records(container.ports));
  const named = ports.find(candidate => candidate.name === targetPort);
  return named ? number(named.containerPort) : null;
}
