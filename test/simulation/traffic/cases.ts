import type { JsonObject, KubeObject } from '../../../src/model/kube.ts';
import type { Live } from '../../../src/model/live.ts';
import type { TrafficRouter } from '../../../src/model/router.ts';
import { alb } from '../../../src/routers/alb.ts';
import { contour } from '../../../src/routers/contour.ts';
import { gatewayApi } from '../../../src/routers/gateway-api.ts';
import { istio } from '../../../src/routers/istio.ts';
import { linkerd } from '../../../src/routers/linkerd.ts';
import { nginx } from '../../../src/routers/nginx.ts';
import { smi } from '../../../src/routers/smi.ts';
import { traefik } from '../../../src/routers/traefik.ts';

/** A user's route and what is served: where requests enter, and what the router makes of it. */
export interface Case {
  readonly name: string;
  readonly router: TrafficRouter;
  readonly entry: string;
  readonly objects: readonly KubeObject[];
  readonly versions: Live['versions'];
}

const named = (apiVersion: string, kind: string, spec: JsonObject): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'web', namespace: 'demo', uid: kind },
  spec,
});

/** An Ingress of a class, to Service `web`. */
export const ingressOf = (ingressClassName: string): KubeObject =>
  named('networking.k8s.io/v1', 'Ingress', {
    ingressClassName,
    rules: [
      { host: 'a', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] } },
    ],
  });

/** Ingresses are served. */
export const ingresses = { 'networking.k8s.io/Ingress': ['v1'] };
const gateway = { 'gateway.networking.k8s.io/HTTPRoute': ['v1'] };
const httpRoute = named('gateway.networking.k8s.io/v1', 'HTTPRoute', {
  parentRefs: [{ name: 'edge' }],
  rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
});
const ingressRoute = named('traefik.io/v1alpha1', 'IngressRoute', {
  routes: [{ kind: 'Rule', match: 'Host(`a`)', services: [{ name: 'web', port: 80 }] }],
});
const grpcRoute = named('gateway.networking.k8s.io/v1', 'GRPCRoute', {
  parentRefs: [{ name: 'edge' }],
  rules: [{ matches: [{ method: { service: 'shop.Cart' } }], backendRefs: [{ name: 'web', port: 80 }] }],
});
const httpProxy = named('projectcontour.io/v1', 'HTTPProxy', { routes: [{ services: [{ name: 'web', port: 80 }] }] });
const traefikKinds = { 'traefik.io/IngressRoute': ['v1alpha1'], 'traefik.io/TraefikService': ['v1alpha1'] };

/** Every kind of route that a router writes. */
export const cases: readonly Case[] = [
  { name: 'TrafficSplit', router: smi, entry: 'service/web', objects: [], versions: { 'split.smi-spec.io/TrafficSplit': ['v1alpha2'] } },
  {
    name: 'TrafficSplit of matched requests',
    router: smi,
    entry: 'service/web',
    objects: [],
    versions: { 'split.smi-spec.io/TrafficSplit': ['v1alpha4'], 'specs.smi-spec.io/HTTPRouteGroup': ['v1alpha4'] },
  },
  { name: 'HTTPRoute', router: gatewayApi, entry: 'route/web', objects: [httpRoute], versions: gateway },
  {
    name: 'GRPCRoute',
    router: gatewayApi,
    entry: 'route/web',
    objects: [grpcRoute],
    versions: { 'gateway.networking.k8s.io/GRPCRoute': ['v1'] },
  },
  {
    name: 'HTTPProxy',
    router: contour,
    entry: 'route/web',
    objects: [httpProxy],
    versions: { 'projectcontour.io/HTTPProxy': ['v1'] },
  },
  { name: 'VirtualService', router: istio, entry: 'service/web', objects: [], versions: { 'networking.istio.io/VirtualService': ['v1'] } },
  { name: 'canary Ingress', router: nginx, entry: 'route/web', objects: [ingressOf('nginx')], versions: ingresses },
  { name: 'TraefikService behind an IngressRoute', router: traefik, entry: 'route/web', objects: [ingressRoute], versions: traefikKinds },
  { name: 'HTTPRoute of the mesh', router: linkerd, entry: 'service/web', objects: [], versions: gateway },
  {
    name: 'HTTPRoute of Linkerd',
    router: linkerd,
    entry: 'service/web',
    objects: [],
    versions: { 'policy.linkerd.io/HTTPRoute': ['v1beta3'] },
  },
  { name: 'ServiceProfile', router: linkerd, entry: 'service/web', objects: [], versions: { 'linkerd.io/ServiceProfile': ['v1alpha2'] } },
  { name: 'Ingress with actions', router: alb, entry: 'route/web', objects: [ingressOf('alb')], versions: ingresses },
];
