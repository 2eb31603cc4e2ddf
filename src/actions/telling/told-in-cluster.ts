/** What the cluster itself is told of a run: an Event at the user's Deployment, where `kubectl describe` shows it. */
import { randomUUID } from 'node:crypto';
import type { Event, Status } from '../../model/event.ts';
import { answeredText, heldText } from '../../model/hold-text.ts';
import type { Cluster, KubeObject, Ref } from '../../model/kube.ts';
import type { Request } from '../../model/request.ts';
import { deploymentAt, isDeployment } from '../../workloads/deployment.ts';
import { eventObject, type Told } from './event-object.ts';

/** A run of many workloads is told at the first of them. */
const MOST_WORKLOADS = 10;

/** What nobody answers is not waited for at the end of a step. */
const PATIENCE_MS = 5000;

/** The API takes 1,024 bytes of a note. */
const MOST_BYTES = 1000;

/** A run, and where its end is told. */
export interface Telling {
  readonly cluster: Pick<Cluster, 'get' | 'create' | 'now' | 'time'>;
  readonly request: Request;
  /** A Deployment that the run has read already; null for others. */
  sighted?(ref: Ref): KubeObject | null;
  /** Takes secrets out of a text. */
  harmless(text: string): string;
}

/** Hands the events of a run on, and tells the cluster of its beginning and its end. What cannot be told there changes nothing. */
export async function* toldInCluster(events: AsyncGenerator<Event>, telling: Telling): AsyncGenerator<Event> {
  const { cluster, request } = telling;
  let workloads: readonly string[] = [];
  let sent: Promise<unknown> = Promise.resolve();
  for await (const event of events) {
    if (workloads.length === 0) workloads = workloadsIn(event, request);
    const told = noteOf(event, request);
    const to = event.type === 'held' || event.type === 'answered' ? [`${event.namespace}/${event.workload}`] : workloads;
    if (told) sent = sent.then(() => tellAll(telling, to, told));
    yield event;
  }
  await within(PATIENCE_MS, sent, cluster.time);
}

/** The Role may not let it be told, or the API server be gone: the step is the same without. */
async function tellAll(telling: Telling, workloads: readonly string[], told: Told): Promise<void> {
  const message = cut(telling.harmless(told.message));
  await Promise.all(workloads.map(workload => noted(telling, workload, { ...told, message }).catch(() => undefined)));
}

/** Resolves with the promise, or when its time is over. */
function within(milliseconds: number, promise: Promise<unknown>, time: Cluster['time']): Promise<void> {
  return new Promise(resolve => {
    const cancel = time.after(milliseconds, resolve);
    void promise.finally(() => {
      cancel();
      resolve();
    });
  });
}

/** What an event is to the cluster; null for most. */
function noteOf(event: Event, request: Request): Told | null {
  if (event.type === 'planned' && request.inputs.action === 'deploy')
    return { type: 'Normal', reason: 'RolloutStarted', message: startedText(request) };
  if (event.type === 'outcome') return endings[event.outcome.status]?.(request) ?? null;
  if (event.type === 'held') return { type: 'Normal', reason: 'RolloutWaiting', message: heldText(event) };
  if (event.type === 'answered' && event.verdict === 'approve')
    return { type: 'Normal', reason: 'RolloutApproved', message: answeredText(event) };
  // A cancelled run has its seconds for one write, and that is none of the news.
  return event.type === 'failed' && event.code !== 'INTERRUPTED'
    ? { type: 'Warning', reason: 'RolloutFailed', message: failedText(request, event) }
    : null;
}

/** The workloads of a plan that is carried out; none in a dry run, where nothing is to be done, and for analyze, which plans and writes nothing. */
export function workloadsIn(event: Event, request: Request): readonly string[] {
  if (event.type !== 'planned' || event.dryRun || event.steps.length === 0) return [];
  return workloadsOf(
    event.steps.map(({ workload }) => workload),
    request,
  );
}

/** Steps of a rollout name their workload as `namespace/name`; a plain deploy is of the Deployments among its files. */
function workloadsOf(named: readonly string[], { manifests, namespace }: Request): readonly string[] {
  const keys = named.filter(workload => workload.split('/').length === 2);
  const deployments = manifests.filter(({ object }) => isDeployment(object)).map(({ object }) => object.metadata);
  const all = keys.length > 0 ? keys : deployments.map(({ name, namespace: own }) => `${own ?? namespace}/${name}`);
  return [...new Set(all)].slice(0, MOST_WORKLOADS);
}

const imagesOf = ({ inputs: { images } }: Request): string => (images.length === 0 ? '' : ` of ${images.join(', ')}`);

const startedText = (request: Request): string =>
  `${request.inputs.strategy} deploy${imagesOf(request)} was begun by ${request.run.name}${share(request)}`;

const share = ({ inputs: { percentage } }: Request): string =>
  percentage === null ? '' : `; it is to get ${percentage} % of the requests`;

const endings: Readonly<Partial<Record<Status, (request: Request) => Told>>> = {
  promoted: ({ run }) => ({
    type: 'Normal',
    reason: 'RolloutPromoted',
    message: `the new version took the old one's place, by ${run.name}`,
  }),
  rejected: ({ run }) => ({ type: 'Normal', reason: 'RolloutRejected', message: `the new version was taken back, by ${run.name}` }),
};

const failedText = ({ inputs, run }: Request, { code, message }: Extract<Event, { type: 'failed' }>): string =>
  `${inputs.action} by ${run.name} failed: ${code}: ${message}`;

/** The first bytes of a text, at a whole character. */
function cut(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= MOST_BYTES ? text : `${new TextDecoder().decode(bytes.subarray(0, MOST_BYTES), { stream: true })}...`;
}

/** Writes the Event; where there is no such Deployment there is none. */
async function noted({ cluster, sighted }: Telling, workload: string, told: Told): Promise<void> {
  const [namespace = '', name = ''] = workload.split('/');
  const at = deploymentAt({ namespace, name });
  const deployment = sighted?.(at) ?? (await cluster.get(at));
  if (!deployment) return;
  const { uid } = deployment.metadata;
  const metadata = { name: `${name.slice(0, 200)}.${randomUUID().slice(0, 13)}`, namespace };
  await cluster.create(eventObject({ metadata, at: { ...at, uid } }, told, cluster.now()));
}
