import { RolloutError } from '../../errors.ts';
import { BUILT_IN_POLICIES } from '../../manifests/copied-kinds.ts';
import { goingOf, standing } from '../../manifests/going.ts';
import { isOurs, VARIANT } from '../../manifests/names.ts';
import { placesOf } from '../../manifests/namespaces.ts';
import { isPhased } from '../../manifests/phases.ts';
import { decode } from '../../manifests/record.ts';
import { groupOf, refOf } from '../../manifests/refs.ts';
import type { Cluster, Collection, KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Request } from '../../model/request.ts';
import type { TrafficRouter } from '../../model/router.ts';
import { routers } from '../../routers/index.ts';
import { OF_INGRESS, routersOfIngress } from '../../routers/of-ingress.ts';
import { containersIn } from '../../routers/sidecars.ts';
import { withStandIns } from '../../routers/stand-ins.ts';
import { STREAM_KINDS, streamsIn } from '../../routers/streams.ts';
import { DEPLOYMENT } from '../../workloads/deployment.ts';
import { STATEFUL_SET } from '../../workloads/stateful-set.ts';
import { allOf } from '../../workloads/workload.ts';
import { drainable, triedTemplates } from '../dry-runs/dry-run.ts';
import { together } from '../together.ts';
import { changedBy } from './changed.ts';
import { readClaims } from './claims.ts';
import { listingOnce } from './listing-once.ts';
import { readNodes } from './nodes.ts';
import { refuseOldServer } from './old-server.ts';
import { readPolicies } from './policies.ts';
import { getAll, index, readRecorded } from './recorded.ts';

/** Tells whether a process on this machine has ended; false for those elsewhere. */
export type HasEnded = (holder: { readonly host?: string; readonly pid?: number }) => boolean;

/** How a read looks: one that is tried also sends the files in dry runs, which a way back neither needs nor should depend on. */
export interface Look {
  readonly hasEnded: HasEnded;
  readonly isTried: boolean;
  /** Lists the records by which a claim can tell later whether a run has written meanwhile; absent: they are listed as all else is. */
  readonly records?: (of: Collection) => Promise<readonly KubeObject[]>;
}

/**
 * Everything that a plan rests on, in one go: the records, then lists side by side, then what the records and files name. Nothing that
 * a run may write is read before the records: a run that writes behind that read has written one of the records before.
 */
export async function read(request: Request, through: Cluster, look: Look): Promise<Live> {
  const { hasEnded, isTried } = look;
  const cluster = listingOnce(through);
  const namespaces = placesOf(request);
  const [beginning, tried] = await together([
    recordsThenAll(request, cluster, { namespaces, records: look.records ?? cluster.list }),
    isTried ? tryFiles(request, cluster) : { rendered: {} },
  ]);
  const first = index(beginning);
  const [versions, { objects: policies, ...unseen }, pods] = await together([
    servedVersions(cluster),
    readPolicies(cluster, concerned(request, namespaces, first)),
    further(request, cluster, { namespaces, first }),
    refuseOldServer(cluster),
  ]);
  const collectionsOf = collectionsIn(namespaces, versions);
  const chosen = chosenOf(request, first, pods);
  const [routes, afar, claims, recorded] = await together([
    isSearched(request, first) ? listAllowed(cluster, collectionsOf(Object.values(routers))) : listAll(cluster, collectionsOf(chosen)),
    request.inputs.action === 'deploy' ? listAfar(cluster, chosen, { namespaces, versions }) : [],
    readClaims(request, cluster, first),
    readRecorded(cluster, first),
  ]);
  const found = { ...index([...policies, ...afar]), ...first, ...index([...recorded.objects, ...routes, ...pods, ...claims]) };
  const objects = standing(found);
  return {
    now: cluster.now(),
    objects,
    going: goingOf(found),
    versions,
    ...tried,
    ended: endedHolders(objects, hasEnded),
    changed: isTried ? await changedBy(request, cluster, { objects, unspaced: recorded.unspaced }) : [],
    unspaced: recorded.unspaced,
    ...unseen,
  };
}

interface Beginning {
  readonly namespaces: readonly string[];
  readonly records: NonNullable<Look['records']>;
}

/** All refusals are told, also where the records may not be read. */
async function recordsThenAll(request: Request, cluster: Cluster, { namespaces, records }: Beginning): Promise<readonly KubeObject[]> {
  const files = request.manifests.map(({ object }) => object);
  const begun = together(namespaces.map(namespace => records({ ...RECORDS, namespace })));
  const collections = namespaces.flatMap(namespace => LISTED.map(of => ({ ...of, namespace })));
  const named = files.filter(object => object.metadata.name && !isListed(object) && !isPhased(object)).map(refOf);
  const behind = begun.then(
    found => found.flat(),
    () => [],
  );
  void behind.then(found => listAhead(request, cluster, { namespaces, first: index(found) })).catch(() => undefined);
  const all = await together([
    begun.then(found => found.flat()),
    behind.then(() => listAll(cluster, collections)),
    behind.then(() => getAll(cluster, named)),
  ]);
  return all.flat();
}

/** Asks early for what is read in any case: far from the API server each question that waits for another's answer costs. A failure is told by the later read. */
async function listAhead(request: Request, cluster: Cluster, known: Known): Promise<void> {
  const { namespaces, first } = known;
  const chosen = isSearched(request, first) ? Object.values(routers) : chosenOf(request, first, []);
  const routes = servedVersions(cluster).then(versions => listAll(cluster, collectionsIn(namespaces, versions)(chosen)));
  await together([stablePods(request, cluster, known), routes]);
}

const collectionsIn =
  (namespaces: readonly string[], versions: Live['versions']) =>
  (chosen: readonly TrafficRouter[]): readonly Collection[] =>
    namespaces.flatMap(namespace => chosen.flatMap(router => router.collections(namespace, { versions }))).filter(of => !isListed(of));

/** The files' Deployments in dry runs: as they are, and with what lets their variants drain. */
async function tryFiles(request: Request, cluster: Cluster): Promise<Pick<Live, 'rendered' | 'draining'>> {
  const [rendered, draining] = await together([triedTemplates(request, cluster), drainable(request, cluster)]);
  return { rendered, draining };
}

/** Namespaces where a variant may be kept out of what selects stable's pods, or where copies of policies may be. */
function concerned({ inputs }: Request, namespaces: readonly string[], objects: Readonly<Record<string, KubeObject>>): readonly string[] {
  const isIsolated = inputs.action === 'deploy' && inputs.isolation !== 'none' && !inputs.router.includes('pod');
  return isIsolated || Object.values(objects).some(isOurs) ? namespaces : [];
}

/** Only the routers that are asked for, or that an open rollout uses: a role need not grant what is never read. */
function routersOf({ inputs }: Request, objects: Readonly<Record<string, KubeObject>>): readonly TrafficRouter[] {
  const open = Object.values(objects).flatMap(object => (object.kind === 'ConfigMap' ? (decode(object, null)?.router ?? []) : []));
  const names = new Set([...inputs.router, ...open.flatMap(list => list.split(','))]);
  return [...names].flatMap(name => (name === OF_INGRESS ? routersOfIngress() : (routers[name] ?? [])));
}

/** The routers that are asked for, and those that stand in for them where the sidecars of the pods listen to another kind only: the Role has to grant that too. */
function chosenOf(request: Request, objects: Readonly<Record<string, KubeObject>>, pods: readonly KubeObject[]): readonly TrafficRouter[] {
  const asked = request.inputs.router.includes('auto') ? Object.values(routers) : routersOf(request, objects);
  return withStandIns(asked, pods.flatMap(containersIn));
}

/** Where the router is still to be found, every kind is looked at; what the role does not grant is not there for us. */
function isSearched({ inputs }: Request, objects: Readonly<Record<string, KubeObject>>): boolean {
  const ours = Object.values(objects).filter(isOurs);
  const isLeftOver = ours.length > 0 && !ours.some(({ kind, metadata }) => kind === 'ConfigMap' && metadata.labels?.[VARIANT] === 'record');
  return isLeftOver || (inputs.action === 'deploy' && (inputs.router.includes('auto') || inputs.router.includes('pod')));
}

interface Known {
  readonly namespaces: readonly string[];
  readonly first: Readonly<Record<string, KubeObject>>;
}

/** Pods of the user's, where the router's mesh should have put sidecars into them. Those of variants are ours, and go with their Deployments. */
async function stablePods(request: Request, cluster: Cluster, { namespaces, first }: Known): Promise<readonly KubeObject[]> {
  const isMeshed = request.inputs.router.includes('auto') || routersOf(request, first).some(({ sidecars }) => sidecars !== undefined);
  if (request.inputs.action !== 'deploy' || !isMeshed) return [];
  const pods = await listAllowed(
    cluster,
    namespaces.map(namespace => ({ apiVersion: 'v1', kind: 'Pod', namespace })),
  );
  return pods.filter(({ metadata }) => metadata.labels?.[VARIANT] === undefined);
}

/** Pods, where a deploy has to know what is in them; what else a promote has released. */
async function further(request: Request, cluster: Cluster, known: Known): Promise<readonly KubeObject[]> {
  const released = request.inputs.action === 'promote' ? rolledSets : stablePods;
  return (await together([released(request, cluster, known), readNodes(request, cluster, known.first)])).flat();
}

/** A promote without files that finds nothing open looks for what its own run has released; Deployments are listed anyway. */
async function rolledSets({ inputs, manifests }: Request, cluster: Cluster, { namespaces, first }: Known): Promise<readonly KubeObject[]> {
  const isOpen = Object.values(first).some(({ kind, metadata }) => kind === 'ConfigMap' && metadata.labels?.[VARIANT] === 'record');
  if (inputs.action !== 'promote' || manifests.length > 0 || isOpen) return [];
  return await listAllowed(
    cluster,
    namespaces.map(namespace => ({ ...allOf(STATEFUL_SET), namespace })),
  );
}

/** Objects by which requests may come past a split: a Role of one namespace still shows those that lead connections in it. */
async function listAfar(
  cluster: Cluster,
  chosen: readonly TrafficRouter[],
  { namespaces, versions }: Scope,
): Promise<readonly KubeObject[]> {
  const afar = chosen.flatMap(router => router.afar?.({ versions }) ?? []);
  return await listAllowed(cluster, [...afar, ...streamsIn(chosen, namespaces, { versions })]);
}

interface Scope extends Pick<Live, 'versions'> {
  readonly namespaces: readonly string[];
}

/** All objects of several collections; what the role does not grant is not there for us. */
export async function listAllowed(cluster: Cluster, collections: readonly Collection[]): Promise<readonly KubeObject[]> {
  const unforbidden = async (of: Collection): Promise<readonly KubeObject[]> => {
    try {
      return await cluster.list(of);
    } catch (error) {
      if (error instanceof RolloutError && error.code === 'FORBIDDEN') return [];
      throw error;
    }
  };
  return (await together(collections.map(unforbidden))).flat();
}

const listAll = async (cluster: Cluster, collections: readonly Collection[]): Promise<readonly KubeObject[]> =>
  (await together(collections.map(of => cluster.list(of)))).flat();

/** Records, and copies of the user's ConfigMaps. */
const RECORDS = { apiVersion: 'v1', kind: 'ConfigMap', labels: VARIANT };

const LISTED: readonly Omit<Collection, 'namespace'>[] = [
  allOf(DEPLOYMENT),
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  ...BUILT_IN_POLICIES.map(({ groups, kind, version }) => ({ apiVersion: `${groups[0]}/${version}`, kind })),
];

const isListed = ({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean =>
  LISTED.some(listed => listed.kind === kind && groupOf(listed.apiVersion) === groupOf(apiVersion) && listed.labels === undefined);

/** The served versions of every kind that a router writes, and of those that lead connections past it. */
export async function servedVersions(cluster: Cluster): Promise<Live['versions']> {
  const kinds = [...new Set([...Object.values(routers).flatMap(router => router.kinds), ...STREAM_KINDS])];
  const entries = kinds.map(async name => {
    const [group = '', kind = ''] = name.split('/');
    return [name, await cluster.versions(group, kind)] as const;
  });
  return Object.fromEntries(await together(entries));
}

const endedHolders = (objects: Readonly<Record<string, KubeObject>>, hasEnded: HasEnded): readonly string[] =>
  Object.values(objects).flatMap(object => {
    const holder = object.kind === 'ConfigMap' ? decode(object, null)?.holder : null;
    return holder && hasEnded(holder) ? [holder.process] : [];
  });
