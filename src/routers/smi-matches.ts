import { RolloutError } from '../errors.ts';
import { at, record, records, text } from '../manifests/json.ts';
import { derived, ourLabels } from '../manifests/names.ts';
import { keyOf } from '../manifests/refs.ts';
import { toJson } from '../manifests/template.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Root } from '../model/router.ts';
import type { Match, Traffic } from '../model/stage.ts';
import { escaped, matchOf, patternOf } from './header-pattern.ts';

/** The kind that names requests by their headers, of which a TrafficSplit from v1alpha3 on splits only those. */
export const GROUPS = 'specs.smi-spec.io/HTTPRouteGroup';

/**
 * The HTTPRouteGroup that means the matched requests.
 * @throws RolloutError UNSUPPORTED below v1alpha3, where the API server silently drops `matches` and the canary would get everybody, and
 * for a share of the others beside the matches: one Service has one split.
 */
export function routeGroup({ match = [], weights }: Traffic, root: Root, live: Live): KubeObject {
  const version = groupVersion(live);
  if (!version || !splitsMatches(live)) {
    throw unsupported('the cluster serves TrafficSplits without matches (they need v1alpha3 or later) or no HTTPRouteGroups');
  }
  if ((weights.canary ?? 0) > 0)
    throw unsupported('a TrafficSplit either matches requests or gives a share of all of them, not both at once');
  return {
    apiVersion: version,
    kind: 'HTTPRouteGroup',
    metadata: { name: derived(root.service, 'rollout'), namespace: root.namespace, labels: { ...ourLabels('route', root.workload) } },
    spec: toJson({ matches: match.map((one, i) => ({ name: `match-${i + 1}`, headers: [headerOf(one)] })) }),
  };
}

/** Our HTTPRouteGroup of a root, if there is one. */
export const groupOf = ({ namespace, service }: Root, { objects }: Live): KubeObject | undefined =>
  objects[keyOf({ apiVersion: 'specs.smi-spec.io/v1', kind: 'HTTPRouteGroup', namespace, name: derived(service, 'rollout') })];

/** What a group of ours was made from. */
export function matchesOf(group: KubeObject | undefined): readonly Match[] {
  return records(at(group, 'spec.matches')).flatMap(({ headers }) =>
    records(headers).flatMap(header => Object.entries(record(header)).map(([name, value]) => matchFrom(name, text(value)))),
  );
}

/** The version in which route groups are served. */
export const groupVersion = ({ versions }: Pick<Live, 'versions'>): string | null => {
  const version = versions[GROUPS]?.find(served => ['v1alpha3', 'v1alpha4'].includes(served));
  return version ? `specs.smi-spec.io/${version}` : null;
};

const splitsMatches = ({ versions }: Live): boolean =>
  (versions['split.smi-spec.io/TrafficSplit'] ?? []).some(version => ['v1alpha3', 'v1alpha4'].includes(version));

/** Every value is a pattern here, so an exact one is anchored. */
function headerOf(match: Match): Readonly<Record<string, string>> {
  const { name, type, value } = patternOf(match);
  return { [name]: type === 'Exact' ? `^${escaped(value)}$` : value };
}

function matchFrom(name: string, value: string): Match {
  const inner = value.startsWith('^') && value.endsWith('$') ? value.slice(1, -1) : null;
  const literal = inner?.replace(/\\(.)/g, '$1');
  const isExact = literal !== undefined && inner === escaped(literal);
  return isExact ? { kind: 'header', name, value: literal, how: 'exact' } : matchOf({ name, type: 'RegularExpression', value });
}

const unsupported = (why: string): RolloutError =>
  new RolloutError(
    'UNSUPPORTED',
    `traffic-split-method smi: ${why}`,
    'Use a traffic-split-method that matches requests (gateway-api, istio, contour, traefik), or leave the matches out.',
  );
