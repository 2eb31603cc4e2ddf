/** A DaemonSet in the middle of a canary: one object that is two versions, told apart by the nodes of its pods. */

import { at, number, text } from '../../manifests/json.ts';
import { ourLabels } from '../../manifests/names.ts';
import { isReady } from '../../manifests/pods.ts';
import { keyOf } from '../../manifests/refs.ts';
import { isSameTemplate, templateOf } from '../../manifests/template.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import { CLAIMED, type Rollout } from '../../model/record.ts';
import type { Request } from '../../model/request.ts';
import { isOfNodes, type NodeStep, nodeSteps, nodesByShare, stageOfNodes } from '../../strategies/by-node.ts';
import { DAEMON_SET } from '../../workloads/daemon-set.ts';
import { workloadAt } from '../../workloads/index.ts';
import type { Target } from './belongings.ts';
import { isGoingOn, isTaking } from './facts.ts';
import type { Sides } from './pods-of-set.ts';
import { sideOf } from './side-of.ts';

/** Whether the workload has one pod on every node, so that nothing can stand beside it. */
export const isByNode = ({ kind }: { readonly kind?: string | undefined }): boolean => kind === DAEMON_SET.kind;

/** How many nodes have, or should have, one of its pods. */
export const nodeCount = (set: KubeObject): number => number(at(set, 'status.desiredNumberScheduled'));

/** Whether a pod that is deleted comes back with the new template, and no other one does. */
export const isOnDelete = (set: KubeObject): boolean => text(at(set, 'spec.updateStrategy.type')) === 'OnDelete';

/**
 * The pods of the nodes that were not chosen, and those of the nodes that were. The record alone says which: the object is the same for both, and the
 * user's own strategy may be OnDelete too. Where the old template is back, the new version's pods are still on their way out.
 */
export function sidesByNode(set: KubeObject | null, record: Rollout | null, live: Live): Sides {
  const original = record && openedOver(record);
  if (!set || !original || isUnopened(set, original, record)) return { stable: set && counted(set), canary: null };
  const { metadata } = set;
  const { nodes = [], replicas } = record;
  const old = Math.max(0, replicas - nodes.length);
  const pods = podsByNode(set, live);
  const others = [...pods].filter(([node, pod]) => !nodes.includes(node) && isReady(pod)).length;
  const stable = { ...original, metadata: { ...metadata, managedFields: original.metadata.managedFields ?? [] } };
  const canary = { ...set, metadata: { ...metadata, labels: ourLabels('canary', metadata.name) } };
  return {
    stable: sideOf(set, stable, [old, Math.min(old, others)]),
    canary: sideOf(set, canary, [nodes.length, readyOn(nodes, set, pods)]),
  };
}

/** What a canary on some nodes has beside it; null where none is open. */
function openedOver(record: Rollout): KubeObject | null {
  // A promote that takes stable has given the controller all of the nodes.
  const isOpen = record.stage !== CLAIMED && !isTaking(record) && (record.nodes ?? []).length > 0;
  return isOpen ? record.originals.stable : null;
}

/** Its nodes are noted, and its template is not written yet. A release with the old template has nothing to write. */
function isUnopened(set: KubeObject, original: KubeObject, { stage, tested }: Rollout): boolean {
  const isOld = isSameTemplate(templateOf(set), templateOf(original));
  return isOld && isOfNodes(stage) && !(tested && isSameTemplate(tested.template, templateOf(original)));
}

/** Counts as other workloads have them. With OnDelete pods keep their template, so that none is waited for. */
export function counted(set: KubeObject): KubeObject {
  const all = nodeCount(set);
  const ready = number(at(set, 'status.numberAvailable'));
  const updated = isOnDelete(set) ? all : number(at(set, 'status.updatedNumberScheduled'));
  return sideOf(set, set, [all, Math.min(ready, updated)]);
}

/** A pod that is made anew has the new template: on a chosen node every ready one is of the new version. A node that left the cluster misses none. */
function readyOn(nodes: readonly string[], set: KubeObject, pods: ReadonlyMap<string, KubeObject>): number {
  const isWhole = number(at(set, 'status.currentNumberScheduled')) >= nodeCount(set);
  const there = nodes.filter(node => pods.has(node));
  const ready = there.filter(node => isReadyIn(pods.get(node)));
  return isWhole && ready.length > 0 ? ready.length + nodes.length - there.length : ready.length;
}

const isReadyIn = (pod: KubeObject | undefined): boolean => pod !== undefined && isReady(pod);

/** Its pods as they were read, by the names of their nodes. */
function podsByNode(set: KubeObject, { objects }: Live): ReadonlyMap<string, KubeObject> {
  const own = Object.values(objects).filter(
    ({ kind, metadata }) => kind === 'Pod' && metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid),
  );
  return new Map(own.map(pod => [text(at(pod, 'spec.nodeName')), pod] as const).filter(([node]) => node !== ''));
}

/** What choosing nodes rests on. */
export interface Choice extends Target {
  readonly request: Request;
  readonly record: Rollout | null;
  readonly live: Live;
}

/**
 * The nodes that run the new version after a step. Those of a rollout that goes on stay, whatever the step: a pod that was replaced is not taken back
 * by a smaller share. Of the others those with a ready pod come first, by name, so that a release is tried on the nodes that the last one was tried on.
 */
export function chosenNodes({ request, record, live, ...target }: Choice, step: NodeStep): readonly string[] {
  // Until its first stage stands the nodes in the record are those of an older rollout.
  const kept = isGoingOn(record, request) && isOfNodes(record.stage) ? (record.nodes ?? []) : [];
  const set = live.objects[keyOf(workloadAt(target))];
  if (!set) return kept;
  const pods = podsByNode(set, live);
  const free = [...pods.keys()].filter(node => !kept.includes(node)).sort();
  const [ready, others] = [true, false].map(isOne => free.filter(node => isReadyIn(pods.get(node)) === isOne));
  if (step === 'selected') return [...kept, ...free.filter(node => live.objects[keyOf({ apiVersion: 'v1', kind: 'Node', name: node })])];
  return [...kept, ...(ready ?? []), ...(others ?? [])].slice(0, Math.max(kept.length, nodesByShare(step, nodeCount(set))));
}

/** The nodes of a stage of a deploy; null for a stage that opens nothing. */
export function nodesAt(stage: string, choice: Choice): readonly string[] | null {
  if (choice.request.inputs.action !== 'deploy') return null;
  const step = nodeSteps(choice.request.inputs).find(one => stageOfNodes(one) === stage);
  return step === undefined ? null : chosenNodes(choice, step);
}

/** Which nodes run the new version: noted before the first of their pods goes, so that whoever goes on has the same ones. An older rollout's stay until then. */
export function notedNodes(choice: Choice, { action, stage }: Pick<Rollout, 'action' | 'stage'>): Pick<Rollout, 'nodes'> {
  const chosen = isByNode(choice) && action === 'deploy' ? nodesAt(stage, choice) : null;
  const nodes = chosen ?? choice.record?.nodes;
  return nodes ? { nodes } : {};
}

/** How many nodes each stage of a deploy has. */
export const nodeStages = (choice: Choice): readonly { readonly stage: string; readonly count: number }[] =>
  nodeSteps(choice.request.inputs).map(step => ({ stage: stageOfNodes(step), count: chosenNodes(choice, step).length }));

/** "node-1, node-2", and of more than a line holds how many there are. */
export const listed = (nodes: readonly string[]): string => (nodes.length > 5 ? `${nodes.length} nodes` : nodes.join(', '));

/** What the pods of a side are called: "agent on node-1, node-2"; the DaemonSet's own name where it is one. */
export const nameOnNodes = (role: string, name: string, nodes: readonly string[]): string =>
  role === 'canary' ? `${name} on ${listed(nodes)}` : nodes.length > 0 ? `${name} on the other nodes` : name;
