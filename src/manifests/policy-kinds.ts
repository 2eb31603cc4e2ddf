import type { KubeObject } from '../model/kube.ts';
import { isRecord, record } from './json.ts';
import { matches } from './selectors.ts';

/** Makes a selector of pods mean the variant's where it meant stable's. */
export type Follow = (selector: unknown) => unknown;

/** How a selector is written where it stands. */
export type Reading = (value: unknown, follow: Follow, policy: KubeObject) => unknown;

/** A kind whose objects say something of pods by their labels. */
export interface PolicyKind {
  /** The first that is served is read: some serve one kind in two groups. */
  readonly groups: readonly string[];
  readonly kind: string;
  /** Where selectors of pods stand, by dotted path; `*` is every item of a list. Null: in a language of its own. */
  readonly selectors: Readonly<Record<string, Reading>> | null;
}

const labelSelector: Reading = (value, follow) => follow(value);

/** `labels` where others have `matchLabels`. */
const plainLabels: Reading = (value, follow) =>
  isRecord(value) && isRecord(value.labels) ? { ...value, labels: record(follow({ matchLabels: value.labels })).matchLabels } : value;

/** The other end of a NetworkPolicy's rule. */
const peer: Reading = (value, follow, policy) =>
  isRecord(value) && isLocal(value, policy) ? { ...value, podSelector: follow(value.podSelector) } : value;

/** The peer means pods of the policy's own namespace: without a namespaceSelector, with one for all of them, or by the namespace's name. */
const isLocal = ({ namespaceSelector, podSelector }: Readonly<Record<string, unknown>>, { metadata }: KubeObject): boolean =>
  podSelector !== undefined &&
  (namespaceSelector === undefined || matches(namespaceSelector, { 'kubernetes.io/metadata.name': metadata.namespace ?? '' }));

const CILIUM_SELECTORS = [
  'endpointSelector',
  'ingress.*.fromEndpoints.*',
  'ingressDeny.*.fromEndpoints.*',
  'egress.*.toEndpoints.*',
  'egressDeny.*.toEndpoints.*',
] as const;

const at = (reading: Reading, ...paths: readonly string[]): Readonly<Record<string, Reading>> =>
  Object.fromEntries(paths.map(path => [path, reading]));

const istio = (area: string, kind: string): PolicyKind => ({
  groups: [`${area}.istio.io`],
  kind,
  selectors: { 'spec.selector': labelSelector, 'spec.workloadSelector': plainLabels },
});

const linkerd = (kind: string): PolicyKind => ({ groups: ['policy.linkerd.io'], kind, selectors: {} });

/** What every cluster serves. */
export const BUILT_IN_POLICIES: readonly PolicyKind[] = [
  {
    groups: ['networking.k8s.io'],
    kind: 'NetworkPolicy',
    selectors: { ...at(labelSelector, 'spec.podSelector'), ...at(peer, 'spec.ingress.*.from.*', 'spec.egress.*.to.*') },
  },
  { groups: ['policy'], kind: 'PodDisruptionBudget', selectors: at(labelSelector, 'spec.selector') },
];

/** What meshes and networks bring. Those for the whole cluster, or of a mesh's root namespace, are nobody's to copy from here. */
export const ADDED_POLICIES: readonly PolicyKind[] = [
  istio('security', 'AuthorizationPolicy'),
  istio('security', 'PeerAuthentication'),
  istio('security', 'RequestAuthentication'),
  istio('networking', 'Sidecar'),
  istio('networking', 'EnvoyFilter'),
  istio('networking', 'ProxyConfig'),
  istio('telemetry', 'Telemetry'),
  istio('extensions', 'WasmPlugin'),
  {
    groups: ['cilium.io'],
    kind: 'CiliumNetworkPolicy',
    selectors: at(labelSelector, ...CILIUM_SELECTORS.flatMap(path => [`spec.${path}`, `specs.*.${path}`])),
  },
  { groups: ['projectcalico.org', 'crd.projectcalico.org'], kind: 'NetworkPolicy', selectors: null },
  { groups: ['vpcresources.k8s.aws'], kind: 'SecurityGroupPolicy', selectors: at(labelSelector, 'spec.podSelector') },
  { ...linkerd('Server'), selectors: at(labelSelector, 'spec.podSelector') },
  linkerd('AuthorizationPolicy'),
  linkerd('ServerAuthorization'),
  linkerd('HTTPLocalRateLimitPolicy'),
  linkerd('HTTPRoute'),
];
