/** What `kubectl describe` shows of a run, and that a step is the same where nothing may be told. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import { toldInCluster } from '../../src/told-in-cluster.ts';
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
