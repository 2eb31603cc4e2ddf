import { at, number, records, text } from '../manifests/json.ts';
import { derived, isOurs, ourLabels } from '../manifests/names.ts';
import { refOf } from '../manifests/refs.ts';
import { toJson } from '../manifests/template.ts';
import type { Readiness } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Hindrance, Root, TrafficRouter } from '../model/router.ts';
import type { Traffic } from '../model/stage.ts';
import { kindName, listsEverywhere, listsOf, patched, type RouteKind, routesIn, servedAs, viewOf } from './carriers.ts';
import { cookieOf } from './gateway-affinity.ts';
import { delegatesOf, ledAway, strayDelegates, takesHost } from './istio-delegates.ts';
import { onlyStreams, pastOf } from './istio-past.ts';
import { isSplitAlready, readRules, splitRules, type Target } from './istio-rules.ts';
import { written } from './ours.ts';
import { SIDECARS } from './sidecars.ts';

const KIND: RouteKind = { group: 'networking.istio.io', kind: 'VirtualService', versions: ['v1', 'v1beta1', 'v1alpha3'] };

/** Istio: the user's VirtualServices that lead to the root, or where there is none, one of ours for the mesh. By host, no DestinationRule. */
export const istio: TrafficRouter = {
  name: 'istio',
  about:
    "The user's Istio VirtualServices with http rules for the Service, including delegates, or one of ours for the mesh if there is none. VirtualServices of other namespaces (such as a gateway's) and tls or tcp rules bypass the split; a deploy names them if the role may list VirtualServices in the cluster.",
  routing: 'weights',
  owner: 'ours',
  sidecars: SIDECARS.istio,
  can: [
    'weight',
    'baseline',
    'match-beside-weight',
    'header',
    'cookie',
    'regex',
    'mirror',
    'mirror-percentage',
    'mirror-several',
    'affinity',
  ],
  settleSeconds: 5,
  lag: 'istiod gathers changes for 0.1 s (PILOT_DEBOUNCE_AFTER), and up to 10 s where they do not cease (PILOT_DEBOUNCE_MAX): in a mesh that changes all the time, set `traffic-delay: 12s`',
  kinds: [kindName(KIND)],
  writes: { [kindName(KIND)]: ['patched', 'made'] },
  collections: (namespace, live) => listsOf([KIND], namespace, live),
  carriers: (root, live) => carriersOf(root, live).map(refOf),
  render(traffic, root, live) {
    const ours = oursOf(root, live);
    if (traffic === null) return ours ? [{ do: 'remove', ref: refOf(ours) }] : [];
    const carriers = carriersOf(root, live);
    if (carriers.length === 0) return written(virtualService(traffic, root, live), ours);
    return carriers.flatMap(carrier => patched(carrier, 'spec.http', splitRules(rulesOf(carrier), traffic, targetOf(root, live))));
  },
  read(root, live) {
    const readings = routesOf(root, live).flatMap(route => readRules(rulesOf(route), targetOf(root, live)));
    return viewOf(carriersOf(root, live).length > 0 ? 'user' : 'ours', readings);
  },
  rivals: (root, live) =>
    foreign(root, live)
      .filter(object => isRival(object, root, live))
      .map(refOf),
  afar: live => listsEverywhere([KIND], live),
  past: (root, live) => pastOf(KIND, root, live),
  remarks: (root, live) => strayDelegates(KIND, root, live),
  hindrance: (root, live) => hindranceOf(root, live),
  accepted: (root, live) =>
    routesOf(root, live)
      .map(verdict)
      .find(({ state }) => state !== 'ready') ?? SILENT,
};

const SILENT: Readiness = { state: 'ready', text: 'Istio reports only errors: for the rest the step waits for the traffic delay' };

const rulesOf = (object: KubeObject): readonly Readonly<Record<string, unknown>>[] => records(at(object, 'spec.http'));

const targetOf = (root: Root, live: Live): Target => ({ root, cookie: cookieOf(root, live) });

const foreign = (root: Root, live: Live): readonly KubeObject[] => routesIn([KIND], root, live).filter(object => !isOurs(object));

const carriersOf = (root: Root, live: Live): readonly KubeObject[] =>
  foreign(root, live).filter(object => readRules(rulesOf(object), targetOf(root, live)).length > 0);

function hindranceOf(root: Root, live: Live): Hindrance | null {
  const carriers = carriersOf(root, live);
  return ledAway(carriers, foreign(root, live), root) ?? (carriers.length > 0 ? null : onlyStreams(KIND, root, live));
}

const nameFor = ({ service }: Root): string => derived(service, 'rollout');

const oursOf = (root: Root, live: Live): KubeObject | undefined =>
  routesIn([KIND], root, live).find(object => isOurs(object) && object.metadata.name === nameFor(root));

/** What carries the requests: the user's objects, or ours where there are none. */
function routesOf(root: Root, live: Live): readonly KubeObject[] {
  const carriers = carriersOf(root, live);
  const ours = oursOf(root, live);
  return carriers.length > 0 || !ours ? carriers : [ours];
}

function virtualService(traffic: Traffic, root: Root, live: Live): KubeObject {
  const plain = [{ route: [{ destination: { host: root.service } }] }];
  return {
    apiVersion: servedAs(KIND, live) ?? `${KIND.group}/v1`,
    kind: KIND.kind,
    metadata: { name: nameFor(root), namespace: root.namespace, labels: { ...ourLabels('route', root.workload) } },
    spec: toJson({ hosts: [root.service], http: splitRules(plain, traffic, targetOf(root, live)) }),
  };
}

/** It has our name, splits the root by subsets of its own, or leads the root's host elsewhere: Istio takes one VirtualService for a host. */
function isRival(object: KubeObject, root: Root, live: Live): boolean {
  if (carriersOf(root, live).includes(object)) return rulesOf(object).some(rule => isSplitAlready(rule, root));
  if (object.metadata.name === nameFor(root)) return true;
  return takesHost(object, root) && delegatesOf(object, carriersOf(root, live)).length === 0;
}

/** istiod with its status on names what it refuses; what it says of an older generation is not of this one. */
function verdict({ metadata, status }: KubeObject): Readiness {
  const generation = number(metadata.generation);
  const error = records(status?.validationMessages).find(({ level }) => level === 'ERROR' || level === 3);
  if (!error || Number(status?.observedGeneration ?? generation) !== generation) return SILENT;
  const code = [text(at(error, 'type.code')), text(at(error, 'type.name'))].filter(Boolean).join(' ');
  return {
    state: 'failing',
    text: `VirtualService ${metadata.namespace}/${metadata.name}: istiod reports ${code || 'an error'}`,
    hint: `istioctl analyze -n ${metadata.namespace} says what it means: correct the VirtualService, then run this again.`,
    graceSeconds: 5,
  };
}
