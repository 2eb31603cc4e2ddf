/** What `kubectl describe` shows of a run, and that a step is the same where nothing may be told. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { annotated } from '../../src/actions/telling/annotated.ts';
import { sighting } from '../../src/actions/telling/sightings.ts';
import { toldInCluster } from '../../src/actions/telling/told-in-cluster.ts';
import { RolloutError } from '../../src/errors.ts';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event, Outcome, Status } from '../../src/model/event.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import { azureAnnotations } from '../../src/runs/azure.ts';
import { aRequest } from '../build/request.ts';
import { web } from '../crash/kills/flows.ts';
import { openBed } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { connectTo } from '../stage/time.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const failed: Event = { type: 'failed', code: 'NOT_READY', message: `secret-word ${'ü'.repeat(2000)}`, hint: '' };

/** The Events at a Deployment after a run that says this of itself. */
async function toldBy(said: (workload: string) => readonly Event[], inputs: RawInputs = {}, between = (cluster: Cluster) => cluster) {
  const { api } = await openBed(stage, web('v1'));
  const { cluster, close } = await connectTo(stage.simulation.kubeconfig);
  const events = said(`${api.namespace}/web`);
  const run = async function* () {
    yield* events;
  };
  const telling = {
    cluster: between(cluster),
    request: aRequest({ inputs }),
    harmless: (text: string) => text.replace('secret-word', '***'),
  };
  const heard: Event[] = [];
  for await (const event of toldInCluster(run(), telling)) heard.push(event);
  expect(heard).toEqual(events);
  const all = await cluster.list({ apiVersion: 'v1', kind: 'Event', namespace: api.namespace }).finally(close);
  return all.filter(({ source }) => (source as { component: string }).component === 'kubernetes-rollout');
}

const planned = (workload: string, dryRun = false): Event => ({
  type: 'planned',
  steps: [{ workload, stage: '10%', text: 'create Deployment', waitSeconds: 0 }],
  waitSeconds: 0,
  dryRun,
});

const brief = ({ type, reason, message }: KubeObject): string => `${type} ${reason}: ${message}`;

test('a deploy that fails is told at the Deployment, by its beginning and by why, without secrets and within what the API takes', async () => {
  const events = await toldBy(workload => [planned(workload), failed], { percentage: '10' });
  expect(events.map(brief).sort()).toEqual([
    expect.stringMatching(/^Normal RolloutStarted: canary deploy was begun by .+; it is to get 10 % of the requests$/),
    expect.stringMatching(/^Warning RolloutFailed: deploy by .+ failed: NOT_READY: \*\*\* ü+\.\.\.$/),
  ]);
  for (const { message, involvedObject } of events) {
    expect(Buffer.byteLength(String(message))).toBeLessThanOrEqual(1024);
    expect(involvedObject).toMatchObject({ kind: 'Deployment', name: 'web', uid: expect.stringMatching(/./) });
  }
});

test('that a step waits for a person is told there, and who approved it', async () => {
  const [namespace, by] = ['demo', 'jane'];
  const events = await toldBy(at => {
    const of = { namespace: at.split('/')[0] ?? namespace, workload: 'web' };
    return [planned(at), { type: 'held', ...of, until: 60_000 }, { type: 'answered', ...of, verdict: 'approve', by, at: 30_000 }];
  });
  expect(events.map(brief).sort()).toEqual([
    expect.stringMatching(/^Normal RolloutApproved: web was approved by jane at 1970-01-01 00:00 UTC$/),
    expect.stringMatching(/^Normal RolloutStarted: /),
    expect.stringMatching(/^Normal RolloutWaiting: web waits for a person until 1970-01-01 00:01 UTC\. .*approve -n /),
  ]);
});

test('nothing is told of a dry run, of a run without a plan, and at a Deployment that is not there', async () => {
  expect(await toldBy(workload => [planned(workload, true), failed])).toEqual([]);
  expect(await toldBy(() => [failed])).toEqual([]);
  expect(await toldBy(workload => [planned(`${workload}-else`), failed])).toEqual([]);
});

test('a cancelled run tells no more than that it began, since its last seconds are for the requests', async () => {
  const cancelled: Event = { type: 'failed', code: 'INTERRUPTED', message: 'stopped', hint: '' };
  const events = await toldBy(workload => [planned(workload), cancelled]);
  expect(events.map(({ reason }) => reason)).toEqual(['RolloutStarted']);
});

test('a Deployment that the run has read is not read once more for it, unless the run removed it', async () => {
  const { api } = await openBed(stage, web('v1'));
  const { cluster, close } = await connectTo(stage.simulation.kubeconfig);
  const at = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: api.namespace, name: 'web' };
  const { cluster: watched, sighted } = sighting(cluster);
  await watched.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: api.namespace });
  const get = (): Promise<never> => Promise.reject(new Error('was read once more'));
  const run = async function* (): AsyncGenerator<Event> {
    yield planned(`${api.namespace}/web`);
  };
  const telling = { cluster: { ...cluster, get }, request: aRequest(), sighted, harmless: (text: string) => text };
  for await (const _ of toldInCluster(run(), telling));
  const events = await cluster.list({ apiVersion: 'v1', kind: 'Event', namespace: api.namespace });
  expect(events.filter(({ source }) => (source as { component: string }).component === 'kubernetes-rollout')).toHaveLength(1);
  await watched.remove(at);
  expect(sighted(at)).toBeNull();
  await close();
});

test.each<[string, () => Promise<never>]>([
  ['that may not be told', () => Promise.reject(new RolloutError('FORBIDDEN', 'may not create events', ''))],
  ['whose API server does not answer', () => new Promise(() => undefined)],
])('a run %s is the same without', async (_, create) => {
  expect(
    await toldBy(
      workload => [planned(workload), failed],
      {},
      cluster => ({ ...cluster, create }),
    ),
  ).toEqual([]);
});

/** The Deployment behind a run of these events that is to be annotated, and what was said of it. */
async function annotatedBy(status: Status, inputs: RawInputs, between = (cluster: Cluster) => cluster) {
  const { api } = await openBed(stage, [
    { ...web('v1')[0], metadata: { name: 'web', annotations: { 'example.com/mine': 'a' } } } as KubeObject,
  ]);
  const { cluster, close } = await connectTo(stage.simulation.kubeconfig);
  const run = async function* (): AsyncGenerator<Event> {
    yield planned(`${api.namespace}/web`);
    yield { type: 'outcome', outcome: { ...nothing, status } };
  };
  const annotations = { 'azure-pipelines/run': '7', 'azure-pipelines/commit': 'ab' };
  const heard: Event[] = [];
  for await (const event of annotated(run(), { cluster: between(cluster), request: aRequest({ inputs }), annotations })) heard.push(event);
  expect(heard.at(-1)?.type).toBe('outcome');
  const live = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: api.namespace, name: 'web' }).finally(close);
  const borne = Object.entries(live?.metadata.annotations ?? {}).filter(([name]) => !name.startsWith('deployment.kubernetes.io/'));
  return { borne: Object.fromEntries(borne), notices: heard.flatMap(event => (event.type === 'notice' ? [event.text] : [])) };
}

const nothing: Outcome = {
  status: 'promoted',
  action: 'promote',
  namespace: 'demo',
  release: null,
  weights: {},
  canaryShare: 0,
  askedShare: null,
  variants: [],
  dryRun: false,
  next: [],
};

test.each([
  ['a promote', 'promoted', { strategy: 'canary' }, true],
  ['a deploy in place', 'deployed', { strategy: 'none' }, true],
  ['a first release', 'first-release', { strategy: 'canary' }, true],
  ['a canary', 'deployed', { strategy: 'canary' }, false],
  ['a reject', 'rejected', { strategy: 'canary' }, false],
] as const)(
  'the Deployment bears the run where it is asked for, beside what others wrote, after %s: %s',
  async (_, status, inputs, isBorne) => {
    const { borne, notices } = await annotatedBy(status, inputs);
    const ours = isBorne ? { 'azure-pipelines/run': '7', 'azure-pipelines/commit': 'ab' } : {};
    expect(borne).toEqual({ 'example.com/mine': 'a', ...ours });
    expect(notices).toEqual([]);
  },
);

test('what may not be annotated is a warning, and the run ends as it did', async () => {
  const refused = new RolloutError('FORBIDDEN', 'no patch', 'ask');
  const { borne, notices } = await annotatedBy('promoted', { strategy: 'canary' }, cluster => ({
    ...cluster,
    patch: () => Promise.reject(refused),
  }));
  expect(borne).toEqual({ 'example.com/mine': 'a' });
  expect(notices).toEqual([expect.stringMatching(/has no annotations of this run: no patch$/)]);
});

test('the annotations are those that the view of an environment reads, from what the agent says', () => {
  const agent = {
    BUILD_BUILDID: '12',
    BUILD_BUILDNUMBER: '7',
    BUILD_SOURCEVERSION: 'ab',
    SYSTEM_COLLECTIONURI: 'https://a/',
    SYSTEM_TEAMPROJECT: 'shop',
  };
  expect(azureAnnotations(agent)).toEqual({
    'azure-pipelines/run': '7',
    'azure-pipelines/project': 'shop',
    'azure-pipelines/org': 'https://a/',
    'azure-pipelines/commit': 'ab',
    'azure-pipelines/runuri': 'https://a/shop/_build/results?buildId=12',
  });
});
