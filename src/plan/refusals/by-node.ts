/** What a canary of a DaemonSet cannot be, and what the user should know of one. */
import { at, number } from '../../manifests/json.ts';
import { keyOf } from '../../manifests/refs.ts';
import { nodeSteps } from '../../strategies/by-node.ts';
import { titleOf, workloadAt } from '../../workloads/index.ts';
import type { App } from '../world/app.ts';
import { chosenNodes, isOnDelete, listed, nodeCount } from '../world/pods-by-node.ts';
import { askedToo, copied, type Refusal, refuseFirst, type Whys, where } from './in-one.ts';

/**
 * Throws where a DaemonSet that runs cannot be released node by node as it is asked.
 * @throws RolloutError UNSUPPORTED.
 */
export function refuseByNode(app: App): void {
  const { stable, request } = app;
  if (stable) refuseFirst(app, [...askedToo(request.inputs, WHYS), ...copied(app), ...counts(app)]);
}

const WHYS: Whys = {
  baseline: [
    'a baseline would be a second pod on a node, which would hold the same ports, sockets and devices',
    'Leave baseline out: the other nodes keep the old version.',
  ],
  split: [
    'callers use the pod of their own node',
    'Leave traffic-split-method out: the pods of the chosen nodes get their usual requests.',
  ],
};

function counts(app: App): readonly Refusal[] {
  const set = app.live.objects[keyOf(workloadAt(app))];
  if (!set) return [];
  const { canaryNodes } = app.request.inputs;
  const all = nodeCount(set);
  const chosen = lastChosen(app).length;
  const isShare = canaryNodes === null;
  return [
    ...where(
      isShare && lastShare(app) === 0,
      'a canary of 0 % would be no node at all',
      'Ask for more than 0 %, or name nodes with canary-nodes.',
    ),
    ...where(
      all === 0,
      'no node runs one of its pods, or its controller has not counted them yet',
      'Wait until its pods run (kubectl rollout status), or use strategy: none.',
    ),
    ...where(
      all === 1,
      'with one node, no old version would remain',
      'Use strategy: none, which rolls node by node within its maxUnavailable.',
    ),
    ...where(
      chosen === 0,
      isShare ? 'none of its pods runs on any node' : `no node with one of its pods has the labels ${canaryNodes}`,
      isShare
        ? 'See why with kubectl describe, or use strategy: none.'
        : 'Correct canary-nodes, or label a node (kubectl label node NODE …).',
    ),
    ...where(
      chosen >= all,
      `${isShare ? 'that share' : `canary-nodes ${canaryNodes}`} is all of its ${all} nodes, and no old version would remain`,
      'Choose fewer nodes, or use strategy: none, which rolls node by node within its maxUnavailable.',
    ),
  ];
}

const lastStep = (app: App) => nodeSteps(app.request.inputs).at(-1) ?? 'selected';
const lastChosen = (app: App): readonly string[] => chosenNodes(app, lastStep(app));

function lastShare(app: App): number {
  const step = lastStep(app);
  return step === 'selected' ? 100 : step;
}

/** What a deploy says of its nodes, and of what OnDelete leaves open; and a promote of what it leaves to others. */
export function byNodeNotices(app: App): readonly string[] {
  const { stable, request, live } = app;
  const set = live.objects[keyOf(workloadAt(app))];
  if (!stable || !set) return [];
  if (request.inputs.action === 'promote') return leftToHand(app);
  if (request.inputs.action !== 'deploy') return [];
  const [nodes, all] = [lastChosen(app), nodeCount(set)];
  return [
    `${titleOf(app)}: ${listed(nodes)} of ${all} nodes ${nodes.length === 1 ? 'runs' : 'run'} the new version until promote or reject. Each has no pod from the deletion of the old one until the new one is ready.`,
    `${titleOf(app)}: a node that joins meanwhile, or whose pod is evicted, gets the new version too: a DaemonSet has one template.`,
  ];
}

/** Whoever has OnDelete in his file replaces pods by hand, or by a tool of his own. */
function leftToHand({ record, live, namespace, name, ...app }: App): readonly string[] {
  const original = record?.originals.stable;
  const file = app.file ?? original;
  if (!original || !file || !(isOnDelete(file) || (at(file, 'spec.updateStrategy') === undefined && isOnDelete(original)))) return [];
  const set = live.objects[keyOf(workloadAt({ ...app, namespace, name }))];
  const left = set ? nodeCount(set) - number(at(set, 'status.updatedNumberScheduled')) : 0;
  if (left <= 0) return [];
  return [
    `DaemonSet ${namespace}/${name}: its own updateStrategy is OnDelete, so promote replaces no pod: ${left} of ${nodeCount(set ?? original)} nodes keep the old version until somebody deletes their pods (kubectl delete pod … -n ${namespace}).`,
  ];
}
