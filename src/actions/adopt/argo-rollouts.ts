/** `adopt` for Argo Rollouts: a Deployment of the file's name takes over the ReplicaSet that a Rollout has left, and Services pick pods as the files do. */
import type { Session } from '../../execute/session.ts';
import { isHashed, MANAGED, ROLLOUT_HASH, withoutHash } from '../../manifests/argo-rollouts.ts';
import { at, number, records, text } from '../../manifests/json.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import { picks } from '../../manifests/selectors.ts';
import { labelsOf, templateOf, texts, toJson } from '../../manifests/template.ts';
import type { KubeObject } from '../../model/kube.ts';
import { type Edit, editIfDue, lead, rerouted } from './lead.ts';
import { hashed, type Move, renew, take, takeAll } from './moves.ts';
import { isCanaryIngress, leadsTo, ledTo, ROUTES, serviceOfHost } from './routes.ts';
import { listServed, pickedBy, type Surrounding, unsettled } from './surroundings.ts';

/**
 * Settles what a Rollout has left that is gone; nothing where there is nothing.
 * @throws RolloutError FOREIGN_ROLLOUT while the Rollout stands, and where it cannot be told which version runs.
 */
export async function settleArgo({ file, world }: Surrounding, session: Session): Promise<readonly Move[]> {
  const { name } = file.metadata;
  const sets = world.sets.filter(({ metadata }) => metadata.labels?.[ROLLOUT_HASH] && picks(pickedBy(file), metadata.labels));
  const own = world.deployments.find(({ metadata }) => metadata.name === name) ?? null;
  refuseStanding(file, own, sets);
  const free = sets.filter(set => !isControlled(set) && number(set.spec?.replicas) > 0);
  const set = own ? null : runningOf(file, free);
  const labels = labelsOf(templateOf(file));
  const users = world.services.filter(({ spec }) => picks(withoutHash(texts(spec?.selector)), labels));
  const splits = world.splits.filter(split => isOfRollout(split, users));
  const { gone, led, canaries } = await leavesOf(splits, users, session);
  const pinned = world.rules.filter(({ spec }) => users.some(({ metadata }) => serviceOfHost(spec?.host) === metadata.name));
  return [
    ...(set ? [hashed(set, ROLLOUT_HASH, session), renew({ file, stable: null, set }, session)] : []),
    ...lead([...users.filter(isHashed).map(plain), ...pinned.flatMap(unpinned)], 'let the Services pick pods as the files do', session),
    ...takeAll(canaries, session),
    ...lead(led, 'lead to the Services of the files', session),
    ...takeAll(splits, session),
    ...gone.map(leaf => take(leaf, false, session)),
  ];
}

const isControlled = ({ metadata }: KubeObject): boolean => metadata.ownerReferences?.some(({ controller }) => controller) ?? false;

/** The controller of a Rollout would put back what is changed here, and a Deployment of its selector would take its pods for an old version's. */
function refuseStanding(file: KubeObject, own: KubeObject | null, sets: readonly KubeObject[]): void {
  const owners = sets.flatMap(({ metadata }) => metadata.ownerReferences ?? []);
  const rollout = owners.find(({ kind }) => kind === 'Rollout')?.name;
  if (rollout === undefined) return;
  const { namespace = '' } = file.metadata;
  const why = `Rollout ${namespace}/${rollout} of Argo Rollouts still stands, and its controller would undo what adopt does`;
  throw unsettled({ file, left: sets, why, hint: own ? beside(own, rollout) : alone(rollout, namespace) });
}

const alone = (rollout: string, namespace: string): string =>
  `Promote or abort it until it is healthy, then remove it and keep its pods: kubectl delete rollout ${rollout} --namespace ${namespace} --cascade=orphan. ` +
  'The requests stay where they are. Then run this again with adopt: true.';

/** Pods of a Rollout that reads its template from a Deployment cannot be kept: the Deployment, at 0 pods, would take them over and end them. */
const beside = ({ metadata: { name, namespace = '' } }: KubeObject, rollout: string): string =>
  `Do not delete it with --cascade=orphan: Deployment ${name} would take its pods over, and end them. Bring the Deployment up beside it first ` +
  `(kubectl scale deployment ${name} --namespace ${namespace}): the steps stand in docs/troubleshooting.md under FOREIGN_ROLLOUT. ` +
  `Once Rollout ${rollout} is gone, run this again with adopt: true.`;

/** The one ReplicaSet that has pods. */
function runningOf(file: KubeObject, free: readonly KubeObject[]): KubeObject | null {
  const [set, ...others] = free;
  const names = free.map(each => nameOf(refOf(each))).join(', ');
  const hint = 'Scale those to 0 that get no requests (kubectl scale replicaset NAME --replicas=0), then run this again.';
  if (others.length > 0)
    throw unsettled({ file, left: free, why: `${names} have pods, and which of them is the running version is not told`, hint });
  if (!set) return null;
  const [ready, replicas] = [number(set.status?.readyReplicas), number(set.spec?.replicas)];
  if (ready >= replicas) return set;
  throw unsettled({
    file,
    left: free,
    why: `${names} is not whole: ${ready} of ${replicas} pods are ready`,
    hint: 'Bring it up, then run this again.',
  });
}

function plain(object: KubeObject): Edit {
  const { selector } = object.spec ?? {};
  return { object, path: '/spec/selector', from: selector, to: withoutHash(texts(selector)) };
}

/** All that it leads to are Services of these pods. */
function isOfRollout(split: KubeObject, users: readonly KubeObject[]): boolean {
  const isOne = (service: unknown): boolean => users.some(({ metadata }) => metadata.name === service);
  const backends = records(at(split, 'spec.backends'));
  return isOne(at(split, 'spec.service')) && backends.length > 0 && backends.every(({ service }) => isOne(service));
}

interface Leaves {
  /** Services of single versions that the files have no more, and that nothing leads to in the end but a split of these. */
  readonly gone: readonly KubeObject[];
  /** The user's routes, each as it leads to the Services of the files instead. */
  readonly led: readonly Edit[];
  /** What the controller has put beside the user's Ingress. */
  readonly canaries: readonly KubeObject[];
}

const NONE: Leaves = { gone: [], led: [], canaries: [] };

async function leavesOf(splits: readonly KubeObject[], users: readonly KubeObject[], session: Session): Promise<Leaves> {
  const files = session.request.manifests.flatMap(({ object }) => (object.kind === 'Service' ? [object.metadata.name] : []));
  const split = splits.flatMap(each => records(at(each, 'spec.backends')).map(({ service }) => text(service)));
  const kept = users.filter(({ metadata }) => files.includes(metadata.name));
  const leaves = users.filter(
    ({ metadata: { name, annotations } }) => !files.includes(name) && (split.includes(name) || annotations?.[MANAGED]),
  );
  const [first] = leaves;
  if (!first || kept.length === 0) return NONE;
  const routes = await listServed(session, ROUTES, first.metadata.namespace ?? '');
  const names = leaves.map(({ metadata }) => metadata.name);
  const canaries = routes.filter(route => isCanaryIngress(route) && names.some(name => leadsTo(route, name)));
  const toKept = (spec: unknown): unknown => ledToKept(spec, leaves, kept);
  const ways = routes.filter(route => !canaries.includes(route));
  return {
    canaries,
    led: ways.flatMap(route => rerouted(route, toKept)),
    gone: leaves.filter(({ metadata }) => !ways.some(route => leadsTo({ ...route, spec: toJson(toKept(route.spec)) }, metadata.name))),
  };
}

function ledToKept(spec: unknown, leaves: readonly KubeObject[], kept: readonly KubeObject[]): unknown {
  return kept.reduce<unknown>((now, root) => {
    const own = leaves.filter(leaf => rootOf(leaf, kept) === root).map(({ metadata }) => metadata.name);
    return own.length === 0 ? now : ledTo(now, own, root.metadata.name);
  }, spec);
}

/** The Service of the files that stands for all versions: `web` for `web-stable`, or the only one; it has the same ports. */
function rootOf({ metadata: { name }, spec }: KubeObject, kept: readonly KubeObject[]): KubeObject | undefined {
  const named = kept.find(({ metadata }) => metadata.name === name.replace(/-(stable|canary|active|preview)$/, ''));
  const root = named ?? (kept.length === 1 ? kept[0] : undefined);
  const ports = records(root?.spec?.ports).map(({ port }) => port);
  return records(spec?.ports).every(({ port }) => ports.includes(port)) ? root : undefined;
}

/** Subsets into which the controller has written a version: pods of a Deployment do not have it. */
function unpinned(rule: KubeObject): readonly Edit[] {
  const subsets = records(rule.spec?.subsets);
  const to = subsets.map(subset => (subset.labels === undefined ? subset : { ...subset, labels: withoutHash(texts(subset.labels)) }));
  return editIfDue({ object: rule, path: '/spec/subsets', from: subsets, to });
}
