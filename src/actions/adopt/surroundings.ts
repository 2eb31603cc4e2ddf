/** What stands around the Deployments of the files. Reads only. */
import { RolloutError } from '../../errors.ts';
import type { Session } from '../../execute/session.ts';
import { together } from '../../execute/together.ts';
import { isOfRollouts } from '../../manifests/argo-rollouts.ts';
import { versionIn } from '../../manifests/incumbents.ts';
import { at } from '../../manifests/json.ts';
import { isOurs } from '../../manifests/names.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import { texts } from '../../manifests/template.ts';
import type { KubeObject } from '../../model/kube.ts';
import { DEPLOYMENT } from '../../workloads/deployment.ts';
import { allOf, revisionsOf } from '../../workloads/workload.ts';
import type { Backends } from './routes.ts';

/** What is not ours in one namespace. */
export interface World {
  readonly deployments: readonly KubeObject[];
  readonly sets: readonly KubeObject[];
  readonly services: readonly KubeObject[];
  readonly splits: readonly KubeObject[];
  /** Where a Service is of a green version: elsewhere nobody leads an Ingress to one. */
  readonly ingresses: readonly KubeObject[];
  /** DestinationRules, where Argo Rollouts was at work: elsewhere nobody needs the right to list them. */
  readonly rules: readonly KubeObject[];
}

/** A Deployment of the files, and the namespace that it comes into. */
export interface Surrounding {
  readonly file: KubeObject;
  readonly world: World;
}

/** Reads each namespace once. */
export async function surroundings(session: Session): Promise<readonly Surrounding[]> {
  const files = session.request.manifests.map(({ object }) => object).filter(({ kind }) => kind === DEPLOYMENT.kind);
  const namespaces = [...new Set(files.map(({ metadata }) => metadata.namespace ?? ''))];
  const worlds = Object.fromEntries(
    await together(namespaces.map(async namespace => [namespace, await worldOf(session, namespace)] as const)),
  );
  return files.flatMap(file => {
    const world = worlds[file.metadata.namespace ?? ''];
    return world ? [{ file, world }] : [];
  });
}

async function worldOf(session: Session, namespace: string): Promise<World> {
  const { cluster } = session;
  const [version] = await cluster.versions('split.smi-spec.io', 'TrafficSplit');
  const [deployments, sets, services, splits] = await together([
    cluster.list({ ...allOf(DEPLOYMENT), namespace }),
    cluster.list({ ...revisionsOf(DEPLOYMENT), namespace }),
    cluster.list({ apiVersion: 'v1', kind: 'Service', namespace }),
    version ? cluster.list({ apiVersion: `split.smi-spec.io/${version}`, kind: 'TrafficSplit', namespace }) : [],
  ]);
  const isGreen = services.some(service => versionIn(service) === 'green' && service.metadata.name.endsWith('-green'));
  const ingresses = isGreen ? await cluster.list({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace }) : [];
  const rules = [...sets, ...services].some(isOfRollouts) ? await listServed(session, RULES, namespace) : [];
  const foreign = (objects: readonly KubeObject[]): readonly KubeObject[] => objects.filter(object => !isOurs(object));
  return { deployments: foreign(deployments), sets, services: foreign(services), splits: foreign(splits), ingresses, rules };
}

const RULES = [['networking.istio.io', 'DestinationRule']] as const satisfies Backends;

/** Objects of kinds that a cluster may serve and a login may list. */
export async function listServed({ cluster }: Session, kinds: Backends, namespace: string): Promise<readonly KubeObject[]> {
  const lists = kinds.map(async ([group, kind]): Promise<readonly KubeObject[]> => {
    const [version] = await cluster.versions(group, kind);
    return version ? await cluster.list({ apiVersion: `${group}/${version}`, kind, namespace }) : [];
  });
  return (await together(lists)).flat().filter(object => !isOurs(object));
}

/** By which labels a Deployment, or the file of one, picks its pods. */
export const pickedBy = (deployment: KubeObject): Readonly<Record<string, string>> => texts(at(deployment, 'spec.selector.matchLabels'));

/** What has to be done by hand first. */
export interface Unsettled {
  readonly file: KubeObject;
  readonly left: readonly KubeObject[];
  readonly why: string;
  readonly hint?: string;
}

/** The refusal where no tool should settle what is left. */
export function unsettled({ file, left, why, hint }: Unsettled): RolloutError {
  const names = left.map(object => nameOf(refOf(object))).join(', ');
  return new RolloutError(
    'FOREIGN_ROLLOUT',
    `another tool has left something around ${nameOf(refOf(file))}${names === '' ? '' : ` (${names})`}, and adopt cannot settle it: ${why}`,
    hint ?? 'Promote or reject it with the tool that made it, or bring the running version up, then run this again.',
  );
}
