/** The data planes of the lab, each with the ways in which a user publishes a Service through it. */
import type { KubeObject } from '../../../src/model/kube.ts';

/** How a user publishes a Service; `mesh` is without any object of his own. */
export type RouteKind = 'HTTPRoute' | 'HTTPProxy' | 'VirtualService' | 'mesh' | 'IngressRoute' | 'Ingress';

/** A way to publish, on the data plane that serves it. */
export interface Plane {
  /** Its word in the flags. */
  readonly router: string;
  /** Where requests enter; undefined where the lab runs without it. */
  readonly address: string | undefined;
  /** Name of the objects in a path of the API and for kubectl. */
  readonly resource: string;
  host(namespace: string): string;
  /** The user's object for Service `web` at that host; null where he needs none. */
  route(host: string): KubeObject | null;
  /** Seconds that its proxies may take to hear that a pod ends: pods of applications behind it sleep as long. */
  readonly learnsWithinSeconds?: number;
}

const publicHost = (namespace: string): string => `${namespace}.example.test`;
const metadata = { name: 'web', labels: { team: 'shop' }, annotations: { owner: 'shop' } };

/** Each way to publish. */
export const planes: Readonly<Record<RouteKind, Plane>> = {
  HTTPRoute: {
    router: 'gateway-api',
    address: process.env.LAB_GATEWAY,
    resource: 'httproutes',
    host: publicHost,
    route: host => ({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata,
      spec: {
        parentRefs: [{ name: 'edge', namespace: 'gateway-system' }],
        hostnames: [host],
        rules: [{ timeouts: { request: '30s' }, backendRefs: [{ name: 'web', port: 80 }] }],
      },
    }),
  },
  HTTPProxy: {
    router: 'contour',
    address: process.env.LAB_GATEWAY,
    resource: 'httpproxies',
    host: publicHost,
    route: host => ({
      apiVersion: 'projectcontour.io/v1',
      kind: 'HTTPProxy',
      metadata,
      spec: { virtualhost: { fqdn: host }, routes: [{ timeoutPolicy: { response: '30s' }, services: [{ name: 'web', port: 80 }] }] },
    }),
  },
  VirtualService: {
    router: 'istio',
    address: process.env.LAB_ISTIO_GATEWAY,
    resource: 'virtualservices',
    host: publicHost,
    route: host => ({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata,
      spec: { hosts: [host], gateways: ['istio-system/edge'], http: [{ timeout: '30s', route: [{ destination: { host: 'web' } }] }] },
    }),
  },
  mesh: {
    router: 'istio',
    address: process.env.LAB_ISTIO,
    resource: 'virtualservices',
    host: namespace => `web.${namespace}`,
    route: () => null,
  },
  IngressRoute: {
    router: 'traefik',
    address: process.env.LAB_TRAEFIK,
    resource: 'ingressroutes',
    host: publicHost,
    route: host => ({
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'IngressRoute',
      metadata,
      spec: { entryPoints: ['web'], routes: [{ kind: 'Rule', match: `Host(\`${host}\`)`, services: [{ name: 'web', port: 80 }] }] },
    }),
    learnsWithinSeconds: 5,
  },
  Ingress: {
    router: 'nginx',
    address: process.env.LAB_TRAEFIK,
    resource: 'ingresses',
    host: publicHost,
    route: host => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: {
        ingressClassName: 'nginx',
        rules: [
          { host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] } },
        ],
      },
    }),
    learnsWithinSeconds: 5,
  },
};
