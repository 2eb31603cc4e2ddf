/** Counts of pods, summed over what they have in common. */
import type { Counts, PodCount } from './stream.ts';

/** What some pods did together. */
export interface Share {
  readonly requests: number;
  readonly errors: number;
  readonly mirrored: number;
  readonly pods: number;
  /** Mean over all answers; 0 without any. */
  readonly meanLatencyMilliseconds: number;
  /** Percent of all answered requests. */
  readonly percent: number;
}

/** Sums by a word for each pod: its variant, its image. */
export function shares(counts: Counts, wordOf: (pod: PodCount) => string): Readonly<Record<string, Share>> {
  const total = counts.pods.reduce((sum, pod) => sum + pod.requests, 0);
  const words = [...new Set(counts.pods.map(wordOf))].sort();
  return Object.fromEntries(
    words.map(word => [
      word,
      shareOf(
        counts.pods.filter(pod => wordOf(pod) === word),
        total,
      ),
    ]),
  );
}

/** The pod's role in a rollout: its label, or `stable`. */
export function variantOf(pod: Pick<PodCount, 'labels'>): string {
  return pod.labels['kubernetes-rollout/variant'] ?? 'stable';
}

function shareOf(pods: readonly PodCount[], total: number): Share {
  const sum = (count: (pod: PodCount) => number): number => pods.reduce((all, pod) => all + count(pod), 0);
  const requests = sum(pod => pod.requests);
  return {
    requests,
    errors: sum(pod => pod.errors),
    mirrored: sum(pod => pod.mirrored),
    pods: pods.length,
    meanLatencyMilliseconds: requests === 0 ? 0 : sum(pod => pod.latencyMilliseconds) / requests,
    percent: total === 0 ? 0 : (requests / total) * 100,
  };
}
