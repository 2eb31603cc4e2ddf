/** What Flagger has left around a workload: `NAME-primary` runs the version that gets the requests, and its label is another one than the file's. */
import type { Session } from '../../execute/session.ts';
import { together } from '../../execute/together.ts';
import { PRIMARY, primaryKey } from '../../manifests/flagger.ts';
import { at, number, records, text } from '../../manifests/json.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import { texts } from '../../manifests/template.ts';
import type { KubeObject } from '../../model/kube.ts';
import { type Backends, isCanaryIngress, leadsTo, ROUTES } from './routes.ts';
import { listServed, pickedBy, type Surrounding, unsettled } from './surroundings.ts';

/** What is left of a Canary resource that has gone. */
export interface Primary {
  readonly file: KubeObject;
  /** The Deployment of the file's name, which Flagger keeps at 0 pods. */
  readonly target: KubeObject | null;
  /** `NAME-primary`; null where it has gone already. */
  readonly primary: KubeObject | null;
  /** The label whose value has `-primary` behind it. */
  readonly key: string;
  readonly roots: readonly KubeObject[];
  readonly leaves: readonly KubeObject[];
  readonly splits: readonly KubeObject[];
  /** Routes that lead to the Services of single versions. */
  readonly routes: readonly KubeObject[];
  /** Canary Ingresses of ingress-nginx, which take their part of the user's. */
  readonly canaries: readonly KubeObject[];
  /** What nobody needs without them: autoscalers of the primary, DestinationRules. */
  readonly rest: readonly KubeObject[];
  /** Requests come to the primary. */
  readonly isServing: boolean;
}

const VERSIONS = [PRIMARY, '-canary'] as const;

/**
 * Looks for a primary of a Deployment of the files; null where there is none.
 * @throws RolloutError FOREIGN_ROLLOUT while a Canary resource stands, and where the primary is not whole.
 */
export async function primaryOf(around: Surrounding, session: Session): Promise<Primary | null> {
  const { file, world } = around;
  const { name, namespace = '' } = file.metadata;
  const selector = pickedBy(file);
  const primary = world.deployments.find(each => each.metadata.name === `${name}${PRIMARY}` && primaryKey(each, selector)) ?? null;
  const key = Object.keys(selector).find(each => world.services.some(service => isLeaf(service, each, selector[each] ?? '')));
  const label = primary ? primaryKey(primary, selector) : key;
  if (label === undefined) return null;
  const services = world.services.filter(({ spec }) =>
    [selector[label], `${selector[label]}${PRIMARY}`].includes(texts(spec?.selector)[label]),
  );
  const leaves = services.filter(service => isLeaf(service, label, selector[label] ?? ''));
  const roots = services.filter(service => !leaves.includes(service));
  await refuseStanding(around, { objects: [...(primary ? [primary] : []), ...leaves], session });
  const names = leaves.map(({ metadata }) => metadata.name);
  const ways = await listServed(session, ROUTES, namespace);
  const routes = ways.filter(route => names.some(each => leadsTo(route, each)));
  const splits = world.splits.filter(split => records(at(split, 'spec.backends')).some(({ service }) => names.includes(text(service))));
  const found = {
    ...{ file, primary, key: label, roots, leaves, splits },
    target: world.deployments.find(({ metadata }) => metadata.name === name) ?? null,
    routes: routes.filter(route => !isCanaryIngress(route)),
    canaries: routes.filter(isCanaryIngress),
    rest: (await listServed(session, REST, namespace)).filter(each => isOfPrimary(each, [name, ...names])),
  };
  const isServing = isLed(found, `${selector[label]}${PRIMARY}`);
  if (isServing) refuseTorn(found);
  return { ...found, isServing };
}

const REST = [
  ['autoscaling', 'HorizontalPodAutoscaler'],
  ['keda.sh', 'ScaledObject'],
  ['networking.istio.io', 'DestinationRule'],
] as const satisfies Backends;

/** A Service of one version: Flagger gives it its own name as that label. */
function isLeaf({ metadata, spec }: KubeObject, key: string, value: string): boolean {
  const [part] = VERSIONS.filter(each => metadata.name.endsWith(each));
  if (part === undefined || metadata.labels?.[key] !== metadata.name) return false;
  return texts(spec?.selector)[key] === (part === PRIMARY ? `${value}${PRIMARY}` : value);
}

/** It scales `NAME-primary`, or is a DestinationRule of a version's name. */
function isOfPrimary({ kind, metadata, spec }: KubeObject, [name = '', ...leaves]: readonly string[]): boolean {
  return kind === 'DestinationRule' ? leaves.includes(metadata.name) : at(spec, 'scaleTargetRef.name') === `${name}${PRIMARY}`;
}

type Found = Omit<Primary, 'isServing'>;

function isLed({ primary, key, roots, routes, splits, leaves }: Found, value: string): boolean {
  const [leaf] = leaves.filter(({ metadata }) => metadata.name.endsWith(PRIMARY));
  const isRouted = leaf !== undefined && (splits.length > 0 || routes.some(route => leadsTo(route, leaf.metadata.name)));
  return primary !== null && (isRouted || roots.some(root => texts(root.spec?.selector)[key] === value));
}

/** All requests stay with the primary until the file's own pods are ready. */
function refuseTorn({ file, primary, leaves, splits }: Found): void {
  if (!primary) return;
  const replicas = number(primary.spec?.replicas, 1);
  const ready = Math.min(number(primary.status?.readyReplicas), number(primary.status?.updatedReplicas));
  if (replicas > 0 && ready >= replicas) return;
  const why = `${nameOf(refOf(primary))}, which gets the requests, is not whole: ${ready} of ${replicas} pods are updated and ready`;
  throw unsettled({ file, left: [primary, ...leaves, ...splits], why, hint: 'Bring it up, then run this again.' });
}

interface Standing {
  readonly objects: readonly KubeObject[];
  readonly session: Session;
}

/** While a Canary resource stands its controller would put back what is changed here. */
async function refuseStanding({ file }: Surrounding, { objects, session }: Standing): Promise<void> {
  const { name, namespace = '' } = file.metadata;
  const listed = await together([listServed(session, [['flagger.app', 'Canary']], namespace)]);
  const meant = listed.flat().filter(canary => at(canary, 'spec.targetRef.name') === name);
  const owners = objects.flatMap(({ metadata }) => metadata.ownerReferences ?? []).filter(({ kind }) => kind === 'Canary');
  const standing = meant[0]?.metadata.name ?? owners[0]?.name;
  if (standing === undefined) return;
  throw unsettled({
    file,
    left: objects,
    why: `Canary ${namespace}/${standing} of Flagger still stands, and its controller would undo what adopt does`,
    hint:
      `Remove it and keep what it made: kubectl delete canary ${standing} --namespace ${namespace} --cascade=orphan (with spec.revertOnDeletion: false). ` +
      'The requests stay where they are. Then run this again with adopt: true.',
  });
}
