import { at, items, number, record, text } from '../manifests/json.ts';
import { derived, isOurs, ourLabels } from '../manifests/names.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import { toJson } from '../manifests/template.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Change, Live } from '../model/live.ts';
import type { RouteView } from '../model/plan.ts';
import type { Root, TrafficRouter } from '../model/router.ts';
import { DARK, ROLES, type Traffic, type Weights } from '../model/stage.ts';
import { BY_ROUTES, decidesOnce, unheardOf } from './linkerd-hearing.ts';
import { SIDECARS } from './sidecars.ts';
import { GROUPS, groupOf, groupVersion, matchesOf, routeGroup } from './smi-matches.ts';

const GROUP = 'split.smi-spec.io';
const KIND = `${GROUP}/TrafficSplit`;
/** Integer weights are legal in all of them; the newest that the server serves is written. */
const VERSIONS = ['v1alpha4', 'v1alpha3', 'v1alpha2', 'v1alpha1'] as const;

/** Service Mesh Interface: a TrafficSplit of ours beside the root Service, its backends the leaf Services. The root is never a backend. */
export const smi: TrafficRouter = {
  name: 'smi',
  about:
    'A TrafficSplit of the Service Mesh Interface, in whichever version the cluster serves; matches need v1alpha3 or later. Linkerd’s proxy 2.13 or later ignores a new TrafficSplit for a Service that it already knows. If stable’s pods have it, HTTPRoutes split the requests, as with `linkerd`; if the cluster serves none, the Service must have a ServiceProfile with a route or an override before the deploy.',
  routing: 'weights',
  owner: 'ours',
  sidecars: SIDECARS.smi,
  standIn: BY_ROUTES,
  can: ['weight', 'baseline', 'header', 'cookie', 'regex'],
  settleSeconds: 5,
  lag: 'not known: each mesh has its own controller',
  kinds: [KIND, GROUPS],
  helpers: [GROUPS],
  collections: (namespace, live) => {
    const version = versionOf(live);
    const groups = groupVersion(live);
    return [
      ...(version ? [{ apiVersion: version, kind: 'TrafficSplit', namespace }] : []),
      ...(groups ? [{ apiVersion: groups, kind: 'HTTPRouteGroup', namespace }] : []),
    ];
  },
  carriers: () => [],
  render(traffic, root, live) {
    const [found, group] = [splitOf(root, live), groupOf(root, live)];
    const unmatched: readonly Change[] = group ? [{ do: 'remove', ref: refOf(group) }] : [];
    if (traffic === null) return [...(found ? [{ do: 'remove', ref: refOf(found) } as const] : []), ...unmatched];
    const object = trafficSplit(traffic, root, versionOf(live) ?? `${GROUP}/${VERSIONS[0]}`);
    const split = written(found, object);
    return traffic.match?.length ? [written(group, routeGroup(traffic, root, live)), split] : [split, ...unmatched];
  },
  read(root, live) {
    const found = splitOf(root, live);
    return found && isOurs(found) ? view(found, root, live) : null;
  },
  rivals: (root, live) =>
    splits(live, root)
      .filter(
        split => !isOurs(split) && (at(split, 'spec.service') === root.service || split.metadata.name === derived(root.service, 'rollout')),
      )
      .map(refOf),
  hindrance: (root, live, containers) => (decidesOnce(containers) ? unheardOf('TrafficSplit', root, live) : null),
  accepted: () => ({ state: 'ready', text: 'a TrafficSplit has no status: the step waits for the traffic delay instead' }),
};

const versionOf = ({ versions }: Pick<Live, 'versions'>): string | null => {
  const version = VERSIONS.find(candidate => versions[KIND]?.includes(candidate));
  return version ? `${GROUP}/${version}` : null;
};

const splits = ({ objects }: Live, { namespace }: Root): readonly KubeObject[] =>
  Object.values(objects).filter(
    ({ apiVersion, kind, metadata }) => kind === 'TrafficSplit' && apiVersion.startsWith(`${GROUP}/`) && metadata.namespace === namespace,
  );

const splitOf = ({ namespace, service }: Root, { objects }: Live): KubeObject | undefined =>
  objects[keyOf({ apiVersion: `${GROUP}/v1`, kind: 'TrafficSplit', namespace, name: derived(service, 'rollout') })];

const written = (found: KubeObject | undefined, object: KubeObject): Change =>
  found ? { do: 'replace', object } : { do: 'create', object };

function trafficSplit({ weights, match }: Traffic, { namespace, workload, service }: Root, apiVersion: string): KubeObject {
  // What does not match goes to the root Service, past the split.
  const shares: Weights = match?.length ? { stable: 0, canary: 1000 } : weights;
  const backends = ROLES.flatMap(role => (shares[role] === undefined ? [] : [{ service: derived(service, role), weight: shares[role] }]));
  const matches = match?.length ? { matches: [{ kind: 'HTTPRouteGroup', name: derived(service, 'rollout') }] } : {};
  return {
    apiVersion,
    kind: 'TrafficSplit',
    metadata: { name: derived(service, 'rollout'), namespace, labels: { ...ourLabels('route', workload) } },
    spec: toJson({ service, ...matches, backends }),
  };
}

function view(split: KubeObject, root: Root, live: Live): RouteView {
  const { service } = root;
  if (items(at(split, 'spec.matches')).length > 0) {
    return { owner: 'ours', traffic: { ...DARK, match: matchesOf(groupOf(root, live)) } };
  }
  const backends = items(at(split, 'spec.backends')).map(record);
  const weights = ROLES.flatMap(role => {
    const backend = backends.find(candidate => candidate.service === derived(service, role));
    return backend ? [[role, weightOf(backend.weight)] as const] : [];
  });
  return { owner: 'ours', traffic: { weights: Object.fromEntries(weights) } };
}

/** v1alpha1 also takes quantities: "900m" is 0.9. */
function weightOf(weight: unknown): number {
  if (typeof weight === 'number') return number(weight);
  const quantity = /^(-?\d+(?:\.\d+)?)(m?)$/.exec(text(weight));
  return quantity ? Number(quantity[1]) / (quantity[2] ? 1000 : 1) : 0;
}
