import type { KubeObject } from '../model/kube.ts';
import { isRecord, record } from './json.ts';
import { groupOf } from './refs.ts';
import { matches } from './selectors.ts';

/** Makes a selector of pods mean the variant's where it meant stable's. */
export type Follow = (selector: unknown) => unknown;

/** How a selector is written where it stands. */
export type Reading = (value: unknown, follow: Follow, policy: KubeObject) => unknown;

/** An object, and a version's copy of it. */
export interface Copy {
  readonly of: KubeObject;
  readonly copy: KubeObject;
}

/** A kind of object of which a version gets a copy: since its pod template names the object, or since the object says something of its pods. */
export interface CopiedKind {
  /** The first that is served is read: some serve one kind in two groups. */
  readonly groups: readonly string[];
  readonly kind: string;
  /** Of what every cluster serves, the version that is read: `v1`. Absent: the kind is asked for before it is read. */
  readonly version?: string;
  /** Fields of a pod template that name it, each with the key of the name: `configMapRef` has it in `name`. */
  readonly named?: Readonly<Record<string, string>>;
  /** Where selectors of pods stand, by dotted path; `*` is every item of a list. Null: in a language of its own. */
  readonly selectors?: Readonly<Record<string, Reading>> | null;
  /** The field of `spec` that names a copied object on which this one hangs. */
  readonly hangs?: string;
  /** Where a selector of Services stands: the copy's picks those of the version. */
  readonly services?: string;
  /** It reads from the pods, and no request depends on it: a rollout goes on without its copy. Its own labels say who reads it. */
  readonly isMonitor?: true;
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

const istio = (area: string, kind: string): CopiedKind => ({
  groups: [`${area}.istio.io`],
  kind,
  selectors: { 'spec.selector': labelSelector, 'spec.workloadSelector': plainLabels },
});

const linkerd = (kind: string, how: Pick<CopiedKind, 'selectors' | 'hangs'> = {}): CopiedKind => ({
  groups: ['policy.linkerd.io'],
  kind,
  ...how,
});

const monitor = (kind: string, how: Pick<CopiedKind, 'selectors' | 'services'>): CopiedKind => ({
  groups: ['monitoring.coreos.com'],
  kind,
  isMonitor: true,
  ...how,
});

/** What a pod reads by its name; only the new version's pods have another one to read than stable's. */
export const CONFIGURATION = [
  {
    groups: [''],
    kind: 'ConfigMap',
    version: 'v1',
    named: { configMap: 'name', configMapRef: 'name', configMapKeyRef: 'name' },
  },
  {
    groups: [''],
    kind: 'Secret',
    version: 'v1',
    named: {
      secret: 'secretName',
      secretRef: 'name',
      secretKeyRef: 'name',
      nodePublishSecretRef: 'name',
      azureFile: 'secretName',
      imagePullSecrets: 'name',
    },
  },
] as const satisfies readonly CopiedKind[];

/** A kind that a pod template names. */
export type ConfigurationKind = (typeof CONFIGURATION)[number]['kind'];

/** Policies for the whole cluster, or of a mesh's root namespace, are nobody's to copy from here. */
export const COPIED_KINDS: readonly CopiedKind[] = [
  ...CONFIGURATION,
  {
    groups: ['networking.k8s.io'],
    kind: 'NetworkPolicy',
    version: 'v1',
    selectors: { ...at(labelSelector, 'spec.podSelector'), ...at(peer, 'spec.ingress.*.from.*', 'spec.egress.*.to.*') },
  },
  { groups: ['policy'], kind: 'PodDisruptionBudget', version: 'v1', selectors: at(labelSelector, 'spec.selector') },
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
  linkerd('Server', { selectors: at(labelSelector, 'spec.podSelector') }),
  linkerd('AuthorizationPolicy', { hangs: 'targetRef' }),
  linkerd('ServerAuthorization', { hangs: 'server' }),
  linkerd('HTTPLocalRateLimitPolicy', { hangs: 'targetRef' }),
  linkerd('HTTPRoute'),
  monitor('PodMonitor', { selectors: at(labelSelector, 'spec.selector') }),
  monitor('ServiceMonitor', { services: 'spec.selector' }),
];

/** What says something of pods in every cluster. */
export const BUILT_IN_POLICIES = COPIED_KINDS.filter(({ version, named }) => version !== undefined && named === undefined);

/** What meshes and networks bring. */
export const ADDED_POLICIES = COPIED_KINDS.filter(({ version }) => version === undefined);

/** The row of an object's kind. */
export const copiedKindOf = ({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): CopiedKind | undefined =>
  COPIED_KINDS.find(known => known.kind === kind && known.groups.includes(groupOf(apiVersion)));
