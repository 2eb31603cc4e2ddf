/** The endpoints that a data plane knows. */
import type { JsonObject } from '../../model/kube.ts';
import { at, listAt, stringsAt, textAt } from '../json.ts';
import { SERVICE_LABEL } from '../objects/endpoint-slice.ts';
import type { StoreEvent } from '../store/store.ts';

/** The place of EndpointSlices in the store. */
export const slicesKey = 'discovery.k8s.io/endpointslices';

/** The pods behind the Services, as a data plane knows them. */
export interface EndpointBook {
  take(event: StoreEvent): void;
  /** The names of a Service's pods that take requests. */
  pods(namespace: string, service: string): readonly string[];
}

/** A book without endpoints. */
export function openEndpointBook(): EndpointBook {
  const services = new Map<string, Map<string, readonly string[]>>();
  // Each request asks for them, and they change seldom.
  const known = new Map<string, readonly string[]>();
  return {
    take: ({ type, object }) => {
      const namespace = textAt(object, 'metadata', 'namespace');
      const service = `${namespace}/${stringsAt(object, 'metadata', 'labels')[SERVICE_LABEL] ?? ''}`;
      const slices = services.get(service) ?? new Map<string, readonly string[]>();
      services.set(service, slices);
      if (type === 'DELETED') slices.delete(textAt(object, 'metadata', 'name'));
      else slices.set(textAt(object, 'metadata', 'name'), readyPods(object));
      known.set(service, [...slices.values()].flat());
    },
    pods: (namespace, service) => known.get(`${namespace}/${service}`) ?? [],
  };
}

function readyPods(slice: JsonObject): readonly string[] {
  const ready = listAt(slice, 'endpoints').filter(endpoint => at(endpoint, 'conditions', 'ready') === true);
  return ready.map(endpoint => textAt(endpoint, 'targetRef', 'name'));
}
