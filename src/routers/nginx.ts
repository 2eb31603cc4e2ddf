import { RolloutError } from '../errors.ts';
import { at, text } from '../manifests/json.ts';
import { derived, isOurs } from '../manifests/names.ts';
import { refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Root, TrafficRouter } from '../model/router.ts';
import type { Traffic } from '../model/stage.ts';
import { kindName, listsOf, routesIn, viewOf } from './carriers.ts';
import { classOf, hasAnnotations, INGRESS, leadsTo, pathsOf } from './ingress.ts';
import { copiesIn, shadowService, shadowsOf } from './mirrors.ts';
import { affinityChanges, isKept } from './nginx-affinity.ts';
import { NGINX, readCanary } from './nginx-annotations.ts';
import { canaryIngresses } from './nginx-canary.ts';
import { isMirrored, mirrorChanges } from './nginx-mirror.ts';
import { written } from './ours.ts';

/** ingress-nginx: a canary Ingress of ours beside the user's. It has one canary only, so baseline and canary share its Service. */
export const nginx: TrafficRouter = {
  name: 'nginx',
  about:
    "A canary Ingress beside the user's, as ingress-nginx reads it; baseline and canary share one Service. Affinity uses the session cookie of the user's Ingress, without a baseline: when the share grows, only users without a cookie are added.",
  routing: 'weights',
  owner: 'ours',
  sharesLeaf: true,
  can: ['weight', 'baseline', 'match-beside-weight', 'header', 'cookie', 'regex', 'mirror', 'affinity'],
  settleSeconds: 5,
  lag: 'ingress-nginx takes changes at most every 3.3 s (sync-rate-limit), Traefik every 2 s',
  kinds: [kindName(INGRESS)],
  collections: (namespace, live) => listsOf([INGRESS], namespace, live),
  carriers: () => [],
  beside: (root, live) => mainsOf(root, live).map(refOf),
  render(traffic, root, live) {
    const mains = mainsOf(root, live);
    const found = canariesOf(root, live);
    if (mains.length === 0 && traffic && leavesStable(traffic)) throw noIngress(root);
    const wanted = traffic ? canaryIngresses(mains, traffic, root) : [];
    const stale = found.filter(object => !wanted.some(({ metadata }) => metadata.name === object.metadata.name));
    return [
      ...wanted.flatMap(object =>
        written(
          object,
          found.find(({ metadata }) => metadata.name === object.metadata.name),
        ),
      ),
      ...mains.flatMap(main => mirrorChanges(main, copiesIn(traffic ?? {}), { root, live })),
      ...mains.flatMap(main => affinityChanges(main, traffic, { root, live })),
      ...stale.map(object => ({ do: 'remove' as const, ref: refOf(object) })),
    ];
  },
  read(root, live) {
    const mains = mainsOf(root, live);
    const isCopied = mains.every(main => isMirrored(main, root));
    return viewOf(
      'ours',
      canariesOf(root, live).map(object => {
        const noted = readCanary(object);
        const { mirrors, affinity, ...traffic } = noted;
        const kept = affinity && mains.every(main => isKept(main, noted, { root, live })) ? { affinity } : {};
        return { ...traffic, ...(mirrors && isCopied ? { mirrors } : {}), ...kept };
      }),
    );
  },
  rivals(root, live) {
    const mains = mainsOf(root, live);
    return routesIn([INGRESS], root, live)
      .filter(object => !isOurs(object))
      .filter(object => object.metadata.name === derived(root.service, 'rollout') || (isCanary(object) && mains.some(overlaps(object))))
      .map(refOf);
  },
  accepted: () => ({ state: 'ready', text: 'ingress-nginx reports nothing about a canary: the step waits for the traffic delay instead' }),
};

const isCanary = ({ metadata }: KubeObject): boolean => metadata.annotations?.[`${NGINX}canary`] === 'true';

/** The user's Ingresses that ingress-nginx serves and that lead to the root: other controllers would take a canary for a second route. */
function mainsOf(root: Root, live: Live): readonly KubeObject[] {
  return routesIn([INGRESS], root, live).filter(
    object => !isOurs(object) && !isCanary(object) && leadsTo(object, root.service) && isServed(object),
  );
}

/** A class of its own making is known by the annotations that only this controller reads. */
function isServed(object: KubeObject): boolean {
  const name = classOf(object);
  return name === '' || /nginx|webapprouting/.test(name) || hasAnnotations(object, NGINX);
}

const canariesOf = (root: Root, live: Live): readonly KubeObject[] =>
  routesIn([INGRESS], root, live).filter(
    object => isOurs(object) && shadowsOf(root).some(shadow => leadsTo(object, shadowService(shadow, root))),
  );

/** Whether two Ingresses have a host and path in common. */
const overlaps =
  (one: KubeObject) =>
  (other: KubeObject): boolean =>
    pathsOf(one).some(a => pathsOf(other).some(b => a.host === b.host && text(at(a.fields, 'path')) === text(at(b.fields, 'path'))));

const leavesStable = ({ weights, match, mirrors }: Traffic): boolean =>
  (weights.canary ?? 0) + (weights.baseline ?? 0) > 0 || match !== undefined || mirrors !== undefined;

const noIngress = ({ namespace, service }: Root): RolloutError =>
  new RolloutError(
    'NO_ROUTE',
    `traffic-split-method nginx: no Ingress of namespace ${namespace} that ingress-nginx serves leads to Service ${service}`,
    'Point an Ingress of class nginx at the Service, or choose the traffic-split-method that matches how your requests arrive.',
  );
