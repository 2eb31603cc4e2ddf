import { at, records } from '../../manifests/json.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject, Ref } from '../../model/kube.ts';
import type { Lane } from '../../model/router.ts';
import { patchedIn, routeKinds, routerOf } from '../../routers/lanes.ts';
import { OF_INGRESS } from '../../routers/of-ingress.ts';
import { isInstead, strategyNamed, strategyNotGiven } from '../../strategies/index.ts';
import { DEPLOYMENT, isDeployment } from '../../workloads/deployment.ts';
import { titleOf } from '../../workloads/index.ts';
import { POD_MAKERS } from '../../workloads/pods.ts';
import { byNodeNotices } from '../refusals/by-node.ts';
import { volumeNotices } from '../refusals/claims.ts';
import { numberedNotices } from '../refusals/numbered.ts';
import type { App } from '../world/app.ts';
import { unreadPolicies } from '../world/copies.ts';
import { strategyOf } from '../world/held.ts';
import { loadNotices, shareNotices } from '../world/pod-counts.ts';
import { isByNode } from '../world/pods-by-node.ts';
import { isNumbered } from '../world/pods-of-set.ts';
import { containersOf, lacksSidecar } from '../world/sidecars.ts';
import { comesTo } from '../world/stand-in.ts';
import { lanesOf } from '../world/view.ts';
import { wholeRoll } from '../world/whole-roll.ts';
import { isLeftOut, servicesOver } from '../world/workers.ts';
import { deafNotices } from './deaf.ts';
import { joinedNotices } from './joined.ts';
import { pastNotices } from './past.ts';
import { storeNotices } from './stores.ts';
import { unreachedNotices } from './unreached.ts';

/** What the user should know before the first write, one sentence each. */
export function noticesOf(app: App): readonly string[] {
  if (isNumbered(app)) return [...gitOps(app), ...contradictions(app), ...numberedNotices(app), ...preStop(app), ...foreignWorkloads(app)];
  if (isByNode(app)) return [...gitOps(app), ...contradictions(app), ...byNodeNotices(app), ...foreignWorkloads(app)];
  return [
    ...gitOps(app),
    ...joinedNotices(app),
    ...unrouted(app),
    ...yieldedNotices(app),
    ...contradictions(app),
    ...sidecarNotices(app),
    ...pastNotices(app),
    ...deafNotices(app),
    ...unreachedNotices(app),
    ...shareNotices(app),
    ...loadNotices(app),
    ...preStop(app),
    ...strategyNotices(app),
    ...volumeNotices(app),
    ...storeNotices(app),
    ...wholeNotices(app),
    ...foreignWorkloads(app),
    ...unreadPolicies(app),
  ];
}

/** By these a GitOps controller marks what it puts back. */
const GITOPS = {
  'Argo CD': ['argocd.argoproj.io/instance', 'argocd.argoproj.io/tracking-id'],
  Flux: ['kustomize.toolkit.fluxcd.io/name', 'helm.toolkit.fluxcd.io/name'],
} as const;

/** Argo CD before version 3 tracks by this label, which charts of Helm set as well. */
const INSTANCE = 'app.kubernetes.io/instance';

function gitOps(app: App): readonly string[] {
  const refs = lanesOf(app).flatMap(lane => changedIn(lane, app));
  const carriers = [...new Set(refs.map(keyOf))].flatMap(key => app.live.objects[key] ?? []);
  return [...(app.stable ? [app.stable] : []), ...carriers].flatMap(object => {
    const keeper = keeperOf(object);
    return keeper
      ? [
          `${nameOf(refOf(object))} is managed by ${keeper}, which may revert what this rollout changes: exclude it, or release through Git.`,
        ]
      : [];
  });
}

/** What a route of ours stands beside is changed only to copy requests and to keep users. */
function changedIn(lane: Lane, app: App): readonly Ref[] {
  const isBeside = strategyOf(app).reach === 'copies' || app.request.inputs.affinity === 'cookie';
  return isBeside ? patchedIn(lane, app.live) : routerOf(lane).carriers(lane.root, app.live);
}

function keeperOf({ metadata: { labels = {}, annotations = {}, managedFields = [] } }: KubeObject): string | undefined {
  const known = Object.entries(GITOPS).find(([, marks]) => marks.some(mark => labels[mark] ?? annotations[mark]));
  const isArgo = labels[INSTANCE] !== undefined && managedFields.some(({ manager }) => manager?.startsWith('argocd-'));
  return known?.[0] ?? (isArgo ? 'Argo CD' : undefined);
}

/**
 * Whoever has a route for one of several Services may not know that the others send the new version nothing; and where stable's pods all end
 * before the new ones start, that the canary answers only what comes over the route meanwhile.
 */
function unrouted(app: App): readonly string[] {
  const { roots, routers, request, stable } = app;
  const { action } = request.inputs;
  const why = wholeRoll(app);
  if (!stable || !(action === 'deploy' || (action === 'promote' && why !== null))) return [];
  const lanes = lanesOf(app);
  const bare = roots.filter(({ metadata }) => lanes.length > 0 && !lanes.some(({ root }) => root.service === metadata.name));
  const isAlone = why !== null && isIsolated(app);
  const gap = isAlone ? `. Nothing answers them while promote replaces it, because ${why}` : '';
  return bare.map(
    ({ metadata: { name } }) => `Service ${name}: no ${routers.map(routeKinds).join(' or ')} leads to it, so ${answeredBy(app)}${gap}.`,
  );
}

const isIsolated = ({ request: { inputs } }: App): boolean => inputs.isolation !== 'none';

/** Where the requests of a Service go that nothing splits. Without isolation it picks the new version's pods too. */
const answeredBy = (app: App): string =>
  isIsolated(app)
    ? `all of its requests stay on the running version of ${app.name}`
    : `its requests go to all pods of ${app.name}, those of the new version among them (isolation: none)`;

/** Where several Deployments are behind one Service, the new version of one at a time gets requests of it. */
const yieldedNotices = (app: App): readonly string[] =>
  app.request.inputs.action === 'deploy'
    ? (app.yielded ?? []).map(([service, by]) => `Service ${service} is split by the rollout of ${by}, so ${answeredBy(app)}.`)
    : [];

/**
 * Promote and reject go by what the deploy opened. Only what is told from the inputs' fallbacks is spoken of: most say nothing of it there.
 */
function contradictions({ record, request: { inputs } }: App): readonly string[] {
  if (inputs.action === 'deploy' || !record) return [];
  const { strategy, router } = inputs;
  const isOther = strategy !== strategyNotGiven(inputs.action) && strategy !== record.strategy;
  const isElsewhere = !router.some(name => ['pod', 'auto', OF_INGRESS].includes(name)) && !comesTo(router, record.router);
  return [
    ...(isOther ? [`strategy ${strategy} is given, but the rollout was opened with ${record.strategy}: ${inputs.action} uses that.`] : []),
    ...(isElsewhere
      ? [`traffic-split-method ${router} is given, but the rollout was opened with ${record.router}: ${inputs.action} uses that.`]
      : []),
  ];
}

/** A mesh that works by sidecars splits nothing where there are none. Some work without; so this is no refusal. */
function sidecarNotices({ routers, stable, live, key, record, request: { inputs, release } }: App): readonly string[] {
  // The deploy that opened this rollout has said so.
  if (record?.release === release) return [];
  const containers = containersOf(stable, live);
  if (inputs.action !== 'deploy' || containers.length === 0) return [];
  return routers
    .filter(router => lacksSidecar(router, containers))
    .map(
      ({ name, sidecars = [] }) =>
        `Deployment ${key}: no pod has a sidecar of a mesh (${sidecars.join(', ')}). Unless your mesh works without sidecars, traffic-split-method ${name} splits nothing.`,
    );
}

/**
 * With pods as the split there is no weight to take away first: what is in flight when a pod goes is the pod's own to finish. And where stable
 * rolls under the requests, its pods have to answer until the data plane knows that they go.
 */
function preStop(app: App): readonly string[] {
  const { routing, file, name } = app;
  const containers = records(at(file, 'spec.template.spec.containers'));
  const isSafe = containers.some(container => at(container, 'lifecycle.preStop') !== undefined);
  if (!file || isSafe) return [];
  const bare = `${titleOf(app)}: the pods of ${name} have no preStop hook, `;
  if (routing === 'pods') return [`${bare}so requests may be lost when they go. ${REMEDY}`];
  return lateIn(app).map(late => `${bare}and ${late}: requests may be lost while they are replaced, by promote too. ${REMEDY}`);
}

/** Stable's template is the user's; only the copies beside it are given a sleep by us. */
const REMEDY =
  'Set lifecycle.preStop.sleep.seconds: 5 in their containers (before Kubernetes 1.30: lifecycle.preStop.exec.command: [sleep, "5"]).';

/** Behind a switch the canary has all requests while stable is replaced. */
function lateIn(app: App): readonly string[] {
  const { routers, stable, request } = app;
  const isRolled = stable !== null && strategyOf(app).reach !== 'switch';
  return isRolled && request.inputs.action !== 'reject' ? routers.flatMap(({ lateEndpoints }) => lateEndpoints ?? []) : [];
}

/** Where nothing runs yet nothing is copied, and nothing is stopped. */
function strategyNotices({ request: { inputs }, key, stable }: App): readonly string[] {
  const { warning } = strategyNamed(inputs.strategy).words;
  return inputs.action === 'deploy' && stable && warning !== undefined ? [`Deployment ${key}: ${warning}.`] : [];
}

/** What promote will do, while there is still time to see to the room for it. A switch does it always. */
function wholeNotices(app: App): readonly string[] {
  const { stable, key, request } = app;
  const { place, reach } = strategyOf(app);
  const why = wholeRoll(app);
  if (!stable || why === null || request.inputs.action !== 'deploy' || place !== 'beside' || reach === 'switch') return [];
  return [
    `Deployment ${key}: promote may remove all old pods before a new one is ready, because ${why}. Before that the new version is scaled to as many pods as the old one has, and gets all requests.`,
  ];
}

/** Only Deployments that get requests run beside themselves. Where nothing runs yet, or is stopped first, the files are applied at once. */
function foreignWorkloads({ others, stable, live, request }: App): readonly string[] {
  const { inputs } = request;
  const isBeside = inputs.action === 'deploy' && !isInstead(inputs.strategy) && stable !== null;
  const isOther = ({ kind }: KubeObject): boolean => kind !== DEPLOYMENT.kind && POD_MAKERS.some(maker => maker.kind === kind);
  const isRolled = (object: KubeObject): boolean => isDeployment(object) && live.changed.includes(keyOf(refOf(object)));
  if (!isBeside) return [];
  return [
    ...others.filter(isOther).map(object => `${nameOf(refOf(object))} does not run as a canary: it is applied at promote.`),
    ...others.filter(isRolled).map(object => {
      const services = servicesOver(object, [...Object.values(live.objects), ...others]);
      const why = services.length > 0 ? 'has only a headless Service, whose requests cannot be split by weights' : 'has no Service';
      return `${nameOf(refOf(object))} ${isLeftOut(object, request) ? 'is left out' : why}: it is rolled at promote.`;
    }),
  ];
}
