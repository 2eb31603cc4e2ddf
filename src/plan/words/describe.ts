import { gateText } from '../../gates/words.ts';
import { firstNames } from '../../manifests/first-ones.ts';
import { at, records, text } from '../../manifests/json.ts';
import { called, jobOf } from '../../manifests/phases.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import { toJson } from '../../manifests/template.ts';
import { bySome } from '../../model/cases.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Operation } from '../../model/operation.ts';
import type { Due } from '../../model/phase.ts';
import type { Taken } from '../../model/stage.ts';
import { givenBack } from '../../routers/give-back.ts';
import { isDaemonSet } from '../../workloads/daemon-set.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import { isStatefulSet } from '../../workloads/stateful-set.ts';
import { replicasOf } from '../operations/remember.ts';
import { listed } from '../world/pods-by-node.ts';

type Writing =
  | 'renew'
  | 'claim'
  | 'remember'
  | 'let-go'
  | 'forget'
  | 'create'
  | 'replace'
  | 'patch'
  | 'run'
  | 'apply'
  | 'restore'
  | 'remove'
  | 'run-job'
  | 'hand-back'
  | 'lay-down-job'
  | 'end-job'
  | 'clear-jobs'
  | 'expire-jobs'
  | 'end-jobs'
  | 'bring'
  | 'prune'
  | 'apply-parent';

/** An operation as a person would say it. */
export const describe = (operation: Operation): string => saidBy(operation);

const saidBy = bySome<'do', Operation, Writing, [], string>(
  'do',
  {
    renew: renewed,
    claim: ({ rollout }) => `claim the rollout of ${rollout.namespace}/${rollout.workload}`,
    remember: ({ rollout }) => `note stage "${rollout.stage}" in the record of ${rollout.workload}`,
    'let-go': ({ rollout }) => `release the claim on ${rollout.workload}`,
    forget: ({ ref }) => `close the rollout: remove ${nameOf(ref)}`,
    create: operation => `create ${nameOf(refOf(operation.object))}${detail(operation)}`,
    replace: operation => `update ${nameOf(refOf(operation.object))}${detail(operation)}`,
    patch: ({ ref, text }) => `${nameOf(ref)}: ${text}`,
    run: ({ service, text }) => `run the script for Service ${service}: ${text}`,
    apply: operation => `apply ${nameOf(refOf(operation.object))}${applied(operation)}`,
    restore: ({ object }) => `put ${nameOf(refOf(object))} back as it was`,
    remove: ({ ref }) => `remove ${nameOf(ref)}`,
    'run-job': ({ due }) => `run ${called(jobOf(due), due.phase)}${needing(due)}`,
    'lay-down-job': ({ due }) => `create ${called(jobOf(due), due.phase)} until its moment`,
    'end-job': ({ due }) => `end ${called(jobOf(due), due.phase)}`,
    'clear-jobs': ({ namespace, workload }) => `remove Jobs of older releases of ${namespace}/${workload}`,
    'expire-jobs': ({ namespace, workload }) => `let the Jobs of ${namespace}/${workload} expire`,
    'end-jobs': ({ namespace, workload }) => `remove the Jobs of ${namespace}/${workload}`,
    bring: ({ object }) => `create ${nameOf(refOf(object))}`,
    'hand-back': ({ ref }) => `${nameOf(ref)}: give its fields back to who owned them`,
    prune: ({ ref }) => `remove ${nameOf(ref)}: the release does not have it any more`,
    'apply-parent': ({ parent }) => `note in ${nameOf(refOf(parent))} what belongs to the application`,
  },
  waited,
);

function waited(operation: Exclude<Operation, { do: Writing }>): string {
  switch (operation.do) {
    case 'await-ready':
      return untilReady(operation);
    case 'await-stopped':
      return `wait until no pod of ${nameOf(operation.ref)} runs any more`;
    case 'await-endpoints':
      return `wait until the pods of ${operation.text} are endpoints of ${firstNames(operation.services) || 'no Service'}`;
    case 'wait':
      if (operation.seconds === 0) return ACCEPTED[operation.until ?? 'accepted'];
      return operation.standing
        ? `wait until the data plane has had ${operation.seconds} s for the current routes`
        : `wait ${operation.seconds} s for the data plane`;
    case 'drain':
      return `drain: wait ${operation.seconds} s for requests in flight`;
    default:
      return gateText(operation);
  }
}

const untilReady = ({ ref, leftDown }: Extract<Operation, { do: 'await-ready' }>): string =>
  leftDown ? `look at ${nameOf(ref)}, which was not available before` : `wait until ${nameOf(ref)} is rolled out`;

function renewed({ ref, nodes, rejected }: Extract<Operation, { do: 'renew' }>): string {
  const pods = rejected ? 'the pods of the rejected version' : `the pods on ${listed(nodes)}`;
  return `${nameOf(ref)}: replace ${pods}, one after the other (a node has no pod from the deletion until the new one is ready)`;
}

/** A wait that has no time of its own. */
const ACCEPTED: Readonly<Record<Taken, string>> = {
  accepted: 'wait until every route is accepted',
  seen: 'look whether every route is accepted',
  nothing: 'go on without a wait for the data plane',
};

/** How long an operation waits by itself, in seconds. */
export const waitOf = (operation: Operation): number => ('seconds' in operation ? operation.seconds : 0);

/** What is applied for a Job alone is told with it. */
const needing = ({ brings = [] }: Due): string =>
  brings.length === 0 ? '' : `, which needs ${brings.map(({ object }) => nameOf(refOf(object))).join(', ')}`;

/** The images that it brings, and whose count of pods holds. */
function applied({ object, keepLive }: Extract<Operation, { do: 'apply' }>): string {
  const images = isDeployment(object) ? imagesOf(object) : [];
  const facts = [...(images.length > 0 ? [images.join(', ')] : []), ...(keepLive.length > 0 ? ['its live replicas stay'] : [])];
  return facts.length > 0 ? ` (${facts.join('; ')})` : '';
}

function detail({ object, text }: Extract<Operation, { do: 'create' | 'replace' }>): string {
  const said = isDeployment(object) ? `${replicasOf(object)} × ${imagesOf(object).join(', ')}` : text;
  return said ? ` (${said})` : '';
}

/** Images of a workload's containers. */
export const imagesOf = (workload: KubeObject): readonly string[] =>
  records(at(workload, 'spec.template.spec.containers')).map(({ image }) => text(image));

/** What is known after an operation, for planning the ones behind it. */
export function foresee(objects: Readonly<Record<string, KubeObject>>, operation: Operation): Readonly<Record<string, KubeObject>> {
  switch (operation.do) {
    case 'create':
    case 'replace':
    case 'apply':
      return { ...objects, [keyOf(refOf(operation.object))]: operation.object };
    case 'restore':
      return { ...objects, [keyOf(refOf(operation.object))]: putBack(operation, objects) };
    case 'patch':
      return isStatefulSet(operation.ref) || isDaemonSet(operation.ref) ? withFields(objects, operation) : objects;
    case 'remove':
    case 'forget':
      return Object.fromEntries(Object.entries(objects).filter(([key]) => key !== keyOf(operation.ref)));
    default:
      return objects;
  }
}

/** Steps behind it go by a StatefulSet's partition, or by a DaemonSet's template: whole fields of its spec. */
function withFields(objects: Live['objects'], { ref, operations }: Extract<Operation, { do: 'patch' }>): Live['objects'] {
  const key = keyOf(ref);
  const set = objects[key];
  const changes = operations.flatMap(change =>
    change.op === 'test' || change.op === 'remove' ? [] : [[change.path.split('/')[2], change.value]],
  );
  return set ? { ...objects, [key]: { ...set, spec: toJson({ ...set.spec, ...Object.fromEntries(changes) }) } } : objects;
}

function putBack({ object: original, lanes = [] }: Extract<Operation, { do: 'restore' }>, objects: Live['objects']): KubeObject {
  const now = objects[keyOf(refOf(original))];
  return now ? givenBack(now, { original, lanes, objects }).object : original;
}
