import type { Json, KubeObject } from '../../src/model/kube.ts';
import { ObjectBuilder } from './object.ts';

/** A slice of a Service that lists these pods as ready, on port 8080 without a name. */
export function aSliceOf(service: string, ...pods: readonly KubeObject[]): EndpointSliceBuilder {
  return new EndpointSliceBuilder({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${service}-x1`, namespace: 'demo', labels: { 'kubernetes.io/service-name': service } },
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    endpoints: [],
  }).listing(true, ...pods);
}

export class EndpointSliceBuilder extends ObjectBuilder<EndpointSliceBuilder> {
  protected with(object: KubeObject): EndpointSliceBuilder {
    return new EndpointSliceBuilder(object);
  }

  /** These pods, too. */
  listing(ready: boolean, ...pods: readonly KubeObject[]): EndpointSliceBuilder {
    const present = Array.isArray(this.object.endpoints) ? this.object.endpoints : [];
    const added = pods.map(({ metadata }) => ({
      conditions: { ready },
      targetRef: { kind: 'Pod', name: metadata.name, ...(metadata.uid ? { uid: metadata.uid } : {}) },
    }));
    return this.field('endpoints', [...present, ...added]);
  }

  ports(...ports: readonly Json[]): EndpointSliceBuilder {
    return this.field('ports', ports);
  }
}
