import type { KubeObject } from '../model/kube.ts';
import type { Role } from '../model/stage.ts';
import { at, isRecord, record, records } from './json.ts';
import { derived, ourLabels } from './names.ts';
import { matches, retarget } from './selectors.ts';
import { toJson } from './template.ts';

type Labels = Readonly<Record<string, string>>;

/** What a variant's pods are called beside stable's. */
export interface Renamed {
  readonly role: Role;
  readonly workload: string;
  readonly stable: Labels;
  readonly variant: Labels;
}

/**
 * The copy of a NetworkPolicy or PodDisruptionBudget that says of the variant's pods what the policy says of stable's; null when the
 * policy means both or neither. Network policies add up, so a copy that names the variant as a peer takes nothing from anyone.
 */
export function policyCopy(policy: KubeObject, renamed: Renamed): KubeObject | null {
  const { kind, spec } = policy;
  const selector = kind === 'NetworkPolicy' ? 'podSelector' : 'selector';
  const chosen = isLost(at(spec, selector), renamed);
  const peered = kind === 'NetworkPolicy' && peers(policy).some(peer => isLost(peer, renamed));
  if (!chosen && !peered) return null;
  const follow = (value: unknown): unknown => (isLost(value, renamed) ? retarget(value, renamed.stable, renamed.variant) : value);
  const moved = { ...record(spec), [selector]: follow(at(spec, selector)), ...(peered ? movedPeers(policy, follow) : {}) };
  const { name, namespace } = policy.metadata;
  return {
    apiVersion: policy.apiVersion,
    kind,
    metadata: {
      name: derived(name, renamed.role),
      ...(namespace ? { namespace } : {}),
      labels: { ...ourLabels(renamed.role, renamed.workload) },
    },
    spec: toJson(moved),
  };
}

/** The selector means stable's pods and no longer the variant's. */
const isLost = (selector: unknown, { stable, variant }: Renamed): boolean =>
  isRecord(selector) && matches(selector, stable) && !matches(selector, variant);

const sides = [
  ['ingress', 'from'],
  ['egress', 'to'],
] as const;

const peers = (policy: KubeObject): readonly unknown[] =>
  sides.flatMap(([side, end]) =>
    records(at(policy.spec, side)).flatMap(rule =>
      records(rule[end])
        .filter(peer => isLocal(peer, policy))
        .map(peer => peer.podSelector),
    ),
  );

/** The peer means pods of the policy's own namespace: without a namespaceSelector, with one for all of them, or by the namespace's name. */
const isLocal = ({ namespaceSelector, podSelector }: Readonly<Record<string, unknown>>, { metadata }: KubeObject): boolean =>
  podSelector !== undefined &&
  (namespaceSelector === undefined || matches(namespaceSelector, { 'kubernetes.io/metadata.name': metadata.namespace ?? '' }));

function movedPeers(policy: KubeObject, follow: (selector: unknown) => unknown): Readonly<Record<string, unknown>> {
  const moved = sides.flatMap(([side, end]) => {
    const rules = at(policy.spec, side);
    if (!Array.isArray(rules)) return [];
    const move = (peer: Readonly<Record<string, unknown>>): unknown =>
      isLocal(peer, policy) ? { ...peer, podSelector: follow(peer.podSelector) } : peer;
    return [[side, records(rules).map(rule => (Array.isArray(rule[end]) ? { ...rule, [end]: records(rule[end]).map(move) } : rule))]];
  });
  return Object.fromEntries(moved);
}
