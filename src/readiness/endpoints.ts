import { at, isRecord, number, records, text } from '../manifests/json.ts';
import { isReady } from '../manifests/pods.ts';
import type { Readiness } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import { count, staying } from './seen.ts';

/** The label by which an EndpointSlice says of which Service it is. */
export const SERVICE_NAME = 'kubernetes.io/service-name';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether requests to the Service reach every ready pod among `pods` (the ones it selects), on every port: at least one ready pod, all of
 * them listed as ready in the Service's EndpointSlices. A Service without selector, or of type ExternalName, is ready.
 */
export function inEndpoints(service: KubeObject, slices: readonly KubeObject[], pods: readonly KubeObject[]): Readiness {
  const { name } = service.metadata;
  if (!selects(service)) return { state: 'ready', text: `Service ${name} has no selector` };
  const ready = staying(pods).filter(isReady);
  if (ready.length === 0) return { state: 'waiting', text: `Service ${name}: none of its ${count(pods.length, 'pod')} is ready` };
  const own = slices.filter(slice => belongs(slice, service));
  const missing = ready.filter(pod => !isReached(pod, service, own));
  if (missing.length > 0)
    return {
      state: 'waiting',
      text: `Service ${name}: ${missing.length} of ${count(ready.length, 'ready pod')} not yet among its endpoints`,
      hint: `Check whether each targetPort of Service ${name} is a port of the pods, and whether its EndpointSlices are kept up to date.`,
    };
  return { state: 'ready', text: `Service ${name}: ${count(ready.length, 'ready pod')} among its endpoints` };
}

function selects({ spec }: KubeObject): boolean {
  return spec?.type !== 'ExternalName' && isRecord(spec?.selector) && Object.keys(spec.selector).length > 0;
}

function belongs(slice: KubeObject, service: KubeObject): boolean {
  return slice.metadata.labels?.[SERVICE_NAME] === service.metadata.name && slice.metadata.namespace === service.metadata.namespace;
}

function isReached(pod: KubeObject, service: KubeObject, slices: readonly KubeObject[]): boolean {
  const listing = slices.filter(slice => records(slice.endpoints).some(endpoint => isFor(endpoint, pod)));
  const targets = records(at(service, 'spec.ports')).flatMap(port => targetOf(port, pod));
  return listing.length > 0 && targets.every(target => listing.some(slice => records(slice.ports).some(port => isPort(port, target))));
}

/** An unknown readiness counts as ready, as the API says. */
function isFor(endpoint: Fields, { metadata }: KubeObject): boolean {
  const isThere = at(endpoint, 'targetRef.kind') === 'Pod' && at(endpoint, 'targetRef.name') === metadata.name;
  const uid = at(endpoint, 'targetRef.uid');
  const isSame = uid === undefined || metadata.uid === undefined || uid === metadata.uid;
  return isThere && isSame && at(endpoint, 'conditions.ready') !== false;
}

interface Target {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** Where a port of the Service leads in this pod; nothing when the pod has no port by the name. */
function targetOf(port: Fields, pod: KubeObject): readonly Target[] {
  const name = text(port.name);
  const protocol = text(port.protocol) || 'TCP';
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return [{ name, protocol, port: target }];
  const [found] = containersOf(pod)
    .flatMap(container => records(container.ports))
    .filter(candidate => candidate.name === target && (text(candidate.protocol) || 'TCP') === protocol);
  return found === undefined ? [] : [{ name, protocol, port: number(found.containerPort) }];
}

/** Sidecars are init containers that restart; the endpoints controller looks at their ports, too. */
function containersOf(pod: KubeObject): readonly Fields[] {
  const sidecars = records(at(pod, 'spec.initContainers')).filter(container => container.restartPolicy === 'Always');
  return [...records(at(pod, 'spec.containers')), ...sidecars];
}

function isPort(port: Fields, { name, port: wanted, protocol }: Target): boolean {
  return text(port.name) === name && port.port === wanted && (text(port.protocol) || 'TCP') === protocol;
}
