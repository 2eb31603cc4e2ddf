import { at, items, number, records, text } from '../manifests/json.ts';
import { APPLICATION, derived, ourLabels, VARIANT } from '../manifests/names.ts';
import { keyOf } from '../manifests/refs.ts';
import { MIRROR } from '../manifests/template.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Root } from '../model/router.ts';
import { deploymentAt } from '../workloads/deployment.ts';
import { type Copy, shadowService, shadowsOf } from './mirrors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A port of stable's pods, and the Service and port through which its requests come. */
export interface Source {
  readonly port: number;
  readonly service: string;
  readonly servicePort: number;
}

const IMAGE = 'buger/goreplay:2.0.0-rc2';

/** The container that copies a port's requests. Reading what others receive needs the raw sockets of the pod, and root for them. */
export const mirrorContainer = (source: Source, copies: readonly Copy[], root: Root): Fields => ({
  name: `${MIRROR}-${source.port}`,
  image: root.mirrorImage ?? IMAGE,
  args: [
    '--input-raw',
    `:${source.port}`,
    ...copies.flatMap(copy => ['--output-http', outputFor(source, copy, root)]),
    '--http-original-host',
  ],
  securityContext: { runAsUser: 0, runAsNonRoot: false, capabilities: { add: ['NET_RAW'] } },
  // Without requests an autoscaler by utilisation could not count the pod any more.
  resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '256Mi' } },
});

/** Who gets copies from a container, and of how many of the requests. A workload's roots share its pods. */
export function copiesOf(container: Fields, root: Root, live: Live): readonly Copy[] {
  const services = [root.service, ...rootsOf(root, live).map(({ metadata }) => metadata.name)];
  return outputsOf(container).flatMap(output => {
    const shadow = shadowsOf(root).find(name => services.some(service => output.startsWith(`${urlOf({ ...root, service }, name)}:`)));
    return shadow === undefined ? [] : [[shadow, percentageOf(output)] as const];
  });
}

/** Whether a container copies to a version of a root. */
export const copiesTo = (container: Fields, root: Root): boolean =>
  outputsOf(container).some(output => shadowsOf(root).some(shadow => output.startsWith(`${urlOf(root, shadow)}:`)));

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
        return heard === null ? [] : [{ port: heard, service: service.metadata.name, servicePort: number(port.port) }];
      }),
  );
  return sources.filter(({ port }, index) => sources.findIndex(other => other.port === port) === index);
}

const outputsOf = ({ args }: Fields): readonly string[] =>
  items(args)
    .map(text)
    .filter(argument => argument.startsWith('http://'));

function outputFor({ service, servicePort }: Source, [shadow, percentage]: Copy, root: Root): string {
  const to = `${urlOf({ ...root, service }, shadow)}:${servicePort}`;
  return percentage === 100 ? to : `${to}|${percentage}%`;
}

function percentageOf(output: string): number {
  const share = /\|(\d+)%$/.exec(output);
  return share ? Number(share[1]) : 100;
}

const urlOf = (root: Root, shadow: string): string => `http://${shadowService(shadow, root)}.${root.namespace}.svc`;

/** The user's Services of which a version of the workload has a leaf, by name. */
function rootsOf(root: Root, { objects }: Live): readonly KubeObject[] {
  const { namespace, workload } = root;
  const isLeaf = (service: string, shadow: string): boolean => {
    const leaf = objects[keyOf({ apiVersion: 'v1', kind: 'Service', namespace, name: derived(service, shadow) })];
    const labels = leaf?.metadata.labels;
    return labels?.[VARIANT] === shadow && labels[APPLICATION] === ourLabels(shadow, workload)[APPLICATION];
  };
  return Object.values(objects)
    .filter(
      ({ kind, metadata }) =>
        kind === 'Service' && metadata.namespace === namespace && shadowsOf(root).some(shadow => isLeaf(metadata.name, shadow)),
    )
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** The number behind a Service's target port; null for a name that no container has. */
function targetOf({ port, targetPort }: Fields, { namespace, workload: name }: Root, { objects }: Live): number | null {
  if (typeof targetPort !== 'string') return number(targetPort, number(port));
  const stable = objects[keyOf(deploymentAt({ namespace, name }))];
  const ports = records(at(stable, 'spec.template.spec.containers')).flatMap(container => records(container.ports));
  const named = ports.find(candidate => candidate.name === targetPort);
  return named ? number(named.containerPort) : null;
}
