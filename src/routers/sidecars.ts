import { at, records, text } from '../manifests/json.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Container } from '../model/router.ts';

/** The container that takes a pod's requests, by the mesh that puts it there. */
export const SIDECARS = {
  istio: ['istio-proxy'],
  linkerd: ['linkerd-proxy'],
  smi: ['linkerd-proxy', 'istio-proxy', 'envoy', 'consul-dataplane', 'kuma-sidecar'],
} as const;

/** The containers of a pod, native sidecars among them. */
export const containersIn = (pod: KubeObject): readonly Container[] =>
  [...records(at(pod, 'spec.containers')), ...records(at(pod, 'spec.initContainers'))].map(({ name, image }) => ({
    name: text(name),
    image: text(image),
  }));
