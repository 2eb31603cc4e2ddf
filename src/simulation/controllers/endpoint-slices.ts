/** EndpointSlices: the pods of every Service with a selector. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { at, equal, isObject, listAt, stringsAt, textAt } from '../json.ts';
import { SERVICE_LABEL } from '../objects/endpoint-slice.ts';
import { matchesLabels } from '../objects/selector.ts';
import { type Controller, keyOf, splitKey, type World } from './controller.ts';
import { isReady } from './pods.ts';
import { change, controlled, controllerReference, create, isGoing, nameOf, remove } from './writes.ts';

const endpointsPerSlice = 100;

/** The EndpointSlice controller; late by the cluster's pace. */
export const endpointSlices: Controller = {
  name: 'endpointslice',
  delayMilliseconds: world => world.pace.endpointsMilliseconds,
  keys: (world, event) => {
    if (event.key === '/services') return [keyOf(event.object)];
    if (event.key !== '/pods') return [];
    const namespace = textAt(event.object, 'metadata', 'namespace');
    return world.api.store
      .list('/services', namespace)
      .filter(service => selects(service, event.object) || selects(service, event.previous))
      .map(keyOf);
  },
  reconcile: (world, key) => {
    const service = world.api.store.get('/services', ...splitKey(key));
    if (service === undefined || isGoing(service) || Object.keys(stringsAt(service, 'spec', 'selector')).length === 0) return null;
    const slices = controlled(world, 'discovery.k8s.io/endpointslices', service);
    const wanted = slicesOf(world, service);
    for (const [i, content] of wanted.entries()) write(world, service, { slice: slices[i], content });
    for (const slice of slices.slice(wanted.length)) remove(world, slice);
    return null;
  },
};

/** Whether a Service's selector matches a pod. */
export function selects(service: JsonObject, pod: JsonObject | undefined): boolean {
  return pod !== undefined && matchesLabels(stringsAt(service, 'spec', 'selector'), stringsAt(pod, 'metadata', 'labels'));
}

interface SliceContent {
  readonly endpoints: readonly Json[] | null;
  readonly ports: readonly Json[] | null;
}

function slicesOf(world: World, service: JsonObject): readonly SliceContent[] {
  const pods = world.api.store
    .list('/pods', textAt(service, 'metadata', 'namespace'))
    .filter(
      pod =>
        selects(service, pod) && textAt(pod, 'status', 'podIP') !== '' && !['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase')),
    );
  if (pods.length === 0) return [{ endpoints: null, ports: null }];
  const chunks = Array.from({ length: Math.ceil(pods.length / endpointsPerSlice) }, (_, i) =>
    pods.slice(i * endpointsPerSlice, (i + 1) * endpointsPerSlice),
  );
  return chunks.map(chunk => ({ endpoints: chunk.map(pod => endpoint(service, pod)), ports: portsOf(service, chunk[0]) }));
}

function endpoint(service: JsonObject, pod: JsonObject): JsonObject {
  const terminating = isGoing(pod);
  const serving = isReady({ ...pod, metadata: {} });
  const ready = (serving && !terminating) || at(service, 'spec', 'publishNotReadyAddresses') === true;
  return {
    addresses: [textAt(pod, 'status', 'podIP')],
    conditions: { ready, serving, terminating },
    nodeName: textAt(pod, 'spec', 'nodeName'),
    targetRef: { kind: 'Pod', namespace: textAt(pod, 'metadata', 'namespace'), name: nameOf(pod), uid: textAt(pod, 'metadata', 'uid') },
  };
}

function portsOf(service: JsonObject, pod: JsonObject | undefined): readonly Json[] {
  return listAt(service, 'spec', 'ports')
    .filter(isObject)
    .flatMap(port => {
      const number = targetPort(port, pod);
      return number === null ? [] : [{ name: textAt(port, 'name'), port: number, protocol: textAt(port, 'protocol') || 'TCP' }];
    });
}

function targetPort(port: JsonObject, pod: JsonObject | undefined): number | null {
  const target = at(port, 'targetPort');
  if (typeof target === 'number') return target;
  const named = listAt(pod, 'spec', 'containers')
    .flatMap(container => listAt(container, 'ports'))
    .find(other => textAt(other, 'name') === target);
  const number = at(named, 'containerPort');
  return typeof number === 'number' ? number : null;
}

function write(
  world: World,
  service: JsonObject,
  { slice, content }: { readonly slice: JsonObject | undefined; readonly content: SliceContent },
): void {
  const { endpoints, ports } = content;
  if (slice !== undefined) {
    const same = equal(slice.endpoints, endpoints) && equal(slice.ports, ports);
    if (!same) change(world, { ...slice, endpoints, ports });
    return;
  }
  const labels = {
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    ...stringsAt(service, 'metadata', 'labels'),
    [SERVICE_LABEL]: nameOf(service),
  };
  const metadata = {
    generateName: `${nameOf(service)}-`,
    namespace: textAt(service, 'metadata', 'namespace'),
    labels,
    ownerReferences: [controllerReference(service)],
  };
  const made = create(world, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata,
    addressType: 'IPv4',
    endpoints: endpoints ?? [],
    ports: ports ?? [],
  });
  if (endpoints === null) change(world, { ...made, endpoints, ports });
}
