/** What must never run twice, on the simulated cluster, where a pod that is told to go runs on for 0.3 s. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import type { PatchOperation } from '../../src/model/kube.ts';
import { contractApi } from '../contract/api.ts';
import { web } from '../crash/kills/flows.ts';
import { type Diary, diaryOf, mixed } from '../fakes/pods.ts';
import { type Ending, perform } from '../stage/act.ts';
import { config, said } from '../stage/bed.ts';
import { ownStage } from '../stage/own-stage.ts';
import { until } from '../stage/time.ts';
import { applyAsUser } from '../stage/user.ts';

const here = ownStage();

let namespace = '';
let diary: Diary;
beforeEach(async () => {
  namespace = await here.fresh('recreate');
  await applyAsUser(contractApi(here.stage.simulation, namespace), web('v1'));
  diary = await diaryOf(here.cluster, namespace);
});
afterEach(() => diary.close());

const ref = () => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' });
const patch = (...operations: readonly PatchOperation[]) => here.cluster.patch(ref(), operations, { manager: 'kubectl-edit' });
const strategyNow = async (): Promise<unknown> => (await here.cluster.get(ref()))?.spec?.strategy;

async function act(action: string, version: string | null, more: RawInputs = {}, timeoutSeconds = 20): Promise<Ending> {
  const files = version === null ? [] : web(version);
  return await perform(
    { inputs: { action, strategy: 'recreate', ...more }, files, timeoutSeconds },
    { kubeconfig: here.stage.simulation.kubeconfig, namespace },
  );
}

/** The images of the pods that stand at the end, and how many there are. */
function left(): Readonly<Record<string, number>> {
  const images = (diary.moments.at(-1) ?? []).filter(({ isGoing }) => !isGoing).map(({ image }) => image.replace('demo/web:', ''));
  return Object.fromEntries([...new Set(images)].map(image => [image, images.filter(other => other === image).length]));
}

const isEmpty = (): boolean => diary.moments.some(({ length }) => length === 0);

test('a deploy starts the new version only when no pod of the old one runs any more, one that is being terminated included', async () => {
  expect(said(await act('deploy', 'v2'))).toBe('deployed');
  expect(mixed(diary)).toEqual([]);
  expect(isEmpty()).toBe(true);
  expect(left()).toEqual({ v2: 3 });
});

test('a reject of what was deployed does so too, and leaves the Deployment its own way of rolling', async () => {
  const rolling = await strategyNow();
  await act('deploy', 'v2');
  expect(said(await act('reject', 'v2'))).toBe('rejected');
  expect(mixed(diary)).toEqual([]);
  expect(left()).toEqual({ v1: 3 });
  expect(await strategyNow()).toEqual(rolling);
  expect(said(await act('reject', 'v2'))).toBe('unchanged');
});

test('a release that never got ready is rejected so too, and nothing but the old version is left', async () => {
  const failed = await act('deploy', 'v2-unready', {}, 4);
  expect(failed).toMatchObject({ type: 'failed', code: 'NOT_READY', message: expect.stringContaining('0 of 3 pods ready') });
  expect(said(await act('reject', null))).toBe('rejected');
  expect(mixed(diary)).toEqual([]);
  expect(left()).toEqual({ v1: 3 });
});

test('a release that never gets ready is rejected at once where the deploy asks for it', async () => {
  const told: string[] = [];
  const failed = await perform(
    { inputs: { action: 'deploy', strategy: 'recreate', 'on-failure': 'reject' }, files: web('v2-unready'), timeoutSeconds: 4 },
    {
      kubeconfig: here.stage.simulation.kubeconfig,
      namespace,
      onEvent: event => void (event.type === 'notice' && told.push(event.text)),
    },
  );
  expect(said(failed)).toBe('NOT_READY');
  expect(told.at(-1)).toBe('All traffic is on stable.');
  expect(mixed(diary)).toEqual([]);
  expect(left()).toEqual({ v1: 3 });
});

test.each([true, false])('what a release that never got ready brought goes when it is rejected, by the deploy itself: %s', async atOnce => {
  const files = [...web('v2-unready'), config('settings')];
  const inputs = { action: 'deploy', strategy: 'recreate', ...(atOnce ? { 'on-failure': 'reject' } : {}) };
  const failed = await perform({ inputs, files, timeoutSeconds: 4 }, { kubeconfig: here.stage.simulation.kubeconfig, namespace });
  expect(said(failed)).toBe('NOT_READY');
  if (!atOnce) expect(said(await act('reject', null))).toBe('rejected');
  expect(left()).toEqual({ v1: 3 });
  const maps = await here.cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace });
  expect(maps.map(({ metadata }) => metadata.name)).toEqual(['kube-root-ca.crt']);
});

test('a fix of a release that never got ready is deployed over it', async () => {
  await act('deploy', 'v2-unready', {}, 4);
  expect(said(await act('deploy', 'v3'))).toBe('deployed');
  expect(mixed(diary)).toEqual([]);
  expect(left()).toEqual({ v3: 3 });
});

describe('a pod that does not end', () => {
  const hold = async (finalizers: readonly string[] | null): Promise<string> => {
    const pods = await here.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace });
    const name = pods[0]?.metadata.name ?? '';
    const operation: PatchOperation = finalizers
      ? { op: 'add', path: '/metadata/finalizers', value: finalizers }
      : { op: 'remove', path: '/metadata/finalizers' };
    await here.cluster.patch({ apiVersion: 'v1', kind: 'Pod', namespace, name }, [operation]);
    return name;
  };

  test('stops the deploy, which names it and what to do, and the same deploy goes on when it has gone', async () => {
    const name = await hold(['example.com/held']);
    const failed = await act('deploy', 'v2', {}, 4);
    expect(failed).toMatchObject({ code: 'NOT_READY', message: expect.stringContaining(`not stopped within 4 s: Deployment`) });
    expect(failed).toMatchObject({ message: expect.stringContaining(`1 pod still runs: ${name} (being terminated`) });
    expect(failed).toMatchObject({ hint: expect.stringContaining(`kubectl delete pod ${name} -n ${namespace} --grace-period=0 --force`) });
    expect(left()).toEqual({});
    await hold(null);
    expect(said(await act('deploy', 'v2'))).toBe('deployed');
    expect(mixed(diary)).toEqual([]);
    expect(left()).toEqual({ v2: 3 });
  });

  test('stops the reject, and the same reject goes on when it has gone', async () => {
    const rolling = await strategyNow();
    await act('deploy', 'v2');
    const name = await hold(['example.com/held']);
    expect(await act('reject', 'v2', {}, 4)).toMatchObject({ code: 'NOT_READY', message: expect.stringContaining(name) });
    expect(left()).toEqual({});
    await hold(null);
    expect(said(await act('reject', 'v2'))).toBe('rejected');
    expect(mixed(diary)).toEqual([]);
    expect(left()).toEqual({ v1: 3 });
    expect(await strategyNow()).toEqual(rolling);
  });
});

test('what somebody starts again while it is being stopped stops the deploy', async () => {
  const pods = await here.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace });
  const held = { apiVersion: 'v1', kind: 'Pod', namespace, name: pods[0]?.metadata.name ?? '' };
  await here.cluster.patch(held, [{ op: 'add', path: '/metadata/finalizers', value: ['example.com/held'] }]);
  const deploying = act('deploy', 'v2');
  await until(here.stage.simulation.kubeconfig, () => left().v1 === undefined);
  await patch({ op: 'replace', path: '/spec/replicas', value: 1 });
  expect(await deploying).toMatchObject({ code: 'STABLE_DIFFERS', message: expect.stringContaining('scaled to 1') });
  await here.cluster.patch(held, [{ op: 'remove', path: '/metadata/finalizers' }]);
  expect(said(await act('deploy', 'v2'))).toBe('deployed');
  expect(mixed(diary)).toEqual([]);
});

test('a paused Deployment is refused before anything is stopped', async () => {
  await patch({ op: 'add', path: '/spec/paused', value: true });
  expect(await act('deploy', 'v2')).toMatchObject({ code: 'UNSUPPORTED', hint: expect.stringContaining('kubectl rollout resume') });
  expect(left()).toEqual({ v1: 3 });
});

test('a count that `kubectl scale` set stays what it is', async () => {
  const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web', namespace }, spec: { replicas: 5 } };
  const path = '/apis/apps/v1/namespaces/{ns}/deployments/web/scale?fieldManager=kubectl';
  expect((await contractApi(here.stage.simulation, namespace).send('PUT', path, scale)).code).toBe(200);
  expect(said(await act('deploy', 'v2'))).toBe('deployed');
  expect(left()).toEqual({ v2: 5 });
  expect(said(await act('reject', 'v2'))).toBe('rejected');
  expect(left()).toEqual({ v1: 5 });
});

test('a Deployment without pods is started at the size of its file, and a reject of what does not start stops it again', async () => {
  await patch({ op: 'replace', path: '/spec/replicas', value: 0 });
  const anyhow = { 'allow-unhealthy-stable': 'true' };
  expect(said(await act('deploy', 'v2-unready', anyhow, 4))).toBe('NOT_READY');
  expect(said(await act('reject', null))).toBe('rejected');
  expect((await here.cluster.get(ref()))?.spec).toMatchObject({ replicas: 0 });
  expect(said(await act('deploy', 'v3', anyhow))).toBe('deployed');
  expect(left()).toEqual({ v3: 3 });
});

test('a canary whose record was lost is gone too before the new version starts, and no route of it is left', async () => {
  const canary = { strategy: 'canary', 'traffic-split-method': 'smi', percentage: '20' };
  expect(said(await act('deploy', 'v2', canary))).toBe('deployed');
  expect(said(await act('deploy', 'v3'))).toBe('ROLLOUT_OPEN');
  await here.cluster.remove({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'web-rollout' });
  expect(said(await act('deploy', 'v3', { 'traffic-split-method': 'smi' }))).toBe('deployed');
  expect(mixed(diary).filter(images => images.some(image => image.endsWith('v3')))).toEqual([]);
  expect(left()).toEqual({ v3: 3 });
  expect(await here.cluster.list({ apiVersion: 'split.smi-spec.io/v1alpha4', kind: 'TrafficSplit', namespace })).toEqual([]);
});

test('the way back says that there will be a gap', async () => {
  const notices = (events: readonly Event[]): readonly string[] => events.flatMap(event => (event.type === 'notice' ? [event.text] : []));
  const told: Event[] = [];
  const hear = { kubeconfig: here.stage.simulation.kubeconfig, namespace, onEvent: (event: Event) => void told.push(event) };
  await act('deploy', 'v2');
  await perform({ inputs: { action: 'reject', strategy: 'recreate' }, files: web('v2') }, hear);
  expect(notices(told).join()).toContain('requests in between are lost');
  told.length = 0;
  await act('deploy', 'v2-unready', {}, 4);
  await perform({ inputs: { action: 'reject', strategy: 'recreate' }, files: [] }, hear);
  expect(notices(told).join()).toContain('requests in between are lost');
});
