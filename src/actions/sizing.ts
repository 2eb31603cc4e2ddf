/** What a soak could find, from what runs now: before anything is deployed. */
import { counted, type Tally, together } from '../analysis/tally.ts';
import { RolloutError } from '../errors.ts';
import { MOST_OF_STABLE } from '../execute/pods/sides.ts';
import { forecast } from '../execute/soak/forecast.ts';
import { percent } from '../execute/soak/words.ts';
import { selectorQuery } from '../manifests/isolate.ts';
import { VARIANT } from '../manifests/names.ts';
import { nameOf } from '../manifests/refs.ts';
import type { KubeObject, Ref } from '../model/kube.ts';
import type { Kept, MeasuredCluster, Reading } from '../model/metrics.ts';
import type { Inputs } from '../model/request.ts';
import { staying } from '../readiness/seen.ts';

/** So long the requests of what runs are counted, and so many times the age of counts that somebody keeps. */
const COUNT_SECONDS = 10;
const COUNT_AGES = 5;

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
  const { seconds, perPod } = await countedOf({ ref, pods: pods.slice(0, MOST_OF_STABLE) }, cluster);
  const old = together(perPod, 'stable');
  const rate = (old.requests / seconds) * (pods.length / Math.max(1, perPod.size));
  const share = shareOf(inputs);
  const errors = old.errors === null ? 'counted without their status' : `${percent(old.errors / Math.max(1, old.requests))} errors`;
  const head = `${nameOf(ref)}: ${Number(rate.toPrecision(2))} requests/s, ${errors}, counted by ${pods.length} pods for ${seconds} s.`;
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

interface Counting {
  readonly perPod: Tally;
  readonly seconds: number;
}

/** The difference of two looks. Where counts are kept, the first of them lies back: nobody waits until each pod was read again. */
async function countedOf({ ref, pods }: Read, { metrics, time, now }: MeasuredCluster): Promise<Counting> {
  const variants = [{ side: 'stable', namespace: ref.namespace ?? '', name: ref.name, services: [], pods }] as const;
  const read = async (): Promise<readonly Reading[]> => (await metrics?.read(variants)) ?? [];
  const last = await read();
  refuseUncounted(ref, last);
  if (metrics?.kept) {
    const ages = pods.map(({ metadata }) => ({
      pod: metadata.name,
      seconds: (now() - Date.parse(metadata.creationTimestamp ?? '')) / 1000,
    }));
    const seconds = windowOf(metrics.kept, ages);
    const kept = await metrics.kept.readBefore(variants, seconds);
    const isNew = (name: string): boolean => ages.some(({ pod, seconds: age }) => pod === name && age <= seconds);
    // A pod that came meanwhile has counted from nothing.
    const before = kept.map(reading => (reading.answers === null && isNew(reading.pod) ? unused(reading) : reading));
    if (before.every(({ answers }) => answers === null)) throw unkept(ref, seconds);
    return { seconds, perPod: between(pods, before, last) };
  }
  await new Promise<void>(resolve => void time.after(COUNT_SECONDS * 1000, resolve));
  return { seconds: COUNT_SECONDS, perPod: between(pods, last, await read()) };
}

/** As long as all pods are there, within what is enough and what shows anything. */
const windowOf = ({ oldSeconds }: Kept, ages: readonly { readonly seconds: number }[]): number =>
  Math.floor(Math.max(oldSeconds, Math.min(COUNT_AGES * oldSeconds, ...ages.map(({ seconds }) => seconds))));

const unused = ({ pod }: Reading): Reading => ({ pod, answers: { requests: 0, errors: 0, slower: {} } });

const unkept = (ref: Ref, seconds: number): RolloutError =>
  new RolloutError(
    'NO_DATA',
    `${nameOf(ref)}: the source of metrics has no counts of its pods from ${seconds} s ago`,
    'Run it again once these pods have been scraped for that long, or leave prometheus out: then the pods themselves are read.',
  );

function refuseUncounted(ref: Ref, readings: readonly Reading[]): void {
  const faults = readings.flatMap(reading => (reading.answers ? [] : [`${reading.pod}: ${reading.text}`]));
  if (faults.length < readings.length) return;
  throw new RolloutError(
    'NO_DATA',
    `${nameOf(ref)}: nothing counts its requests: ${faults.slice(0, 3).join('; ') || 'no pod of it runs'}`,
    'Let the pods serve counters of their requests (annotation prometheus.io/port, or metrics-port), and give the Role get on pods/proxy.',
  );
}

/** What each pod has answered between two looks at it, of those that were read at both. */
function between(pods: readonly KubeObject[], before: readonly Reading[], now: readonly Reading[]): Tally {
  const looked = pods.map(({ metadata: { name } }) => ({ pod: name, side: 'stable' as const, node: '' }));
  const begun = looked.flatMap(one => {
    const last = before.find(({ pod }) => pod === one.pod)?.answers;
    return last ? [[one.pod, { ...one, looks: 2, last, requests: 0, errors: 0, slower: {} }] as const] : [];
  });
  return counted(
    new Map(begun),
    looked.filter(({ pod }) => begun.some(([name]) => name === pod)),
    now,
  );
}
