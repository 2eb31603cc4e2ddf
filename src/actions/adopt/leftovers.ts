/** What another tool's canary step has left around a workload, and whether it can be settled. Reads only. */
import { RolloutError } from '../../errors.ts';
import type { Session } from '../../execute/session.ts';
import { together } from '../../execute/together.ts';
import { BESIDE, isSelecting, isSplitOf, versionIn } from '../../manifests/incumbents.ts';
import { at, items, number, record, text } from '../../manifests/json.ts';
import { isOurs } from '../../manifests/names.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import { picks } from '../../manifests/selectors.ts';
import { labelsOf, templateOf, texts } from '../../manifests/template.ts';
import type { KubeObject } from '../../model/kube.ts';
import { newestReplicaSet } from '../../readiness/deployment.ts';
import { DEPLOYMENT } from '../../workloads/deployment.ts';
import { allOf, revisionsOf } from '../../workloads/workload.ts';

/** What is left around one workload of the files. */
export interface Leftover {
  readonly file: KubeObject;
  /** The running version, under the file's name or as `NAME-stable`; null where its Deployment has gone and its pods are there. */
  readonly stable: KubeObject | null;
  /** The ReplicaSet of the running version's pods. */
  readonly set: KubeObject;
  /** The Deployment has another selector or name than the file's: another one has to take over its pods. */
  readonly isRenewed: boolean;
  /** Deployments of versions beside it. */
  readonly variants: readonly KubeObject[];
  readonly splits: readonly KubeObject[];
  /** Services of single versions. */
  readonly leaves: readonly KubeObject[];
}

interface World {
  readonly deployments: readonly KubeObject[];
  readonly sets: readonly KubeObject[];
  readonly services: readonly KubeObject[];
  readonly splits: readonly KubeObject[];
}

/**
 * Looks around the Deployments of the files.
 * @throws RolloutError FOREIGN_ROLLOUT where requests cannot be given to the running version without losing some.
 */
export async function leftovers(session: Session): Promise<readonly Leftover[]> {
  const files = session.request.manifests.map(({ object }) => object).filter(({ kind }) => kind === DEPLOYMENT.kind);
  const namespaces = [...new Set(files.map(({ metadata }) => metadata.namespace ?? ''))];
  const worlds = await together(namespaces.map(async namespace => [namespace, await worldOf(session, namespace)] as const));
  return files.flatMap(file => leftOf(file, Object.fromEntries(worlds)[file.metadata.namespace ?? ''] ?? EMPTY) ?? []);
}

const EMPTY: World = { deployments: [], sets: [], services: [], splits: [] };

async function worldOf({ cluster }: Session, namespace: string): Promise<World> {
  const [version] = await cluster.versions('split.smi-spec.io', 'TrafficSplit');
  const [deployments, sets, services, splits] = await together([
    cluster.list({ ...allOf(DEPLOYMENT), namespace }),
    cluster.list({ ...revisionsOf(DEPLOYMENT), namespace }),
    cluster.list({ apiVersion: 'v1', kind: 'Service', namespace }),
    version ? cluster.list({ apiVersion: `split.smi-spec.io/${version}`, kind: 'TrafficSplit', namespace }) : [],
  ]);
  const foreign = (objects: readonly KubeObject[]): readonly KubeObject[] => objects.filter(object => !isOurs(object));
  return { deployments: foreign(deployments), sets, services: foreign(services), splits: foreign(splits) };
}

function leftOf(file: KubeObject, world: World): Leftover | null {
  const running = runningIn(file, world);
  const found = { file, ...aroundOf(file, world), isRenewed: running.isRenewed };
  if (!running.isRenewed && found.variants.length + found.splits.length + found.leaves.length === 0) return null;
  const [first, second] = running.stables;
  if (first && second) throw unsettled(found, `both ${nameOf(refOf(first))} and ${nameOf(refOf(second))} are there`);
  const left = withSet(found, first ?? null, running.orphan ?? world.sets);
  refuseTorn(left);
  refuseAstray(left, world);
  return left;
}

interface Running {
  /** Under the file's name, and as `NAME-stable`. */
  readonly stables: readonly KubeObject[];
  readonly orphan: KubeObject | undefined;
  readonly isRenewed: boolean;
}

function runningIn(file: KubeObject, world: World): Running {
  const { name } = file.metadata;
  const own = world.deployments.filter(({ metadata }) => metadata.name === name);
  const standIns = marked(world.deployments, `${name}-stable`, 'stable');
  const stables = [...own, ...standIns];
  const orphan = stables.length > 0 ? undefined : orphanOf(file, world.sets);
  return { stables, orphan, isRenewed: orphan !== undefined || standIns.length > 0 || own.some(isSelecting) };
}

function withSet(found: Omit<Leftover, 'stable' | 'set'>, stable: KubeObject | null, from: KubeObject | readonly KubeObject[]): Leftover {
  const set = isList(from) ? stable && newestReplicaSet(stable, from) : from;
  if (set) return { ...found, stable, set };
  const { name } = found.file.metadata;
  throw unsettled(found, `no Deployment ${name} or ${name}-stable runs the version that would get all requests`);
}

const isList = (value: KubeObject | readonly KubeObject[]): value is readonly KubeObject[] => Array.isArray(value);

const marked = (objects: readonly KubeObject[], name: string, version: string): readonly KubeObject[] =>
  objects.filter(object => object.metadata.name === name && versionIn(object) === version);

function aroundOf(file: KubeObject, world: World): Pick<Leftover, 'variants' | 'splits' | 'leaves'> {
  const labels = labelsOf(templateOf(file));
  const roots = world.services.filter(service => versionIn(service) === undefined && picks(texts(service.spec?.selector), labels));
  const names = roots.map(({ metadata }) => metadata.name);
  return {
    variants: BESIDE.flatMap(part => marked(world.deployments, `${file.metadata.name}-${part}`, part)),
    splits: names.flatMap(root => world.splits.filter(split => isSplitOf(split, root))),
    leaves: names.flatMap(root => ['stable', ...BESIDE].flatMap(part => marked(world.services, `${root}-${part}`, part))),
  };
}

/** The ReplicaSet of a Deployment that went while another was to take over its pods. */
function orphanOf(file: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  const selector = texts(at(file, 'spec.selector.matchLabels'));
  return sets.find(
    set =>
      set.metadata.namespace === file.metadata.namespace &&
      versionIn(set) === 'stable' &&
      !set.metadata.ownerReferences?.some(({ controller }) => controller) &&
      number(set.spec?.replicas) > 0 &&
      picks(selector, set.metadata.labels ?? {}),
  );
}

/** All requests go to the running version: it has to be there whole. */
function refuseTorn(left: Leftover): void {
  const { stable, set, file, isRenewed } = left;
  if (isRenewed && !picks(texts(at(file, 'spec.selector.matchLabels')), labelsOf(templateOf(set))))
    throw unsettled(left, `the selector of the file does not pick the pods of ${nameOf(refOf(set))}`);
  if (!stable) return;
  const replicas = number(stable.spec?.replicas, 1);
  const ready = Math.min(number(stable.status?.readyReplicas), number(stable.status?.updatedReplicas));
  if (replicas === 0 || ready < replicas)
    throw unsettled(left, `${nameOf(refOf(stable))} is not whole: ${ready} of ${replicas} pods are updated and ready`);
}

/** Every split has to lead to it. */
function refuseAstray(left: Leftover, { services }: World): void {
  const { set, splits } = left;
  for (const split of splits) {
    const service = `${text(at(split, 'spec.service'))}-stable`;
    const leaf = services.find(({ metadata }) => metadata.name === service);
    const isThere = items(at(split, 'spec.backends')).some(backend => record(backend).service === service);
    if (!isThere || !leaf || !picks(texts(leaf.spec?.selector), labelsOf(templateOf(set))))
      throw unsettled(left, `${nameOf(refOf(split))} has no backend ${service} that leads to the running version`);
  }
}

type Found = Pick<Leftover, 'file' | 'variants' | 'splits' | 'leaves'>;

function unsettled({ file, variants, splits, leaves }: Found, why: string): RolloutError {
  const names = [...variants, ...splits, ...leaves].map(object => nameOf(refOf(object))).join(', ');
  return new RolloutError(
    'FOREIGN_ROLLOUT',
    `another tool has left something around ${nameOf(refOf(file))}${names === '' ? '' : ` (${names})`}, and adopt cannot settle it: ${why}`,
    'Promote or reject it with the tool that made it, or bring the running version up, then run this again.',
  );
}
