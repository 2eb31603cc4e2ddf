/** The container that takes a pod's requests, by the mesh that puts it there. */
export const SIDECARS = {
  istio: ['istio-proxy'],
  linkerd: ['linkerd-proxy'],
  smi: ['linkerd-proxy', 'istio-proxy', 'envoy', 'consul-dataplane', 'kuma-sidecar'],
} as const;
