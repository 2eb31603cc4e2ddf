/** What a soak could find, from what runs now: before anything is deployed. */
import { counted, together } from '../analysis/tally.ts';
import { RolloutError } from '../errors.ts';
import { forecast } from '../execute/forecast.ts';
import { MOST_OF_STABLE } from '../execute/sides.ts';
import { percent } from '../execute/soak-words.ts';
import { selectorQuery } from '../manifests/isolate.ts';
import { VARIANT } from '../manifests/names.ts';
import { nameOf } from '../manifests/refs.ts';
import type { KubeObject, Ref } from '../model/kube.ts';
import type { MeasuredCluster, Reading } from '../model/metrics.ts';
import type { Inputs } from '../model/request.ts';
import { staying } from '../readiness/seen.ts';

/** So long the requests of what runs are counted. */
const COUNT_SECONDS = 10;

/**
 * Counts the requests of a Deployment's pods for a moment: a sentence on what is there, and one on each metric. Throws NOT_FOUND without the
 * Deployment, NO_DATA where its pods tell no counts.
 */
export async function sized(ref: Ref, inputs: Inputs, cluster: MeasuredCluster): Promise<readonly string[]> {
  const deployment = await cluster.get(ref);
  if (!deployment)
    throw new RolloutError(
      'NOT_FOUND',
      `${nameOf(ref)} does not exist`,
      'Name the file of a running Deployment: its requests are counted.',
    );
  const pods = await podsOf(deployment, cluster);
  const perPod = await countedOf({ ref, pods: pods.slice(0, MOST_OF_STABLE) }, cluster);
  const old = together(perPod, 'stable');
  const rate = (old.requests / COUNT_SECONDS) * (pods.length / Math.max(1, Math.min(pods.length, MOST_OF_STABLE)));
  const share = shareOf(inputs);
  const errors = old.errors === null ? 'counted without their status' : `${percent(old.errors / Math.max(1, old.requests))} errors`;
  const head = `${nameOf(ref)}: ${Number(rate.toPrecision(2))} requests/s, ${errors}, counted by ${pods.length} pods for ${COUNT_SECONDS} s.`;
  if (old.requests === 0) return [head, 'Without requests no soak can detect anything: every soak ends as no-data.'];
  const metrics = inputs.metrics.map(({ metric }) => metric);
  return [
    head,
    `A canary that gets ${percent(share)} of them:`,
    ...forecast({ seconds: inputs.soakSeconds, metrics, perSecond: rate * share, old }),
  ];
}

/** A baseline takes half of what is given up. */
const shareOf = ({ percentage, steps, baseline }: Inputs): number => (steps[0] ?? percentage ?? 0) / 100 / (baseline ? 2 : 1);

async function podsOf({ metadata, spec }: KubeObject, cluster: MeasuredCluster): Promise<readonly KubeObject[]> {
  const labels = selectorQuery(spec);
  const found = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: metadata.namespace ?? '', ...(labels ? { labels } : {}) });
  return staying(found).filter(pod => pod.metadata.labels?.[VARIANT] === undefined);
}

interface Read {
  readonly ref: Ref;
  readonly pods: readonly KubeObject[];
}

/** The difference of two looks. */
async function countedOf({ ref, pods }: Read, cluster: MeasuredCluster) {
  const variant = { side: 'stable', namespace: ref.namespace ?? '', name: ref.name, services: [], pods } as const;
  const read = async (): Promise<readonly Reading[]> => (await cluster.metrics?.read([variant])) ?? [];
  const looked = pods.map(({ metadata: { name } }) => ({ pod: name, side: 'stable' as const, node: '' }));
  const first = await read();
  const faults = first.flatMap(reading => (reading.answers ? [] : [`${reading.pod}: ${reading.text}`]));
  if (faults.length === first.length) {
    throw new RolloutError(
      'NO_DATA',
      `${nameOf(ref)}: nothing counts its requests: ${faults.slice(0, 3).join('; ') || 'no pod of it runs'}`,
      'Let the pods serve counters of their requests (annotation prometheus.io/port, or metrics-port), and give the Role get on pods/proxy.',
    );
  }
  const begun = new Map(looked.flatMap(one => startOf(one, first)));
  await new Promise<void>(resolve => void cluster.time.after(COUNT_SECONDS * 1000, resolve));
  return counted(begun, looked, await read());
}

function startOf(one: { readonly pod: string; readonly side: 'stable'; readonly node: string }, readings: readonly Reading[]) {
  const last = readings.find(({ pod }) => pod === one.pod)?.answers;
  return last ? [[one.pod, { ...one, looks: 2, last, requests: 0, errors: 0, slower: {} }] as const] : [];
}
