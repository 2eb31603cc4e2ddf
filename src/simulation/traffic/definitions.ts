/** The CustomResourceDefinitions of the routes that the simulated data planes read, for clusters that nobody brings definitions to. */
import type { KubeObject } from '../../model/kube.ts';

interface Kind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  /** The stored one first. */
  readonly versions: readonly string[];
}

const kinds: readonly Kind[] = [
  { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', plural: 'httproutes', versions: ['v1', 'v1beta1'] },
  { group: 'gateway.networking.k8s.io', kind: 'GRPCRoute', plural: 'grpcroutes', versions: ['v1'] },
  { group: 'split.smi-spec.io', kind: 'TrafficSplit', plural: 'trafficsplits', versions: ['v1alpha4', 'v1alpha2'] },
  { group: 'specs.smi-spec.io', kind: 'HTTPRouteGroup', plural: 'httproutegroups', versions: ['v1alpha4'] },
  { group: 'projectcontour.io', kind: 'HTTPProxy', plural: 'httpproxies', versions: ['v1'] },
  { group: 'networking.istio.io', kind: 'VirtualService', plural: 'virtualservices', versions: ['v1'] },
  { group: 'traefik.io', kind: 'IngressRoute', plural: 'ingressroutes', versions: ['v1alpha1'] },
  { group: 'traefik.io', kind: 'TraefikService', plural: 'traefikservices', versions: ['v1alpha1'] },
  { group: 'linkerd.io', kind: 'ServiceProfile', plural: 'serviceprofiles', versions: ['v1alpha2'] },
];

/** Definitions that take any field: who wants the real rules gives the real definitions to the cluster. */
export const routeDefinitions: readonly KubeObject[] = kinds.map(definition);

function definition({ group, kind, plural, versions }: Kind): KubeObject {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: versions.map((name, index) => ({ name, served: true, storage: index === 0, schema, subresources: { status: {} } })),
    },
  };
}
