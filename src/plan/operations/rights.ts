/** The least Role for files: what their deploy, promote and reject need, by strategy and method. A simulated cluster holds it to what is asked for. */
import { mentions, nameOfCopy } from '../../manifests/configuration.ts';
import { ADDED_POLICIES, BUILT_IN_POLICIES } from '../../manifests/copied-kinds.ts';
import { derived } from '../../manifests/names.ts';
import { placesOf } from '../../manifests/namespaces.ts';
import { goesWithJob, isPhased } from '../../manifests/phases.ts';
import { recordName } from '../../manifests/record.ts';
import { groupOf } from '../../manifests/refs.ts';
import { templateOf } from '../../manifests/template.ts';
import { claimsIn } from '../../manifests/volumes.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { KindNeed } from '../../model/permission.ts';
import type { Inputs, Request } from '../../model/request.ts';
import { awaited } from '../../readiness/index.ts';
import { strategyNamed } from '../../strategies/index.ts';
import { DAEMON_SET } from '../../workloads/daemon-set.ts';
import { DEPLOYMENT, isDeployment } from '../../workloads/deployment.ts';
import { rolledIn } from '../../workloads/index.ts';
import { STATEFUL_SET } from '../../workloads/stateful-set.ts';
import { allOf, isOf, revisionsOf } from '../../workloads/workload.ts';
import { isKept } from '../world/order-of-kinds.ts';
import { routeRights, routersFor } from './route-rights.ts';

/** What is needed in any case, and what is where the cluster serves its kind. */
export interface Rights {
  readonly always: readonly KindNeed[];
  readonly whereServed: readonly KindNeed[];
}

/** One kind and what is done with it. */
interface Use {
  readonly apiVersion: string;
  readonly kind: string;
  readonly verbs: string;
  readonly part?: string;
  readonly names?: readonly string[];
}

/** Whoever deletes waits until the object is gone. */
const REMOVED = 'list watch delete';
const RECORD = `get update patch create ${REMOVED}`;

/** Objects of the request have their namespaces already; those of the whole cluster have none. */
export function rightsOf({ inputs, manifests, namespace }: Pick<Request, 'inputs' | 'manifests' | 'namespace'>): Rights {
  const files = manifests.map(({ object }) => object);
  const namespaces = placesOf({ namespace, manifests });
  const within = (uses: readonly Use[]): readonly KindNeed[] => namespaces.flatMap(place => uses.flatMap(use => needsOf(use, place)));
  const copied = isCopying(inputs) ? ADDED_POLICIES : [];
  return {
    always: [
      ...within([...base(inputs), ...pages(inputs), ...pinned(files, inputs)]),
      ...nodes(inputs),
      ...prometheus(inputs),
      ...namespaces.flatMap(place => routeRights(inputs, files).flatMap(use => needsOf(use, place))),
      ...files.flatMap(object => fileUses(object, inputs).flatMap(use => needsOf(use, object.metadata.namespace ?? null))),
      ...namespaces.flatMap(place => secrets(files, inputs, place).flatMap(use => needsOf(use, place))),
    ],
    whereServed: within(
      copied.flatMap(({ groups, kind, selectors }) =>
        groups.map(group => ({ apiVersion: `${group}/`, kind, verbs: selectors === null ? 'list' : `create ${REMOVED}` })),
      ),
    ),
  };
}

function needsOf({ apiVersion, kind, verbs, part, names = [] }: Use, namespace: string | null): readonly KindNeed[] {
  const own = { apiVersion, kind, namespace, ...(part === undefined ? {} : { part }) };
  const all: readonly (string | null)[] = names.length > 0 ? names : [null];
  // What is still to be made has no name that the API server would know it by.
  return verbs.split(' ').flatMap(verb => (verb === 'create' ? [{ ...own, verb, name: null }] : all.map(name => ({ ...own, verb, name }))));
}

const isBeside = ({ strategy }: Inputs): boolean => strategyNamed(strategy).place === 'beside';
const isInPlace = ({ strategy }: Inputs): boolean => strategyNamed(strategy).place === 'in-place';
const isRouted = (inputs: Inputs): boolean => isBeside(inputs) && routersFor(inputs).some(({ routing }) => routing === 'weights');
const isCopying = (inputs: Inputs): boolean => isRouted(inputs) && inputs.isolation === 'labels';

/** What every action reads to know how things stand, and what it makes by itself. */
function base(inputs: Inputs): readonly Use[] {
  const isRecorded = !isInPlace(inputs);
  const policies = BUILT_IN_POLICIES.map(({ groups, kind, version }) => ({
    apiVersion: `${groups[0]}/${version}`,
    kind,
    verbs: isCopying(inputs) ? `create ${REMOVED}` : 'list',
  }));
  return [
    { ...allOf(DEPLOYMENT), verbs: isRecorded ? `get create patch ${REMOVED}` : 'get list watch create patch' },
    { apiVersion: 'v1', kind: 'Service', verbs: isRouted(inputs) ? `get patch create ${REMOVED}` : 'get list patch' },
    { apiVersion: 'v1', kind: 'ConfigMap', verbs: isRecorded ? RECORD : 'list' },
    { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', verbs: 'list' },
    ...policies,
    { apiVersion: 'v1', kind: 'Pod', verbs: 'list watch' },
    { apiVersion: 'v1', kind: 'Pod', part: 'log', verbs: 'get' },
    { ...revisionsOf(DEPLOYMENT), verbs: 'list watch' },
    { apiVersion: 'v1', kind: 'Event', verbs: 'list create' },
    ...(isRecorded ? [{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', verbs: 'list watch' }] : []),
  ];
}

/**
 * Pods of a rejected version that hold a StatefulSet up on its way back are deleted, when their revision shows that they are such; of a DaemonSet
 * those of the chosen nodes.
 */
function pinned(files: readonly KubeObject[], inputs: Inputs): readonly Use[] {
  const rolled = isBeside(inputs) ? rolledIn(files.map(object => ({ object }))) : [];
  const row = [STATEFUL_SET, DAEMON_SET].find(kind => rolled.some(object => isOf(kind, object)));
  return row
    ? [
        { ...revisionsOf(row), verbs: 'list' },
        { apiVersion: 'v1', kind: 'Pod', verbs: 'delete' },
      ]
    : [];
}

/** Nodes are looked up by their labels, where the inputs say so. */
const nodes = ({ canaryNodes }: Inputs): readonly KindNeed[] =>
  canaryNodes === null ? [] : needsOf({ apiVersion: 'v1', kind: 'Node', verbs: 'list' }, null);

/** What the pods are asked by. */
function pages(inputs: Inputs): readonly Use[] {
  const isCounted = isRouted(inputs) || inputs.soakSeconds + inputs.probes.length + inputs.compares.length > 0;
  return isBeside(inputs) && isCounted ? [{ apiVersion: 'v1', kind: 'Pod', part: 'proxy', verbs: 'get' }] : [];
}

/** Behind the API server, in a namespace of its own. */
function prometheus({ prometheus: asked }: Inputs): readonly KindNeed[] {
  if (asked === null || !('service' in asked.at)) return [];
  return needsOf({ apiVersion: 'v1', kind: 'Service', part: 'proxy', verbs: 'get' }, asked.at.service.namespace);
}

/** A file is read by its name and applied; what a deploy brings its reject removes. */
function fileUses(object: KubeObject, inputs: Inputs): readonly Use[] {
  const { apiVersion, kind } = object;
  if (kind === 'Secret') return [];
  if (isPhased(object)) return [{ apiVersion, kind, verbs: `get create patch ${REMOVED}` }];
  const isListed = groupOf(apiVersion) === '' || kind === 'HorizontalPodAutoscaler';
  const watched = awaited(object) ? ' list watch' : isListed && isInPlace(inputs) ? ' list' : '';
  const removed = isInPlace(inputs) || isKept(object) ? '' : ` ${REMOVED}`;
  return [{ apiVersion, kind, verbs: `get patch create${watched}${removed}` }, ...claimUses(object, inputs)];
}

/** Whether a second pod may have a volume too is read from its claim. */
function claimUses(object: KubeObject, inputs: Inputs): readonly Use[] {
  const hasClaims = isDeployment(object) && isBeside(inputs) && claimsIn(templateOf(object)).length > 0;
  return hasClaims ? [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', verbs: 'get' }] : [];
}

/** Each by its name: those of the files, the canary's copies, and what a record keeps of them. */
function secrets(files: readonly KubeObject[], inputs: Inputs, namespace: string): readonly Use[] {
  const own = files.filter(({ metadata }) => metadata.namespace === namespace);
  const all = own.filter(({ kind }) => kind === 'Secret');
  const given = namesOf(all);
  const secret = { apiVersion: 'v1', kind: 'Secret' };
  const pulled = inputs.imagePullSecrets.filter(name => !given.includes(name));
  const pulls = pulled.length > 0 ? [{ ...secret, verbs: 'get', names: pulled }] : [];
  if (given.length === 0) return pulls;
  if (isInPlace(inputs)) {
    const passing = namesOf(all.filter(object => isPhased(object) && goesWithJob(object)));
    const removed = passing.length > 0 ? [{ ...secret, verbs: REMOVED, names: passing }] : [];
    return [...pulls, { ...secret, verbs: 'get patch create', names: given }, ...removed];
  }
  const workloads = rolledIn(own.map(object => ({ object })));
  const canary = inputs.variantName ?? 'canary';
  const copies = workloads.flatMap(workload => {
    const read = mentions(templateOf(workload)).filter(({ kind, name }) => kind === 'Secret' && given.includes(name));
    const shared = ({ name }: { readonly name: string }): string => derived(`${name}-${workload.metadata.name}`, canary);
    return read.flatMap(mention => [nameOfCopy(mention, canary), ...(workloads.length > 1 ? [shared(mention)] : [])]);
  });
  return [
    ...pulls,
    { ...secret, verbs: `get patch create ${REMOVED}`, names: given },
    ...(copies.length > 0 ? [{ ...secret, verbs: `get create ${REMOVED}`, names: copies }] : []),
    { ...secret, verbs: RECORD, names: workloads.map(({ metadata }) => recordName(metadata.name)) },
  ];
}

const namesOf = (objects: readonly KubeObject[]): readonly string[] => objects.map(({ metadata }) => metadata.name);
