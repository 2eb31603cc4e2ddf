/** Whether the pods of the new version live as those of the old one do, from the API alone. */
import { at, number, records, text } from '../manifests/json.ts';
import { isReady } from '../manifests/pods.ts';
import type { KubeObject } from '../model/kube.ts';

/** A pod that is watched. */
export interface WatchedPod {
  readonly pod: KubeObject;
  readonly isCanary: boolean;
  /** How often it had been restarted when the watch began; absent: as often as it says. */
  readonly restarts?: number;
}

/** How long a pod has to get ready that came in the place of another, as behind the drain of a node. */
export const COMING_SECONDS = 60;

/** Whether pods of the new version came on the way and are not ready yet. */
export function isComing(before: readonly WatchedPod[], now: readonly WatchedPod[]): boolean {
  const known = new Set(before.map(({ pod }) => String(pod.metadata.uid)));
  return now.some(({ pod, isCanary }) => isCanary && !known.has(String(pod.metadata.uid)) && !isReady(pod));
}

/**
 * What the pods of the new version suffer and those of the old one do not, a sentence each; empty when they are well. At the last look nobody can wait
 * for a pod that came on the way.
 */
export function ailments(before: readonly WatchedPod[], now: readonly WatchedPod[], isLast: boolean): readonly string[] {
  const known = new Map(before.map(one => [String(one.pod.metadata.uid), one]));
  const suffering = now.map(one => ({ ...one, texts: troublesOf(one.pod, known.get(String(one.pod.metadata.uid)), isLast) }));
  const old = suffering.filter(({ isCanary }) => !isCanary);
  const fresh = suffering.filter(({ isCanary }) => isCanary);
  const rate = (pods: typeof suffering): number => pods.filter(({ texts }) => texts.length > 0).length / Math.max(1, pods.length);
  return rate(fresh) > rate(old) ? fresh.flatMap(({ texts }) => texts) : [];
}

/** How many pods of the new version are there no more, and nothing in their place; "all" where none is left, however many there were. */
export function goneOf(before: readonly WatchedPod[], now: readonly WatchedPod[]): number | 'all' {
  const count = (pods: readonly WatchedPod[]): number => pods.filter(({ isCanary }) => isCanary).length;
  return count(now) === 0 ? 'all' : Math.max(0, count(before) - count(now));
}

/** "2 pods of the new version are gone". */
export const goneText = (gone: number | 'all'): string =>
  gone === 'all'
    ? 'no pod of the new version is left'
    : gone === 1
      ? '1 pod of the new version is gone'
      : `${gone} pods of the new version are gone`;

/** A pod that was replaced on its way counts by what its successor shows. */
function troublesOf(pod: KubeObject, before: WatchedPod | undefined, isLast: boolean): readonly string[] {
  const { name } = pod.metadata;
  const more = restartsOf(pod) - restartsThen(before);
  if (more > 0) return [`${name} restarted ${more === 1 ? 'once' : `${more} times`}${lastWords(pod)}`];
  const isDue = (before !== undefined || isLast) && pod.metadata.deletionTimestamp === undefined;
  return isDue && !isReady(pod) ? [`${name} is not ready${wasReady(before) ? ' any more' : ''}`] : [];
}

function restartsThen(before: WatchedPod | undefined): number {
  if (before === undefined) return 0;
  return before.restarts ?? restartsOf(before.pod);
}

const wasReady = (before: WatchedPod | undefined): boolean => before !== undefined && isReady(before.pod);

const statuses = (pod: KubeObject) => records(at(pod, 'status.containerStatuses'));

/** How often the containers of a pod were restarted. */
export const restartsOf = (pod: KubeObject): number => statuses(pod).reduce((sum, { restartCount }) => sum + number(restartCount), 0);

/** " (OOMKilled, exit code 137)", as far as the kubelet tells. */
function lastWords(pod: KubeObject): string {
  const ended = statuses(pod).map(status => at(status, 'lastState.terminated'));
  const last = ended.find(state => at(state, 'reason') !== undefined);
  if (last === undefined) return '';
  return ` (${text(at(last, 'reason'))}, exit code ${number(at(last, 'exitCode'))})`;
}
