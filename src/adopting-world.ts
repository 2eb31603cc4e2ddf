/** What another tool's canary step has left around a workload, and whether it can be settled. Reads only. */
import { RolloutError } from './errors.ts';
import type { Session } from './execute/session.ts';
import { together } from './execute/together.ts';
import { BESIDE, isSelecting, isSplitOf, versionIn } from './manifests/incumbents.ts';
import { at, items, number, record, text } from './manifests/json.ts';
import { isOurs } from './manifests/names.ts';
import { nameOf, refOf } from './manifests/refs.ts';
import { picks } from './manifests/selectors.ts';
import { labelsOf, templateOf, texts } from './manifests/template.ts';
import type { KubeObject } from './model/kube.ts';
import { newestReplicaSet } from './readiness/deployment.ts';
import { DEPLOYMENT } from './workloads/deployment.ts';
import { allOf, revisionsOf } from './workloads/workload.ts';

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
  const { name } = file.metadata;
  const labels = labelsOf(templateOf(file));
  const roots = world.services.filter(service => versionIn(service) === undefined && picks(texts(service.spec?.selector), labels));
  const named = (objects: readonly KubeObject[], wanted: string, version: string): readonly KubeObject[] =>
    objects.filter(object => object.metadata.name === wanted && versionIn(object) === version);
  const variants = BESIDE.flatMap(part => named(world.deployments, `${name}-${part}`, part));
  const splits = roots.flatMap(root => world.splits.filter(split => isSplitOf(split, root.metadata.name)));
  const leaves = roots.flatMap(root => ['stable', ...BESIDE].flatMap(part => named(world.services, `${root.metadata.name}-${part}`, part)));
  const own = world.deployments.find(({ metadata }) => metadata.name === name) ?? null;
  const [standIn] = named(world.deployments, `${name}-stable`, 'stable');
  const orphan = own || standIn ? undefined : orphanOf(file, world.sets);
  const isRenewed = standIn !== undefined || orphan !== undefined || (own !== null && isSelecting(own));
  if (variants.length + splits.length + leaves.length === 0 && !isRenewed) return null;
  const found = { file, variants, splits, leaves, isRenewed };
  if (own && standIn) throw unsettled(found, `both ${nameOf(refOf(own))} and ${nameOf(refOf(standIn))} are there`);
  const stable = own ?? standIn ?? null;
  const set = stable ? newestReplicaSet(stable, world.sets) : orphan;
  if (!set) throw unsettled(found, `no Deployment ${name} or ${name}-stable runs the version that would get all requests`);
  const left = { ...found, stable, set };
  refuseLosing(left, world);
  return left;
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

/** All requests go to the running version: it has to be there whole, and every Service and split has to lead to it. */
function refuseLosing(left: Leftover, { services }: World): void {
  const { stable, set, splits, file, isRenewed } = left;
  const labels = labelsOf(templateOf(set));
  const replicas = number(stable?.spec?.replicas, 1);
  if (stable && (number(stable.status?.readyReplicas) < replicas || number(stable.status?.updatedReplicas) < replicas || replicas === 0))
    throw unsettled(left, `${nameOf(refOf(stable))} is not whole: ${number(stable.status?.readyReplicas)} of ${replicas} pods are ready`);
  if (isRenewed && !picks(texts(at(file, 'spec.selector.matchLabels')), labels))
    throw unsettled(left, `the selector of the file does not pick the pods of ${nameOf(refOf(set))}`);
  for (const split of splits) {
    const service = `${text(at(split, 'spec.service'))}-stable`;
    const leaf = services.find(({ metadata }) => metadata.name === service && metadata.namespace === set.metadata.namespace);
    const isThere = items(at(split, 'spec.backends')).some(backend => record(backend).service === service);
    if (!isThere || !leaf || !picks(texts(leaf.spec?.selector), labels))
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
