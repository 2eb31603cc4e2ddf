import { at, number, records, text } from '../manifests/json.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Program } from '../model/probe.ts';
import { isDeployment } from '../workloads/deployment.ts';
import { words } from './container.ts';
import { newestPods } from './deployment.ts';
import { say, type Why, why } from './pod.ts';
import { refusal } from './pods.ts';
import { condition, type Seen, staying, told } from './seen.ts';

const linesLimit = 8;

/** Why a workload is not ready, for a person at three in the morning: at most 8 lines, the gravest first, pods with the same trouble together. */
export function explain(workload: KubeObject, seen: Seen): readonly string[] {
  const found = groups(workload, seen);
  const lines = [...refused(workload, seen), ...found.map(line)];
  const troubles = [...lines, ...probes(found[0], seen).filter(text => !lines.some(each => each.includes(text))), ...stopped(workload)];
  if (troubles.length <= linesLimit) return troubles;
  return [...troubles.slice(0, linesLimit - 1), `and ${troubles.length - linesLimit + 1} more`];
}

/** The container whose own words may tell why: of the gravest trouble, where one has run. */
export function suspect(workload: KubeObject, seen: Seen): Program | null {
  const [gravest] = groups(workload, seen);
  if (!gravest) return null;
  const { metadata } = gravest.pod;
  const statuses = ['initContainerStatuses', 'containerStatuses'].flatMap(list => records(at(gravest.pod, `status.${list}`)));
  const status = statuses.find(({ name, ready }) =>
    gravest.first.container === undefined ? ready !== true : name === gravest.first.container,
  );
  const hasRun = ['state.running', 'state.terminated', 'lastState.terminated'].some(state => at(status, state) !== undefined);
  if (!status || !hasRun) return null;
  return {
    namespace: metadata.namespace ?? 'default',
    pod: metadata.name,
    container: text(status.name),
    previous: number(status.restartCount) > 0 && at(status, 'state.terminated') === undefined,
  };
}

/** What the kubelet said of the pod's probes: one that is killed for its liveness tells only that it ended. */
function probes(group: Group | undefined, { events }: Seen): readonly string[] {
  if (!group) return [];
  const failures = told(group.pod, events).filter(({ reason }) => reason === 'Unhealthy');
  const kinds = new Map(failures.toReversed().map(({ message }) => [message.split(' ')[0], words(message)]));
  return [...kinds.values()];
}

interface Group {
  readonly first: Why;
  readonly pod: KubeObject;
  readonly pods: readonly string[];
}

function refused(workload: KubeObject, { events }: Seen): readonly string[] {
  const message = refusal(workload, events);
  return message === null ? [] : [words(message)];
}

/** What holds the whole workload, and says less than its pods do. */
function stopped(workload: KubeObject): readonly string[] {
  const paused = at(workload, 'spec.paused') === true ? ['the rollout is paused'] : [];
  const progressing = condition(workload, 'Progressing');
  return progressing?.reason === 'ProgressDeadlineExceeded' ? [...paused, `ProgressDeadlineExceeded: ${progressing.message}`] : paused;
}

function groups(workload: KubeObject, seen: Seen): readonly Group[] {
  const pods = staying(isDeployment(workload) ? newestPods(workload, seen) : seen.pods);
  const found = new Map<string, Group>();
  for (const pod of pods) {
    const cause = why(pod, seen.events);
    if (cause === null) continue;
    const key = likeness(cause, pod);
    const group = found.get(key) ?? { first: cause, pod, pods: [] };
    found.set(key, { ...group, pods: [...group.pods, pod.metadata.name] });
  }
  return [...found.values()].sort((a, b) => gravity(a.first) - gravity(b.first) || b.pods.length - a.pods.length);
}

/** Two pods have the same trouble when only their names, addresses, pauses and counts differ. */
function likeness({ container, ...cause }: Why, { metadata }: KubeObject): string {
  const plain = say(cause)
    .replaceAll(metadata.name, '')
    .replaceAll(metadata.uid ?? metadata.name, '')
    .replace(/[0-9a-f]*[.:]?[0-9]+/g, '');
  return `${container ?? ''} ${plain}`;
}

function gravity({ failing, reason }: Why): number {
  if (failing !== undefined) return failing.graceSeconds;
  return reason === 'Starting' || reason === 'NotReady' ? 1001 : 1000;
}

function line({ first, pods }: Group): string {
  if (pods.length === 1) return first.text;
  const container = first.container === undefined ? '' : `, container ${first.container}`;
  return `${pods.length} pods${container}: ${say(first)} (such as ${pods[0]})`;
}
