/** What a rollout writes to each data plane, in the least form: one object that shares requests among two Services by weights. */
import type { Json, KubeObject } from '../../../src/model/kube.ts';
import { planes } from '../../../test/cluster/lab/planes.ts';

/** Two Services, and how many percent of the requests the second gets. */
export interface Split {
  readonly old: string;
  readonly fresh: string;
  readonly percent: number;
}

/** A kind of write, and where the requests are sent that show when it has taken effect. */
export interface Way {
  /** The `traffic-split-method` that writes so. */
  readonly method: string;
  readonly what: string;
  /** Where requests enter; undefined where the data plane does not run. */
  readonly address: string | undefined;
  host(namespace: string): string;
  /** What is there before the first write. */
  objects(host: string): readonly KubeObject[];
  /** The object whose split is written, one of them. */
  readonly kind: string;
  /** The pointer of the field, and what it holds. */
  readonly field: string;
  value(split: Split): Json;
  /** Whether its object names one other Service for good. */
  readonly isFixed?: true;
}

/** Service of the first version. */
export const OLD = 'web-old';
/** Service of the second one; new Services lead to the same pods. */
export const FRESH = 'web-fresh';

const metadata = { name: 'web' };
const none: Split = { old: OLD, fresh: OLD, percent: 0 };

/** Both Services with their weights, in the words of a kind; the second is left out where it is the first. */
const both = (entry: (service: string, weight: number) => Json, { old, fresh, percent }: Split): Json[] =>
  fresh === old ? [entry(old, 100)] : [entry(old, 100 - percent), entry(fresh, percent)];

const ported = (name: string, weight: number): Json => ({ name, port: 80, weight });
const destined = (host: string, weight: number): Json => ({ destination: { host }, weight });

type Bare = Omit<Way, 'objects' | 'address' | 'host'> & Partial<Pick<Way, 'host'>>;

/** A way through a data plane of the lab, whose object is the whole of it. */
function through(kind: keyof typeof planes, apiVersion: string, way: Bare & { spec(host: string): Record<string, Json> }): Way {
  const { address, host } = planes[kind];
  return { address, host, objects: at => [{ apiVersion, kind: way.kind, metadata, spec: way.spec(at) }], ...way };
}

const httpRoute = through('HTTPRoute', 'gateway.networking.k8s.io/v1', {
  method: 'gateway-api',
  what: 'HTTPRoute, Contour',
  kind: 'HTTPRoute',
  field: '/spec/rules/0/backendRefs',
  value: split => both(ported, split),
  spec: host => ({
    parentRefs: [{ name: 'edge', namespace: 'gateway-system' }],
    hostnames: [host],
    rules: [{ backendRefs: both(ported, none) }],
  }),
});

const httpProxy = through('HTTPProxy', 'projectcontour.io/v1', {
  method: 'contour',
  what: 'HTTPProxy, Contour',
  kind: 'HTTPProxy',
  field: '/spec/routes/0/services',
  value: split => both(ported, split),
  spec: host => ({ virtualhost: { fqdn: host }, routes: [{ services: both(ported, none) }] }),
});

const istio = {
  method: 'istio',
  kind: 'VirtualService',
  field: '/spec/http/0/route',
  value: (split: Split) => both(destined, split),
};
const virtualService = through('VirtualService', 'networking.istio.io/v1', {
  ...istio,
  what: 'VirtualService, Istio’s gateway',
  spec: host => ({ hosts: [host], gateways: ['istio-system/edge'], http: [{ route: both(destined, none) }] }),
});
const mesh = through('mesh', 'networking.istio.io/v1', {
  ...istio,
  what: 'VirtualService, Istio’s sidecar',
  host: namespace => `${OLD}.${namespace}`,
  spec: () => ({ hosts: [OLD], http: [{ route: both(destined, none) }] }),
});

const ingressRoute = through('IngressRoute', 'traefik.io/v1alpha1', {
  method: 'traefik',
  what: 'IngressRoute, Traefik',
  kind: 'IngressRoute',
  field: '/spec/routes/0/services',
  value: split => both(ported, split),
  spec: host => ({ entryPoints: ['web'], routes: [{ kind: 'Rule', match: `Host(\`${host}\`)`, services: both(ported, none) }] }),
});

const traefikService: Way = {
  ...ingressRoute,
  what: 'TraefikService, Traefik',
  kind: 'TraefikService',
  field: '/spec/weighted/services',
  objects: host => [
    { apiVersion: 'traefik.io/v1alpha1', kind: 'TraefikService', metadata, spec: { weighted: { services: both(ported, none) } } },
    {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'IngressRoute',
      metadata,
      spec: {
        entryPoints: ['web'],
        routes: [{ kind: 'Rule', match: `Host(\`${host}\`)`, services: [{ kind: 'TraefikService', name: 'web' }] }],
      },
    },
  ],
};

const NGINX = 'nginx.ingress.kubernetes.io/';

/** An Ingress as ingress-nginx reads it; a canary has a weight, and a Service of its own. */
const ingress = (host: string, service: string, canary: Record<string, string> | null): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: canary === null ? { name: 'web-main' } : { ...metadata, annotations: canary },
  spec: {
    ingressClassName: 'nginx',
    rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: service, port: { number: 80 } } } }] } }],
  },
});

const canary = (percent: number): Record<string, string> => ({ [`${NGINX}canary`]: 'true', [`${NGINX}canary-weight`]: `${percent}` });

/** Its canary Ingress keeps to one Service, so that a write changes the weight alone. */
const nginx: Way = {
  method: 'nginx',
  what: 'canary Ingress, Traefik as ingress-nginx',
  address: planes.Ingress.address,
  host: planes.Ingress.host,
  kind: 'Ingress',
  field: '/metadata/annotations',
  value: ({ percent }) => canary(percent),
  isFixed: true,
  objects: host => [ingress(host, OLD, null), ingress(host, FRESH, canary(0))],
};

/** The lab's own mesh on the Services' cluster IPs. */
const smi: Way = {
  method: 'smi',
  what: 'TrafficSplit, the lab’s mesh',
  address: process.env.LAB_SMI === undefined ? undefined : '',
  host: namespace => `${OLD}.${namespace}`,
  kind: 'TrafficSplit',
  field: '/spec/backends',
  value: split => both((service, weight) => ({ service, weight }), split),
  objects: () => [
    {
      apiVersion: 'split.smi-spec.io/v1alpha4',
      kind: 'TrafficSplit',
      metadata,
      spec: { service: OLD, backends: both((service, weight) => ({ service, weight }), none) },
    },
  ],
};

/** Every way of which the data plane runs here. */
export const ways: readonly Way[] = [httpRoute, httpProxy, virtualService, mesh, ingressRoute, traefikService, nginx, smi].filter(
  ({ address }) => address !== undefined,
);
