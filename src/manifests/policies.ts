import type { KubeObject } from '../model/kube.ts';
import { type Copy, copiedKindOf } from './copied-kinds.ts';
import { at, isRecord, record, records, same } from './json.ts';
import { derived, LEAF, ourLabels, type Part, ROOT, VARIANT } from './names.ts';
import { groupOf } from './refs.ts';
import { matches, retarget } from './selectors.ts';
import { texts } from './template.ts';

type Labels = Readonly<Record<string, string>>;

/** What a variant's pods are called beside stable's. */
export interface Renamed {
  readonly part: Part;
  readonly workload: string;
  readonly stable: Labels;
  readonly variant: Labels;
  /** Canary and baseline bear the same values, so that only our label tells them apart. */
  readonly shared?: boolean;
  /** The user's Services of these pods. */
  readonly roots?: readonly KubeObject[];
  /** Other Services of ours lead to the same pods: whoever read from them too would count their requests twice. */
  readonly hasMoreLeaves?: boolean;
}

/** Copies of the policies that say of the variant's pods what they say of stable's, and of what hangs on them by name. */
export function policyCopies(policies: readonly KubeObject[], renamed: Renamed): readonly Copy[] {
  const servers = copiedServers(policies, renamed);
  return policies.flatMap(of => {
    const copy = policyCopy(of, renamed) ?? hangingCopy(of, servers, renamed) ?? monitorCopy(of, renamed);
    return copy ? [{ of, copy }] : [];
  });
}

/** Policies that may mean stable's pods, and of which no copy for the variant can be made. */
export function uncopiedPolicies(policies: readonly KubeObject[], renamed: Renamed): readonly KubeObject[] {
  const servers = copiedServers(policies, renamed);
  return policies.filter(policy => mentions(policy, renamed) || hangsByMore(policy, servers));
}

/**
 * The copy of a policy that says of the variant's pods what the policy says of stable's; null when the policy means both or neither.
 * Policies of traffic add up, so a copy that names the variant as a peer takes nothing from anyone.
 */
export function policyCopy(policy: KubeObject, renamed: Renamed): KubeObject | null {
  const { apiVersion: _version, kind: _kind, metadata: _metadata, status: _status, ...content } = policy;
  const follow = following(policy, renamed);
  const moved = Object.entries(copiedKindOf(policy)?.selectors ?? {}).reduce<unknown>(
    (now, [path, reading]) => mapAt(now, path.split('.'), value => reading(value, follow, policy)),
    content,
  );
  return same(moved, content) ? null : copyOf(policy, record(moved), renamed);
}

/** A selector that meant stable's pods and no longer means the variant's is made to mean them. */
function following({ metadata }: KubeObject, { part, stable, variant, shared }: Renamed): (selector: unknown) => unknown {
  const [from, to] = [spoken(stable, metadata.namespace), spoken(variant, metadata.namespace)];
  return selector => {
    if (!isRecord(selector) || !matches(selector, from) || matches(selector, to)) return selector;
    const moved = record(retarget(selector, from, to));
    return shared ? { ...moved, matchLabels: { ...texts(moved.matchLabels), [VARIANT]: part } } : moved;
  };
}

/** Labels as Cilium may write them too: with their source before the key, and the namespace among them. */
function spoken(labels: Labels, namespace = ''): Labels {
  const entries = Object.entries({ ...labels, 'io.kubernetes.pod.namespace': namespace });
  return Object.fromEntries(['', 'k8s:', 'any:'].flatMap(source => entries.map(([key, value]) => [source + key, value])));
}

function mapAt(value: unknown, [key, ...rest]: readonly string[], change: (value: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  if (key === '*') return Array.isArray(value) ? value.map(item => mapAt(item, rest, change)) : value;
  return isRecord(value) && value[key] !== undefined ? { ...value, [key]: mapAt(value[key], rest, change) } : value;
}

function copyOf({ apiVersion, kind, metadata }: KubeObject, content: Readonly<Record<string, unknown>>, renamed: Renamed): KubeObject {
  const { name, namespace, labels = {}, annotations = {} } = metadata;
  const isMonitor = copiedKindOf({ apiVersion, kind })?.isMonitor === true;
  const kept = meaningful(annotations);
  return {
    ...content,
    apiVersion,
    kind,
    metadata: {
      name: derived(name, renamed.part),
      ...(namespace ? { namespace } : {}),
      labels: { ...(isMonitor ? unowned(labels) : meaningful(labels)), ...ourLabels(renamed.part, renamed.workload) },
      ...(Object.keys(kept).length > 0 ? { annotations: kept } : {}),
    },
  };
}

/** Istio reads in them what a policy is worth: `istio.io/dry-run`, `istio.io/rev`. */
const meaningful = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => (key.split('/')[0] ?? '').endsWith('istio.io')));

/** By these a Prometheus chooses its monitors; what keeps objects by other labels would take the copy for one of its own, and remove it. */
const unowned = (labels: Labels): Labels => Object.fromEntries(Object.entries(labels).filter(([key]) => !OWNERS.test(key)));

const OWNERS = /^app\.kubernetes\.io\/(managed-by|instance)$|^([\w-]+\.)*(argoproj\.io|fluxcd\.io|helm\.sh|applyset\.kubernetes\.io)\//;

/** A monitor of the user's Service reads from that of the variant too, which bears none of his labels, and not from those of his other Services. */
function monitorCopy(monitor: KubeObject, renamed: Renamed): KubeObject | null {
  const path = copiedKindOf(monitor)?.services;
  if (path === undefined) return null;
  const own = ourLabels(renamed.part, renamed.workload);
  const selector = at(monitor, path);
  const { roots = [], hasMoreLeaves = false } = renamed;
  const others = roots.filter(root => !isIn(monitor, root) || !matches(selector, root.metadata.labels ?? {}));
  if (others.length === roots.length || matches(selector, own)) return null;
  const values = others.map(({ metadata }) => metadata.name);
  const apart = [
    ...(values.length > 0 ? [{ key: ROOT, operator: 'NotIn', values }] : []),
    ...(hasMoreLeaves ? [{ key: LEAF, operator: 'DoesNotExist' }] : []),
  ];
  const moved = { matchLabels: own, ...(apart.length > 0 ? { matchExpressions: apart } : {}) };
  return copyOf(monitor, record(mapAt({ spec: monitor.spec }, path.split('.'), () => moved)), renamed);
}

/** The namespaces that a monitor reads in: its own, the ones that it names, or any. */
function isIn({ spec, metadata }: KubeObject, root: KubeObject): boolean {
  const { any, matchNames } = record(at(spec, 'namespaceSelector'));
  const { namespace } = root.metadata;
  return any === true || (Array.isArray(matchNames) ? matchNames.includes(namespace) : metadata.namespace === namespace);
}

const LINKERD = 'policy.linkerd.io';

const copiedServers = (policies: readonly KubeObject[], renamed: Renamed): readonly KubeObject[] =>
  policies.filter(policy => policy.kind === 'Server' && groupOf(policy.apiVersion) === LINKERD && policyCopy(policy, renamed) !== null);

/** Linkerd's policies name the Server that they are for. */
function hangingCopy(policy: KubeObject, servers: readonly KubeObject[], renamed: Renamed): KubeObject | null {
  const field = copiedKindOf(policy)?.hangs;
  if (field === undefined) return null;
  const target = record(at(policy.spec, field));
  const isNamed = (field === 'server' || target.kind === 'Server') && servers.some(({ metadata }) => metadata.name === target.name);
  if (!isNamed) return null;
  return copyOf(policy, { spec: { ...policy.spec, [field]: { ...target, name: derived(String(target.name), renamed.part) } } }, renamed);
}

/** By labels, or as the parent of routes that more hangs on. */
function hangsByMore({ apiVersion, kind, spec }: KubeObject, servers: readonly KubeObject[]): boolean {
  const selector = at(spec, 'server.selector');
  if (copiedKindOf({ apiVersion, kind })?.hangs === 'server')
    return selector !== undefined && servers.some(({ metadata }) => matches(selector, metadata.labels ?? {}));
  return records(at(spec, 'parentRefs')).some(
    parent => parent.kind === 'Server' && servers.some(({ metadata }) => metadata.name === parent.name),
  );
}

/** An expression of Calico's that names a label of stable's with a value that the variant does not have. */
function mentions(policy: KubeObject, { stable, variant }: Renamed): boolean {
  if (copiedKindOf(policy)?.selectors !== null) return false;
  const moved = Object.entries(stable).filter(([key, value]) => variant[key] !== value);
  return expressions(policy.spec).some(text => {
    const literals = [...text.matchAll(/(['"])(.+?)\1/g)].map(([, , literal = '']) => literal);
    return moved.some(([key, value]) => text.includes(key) && literals.some(literal => value.includes(literal)));
  });
}

function expressions(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(expressions);
  return Object.entries(record(value)).flatMap(([key, item]) =>
    typeof item === 'string' && /^(selector|notSelector)$/.test(key) ? [item] : expressions(item),
  );
}
