/** A new version that lost its pods is not good, whatever else can be said of it. */
import { expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { ownStage } from '../stage/own-stage.ts';

const here = ownStage();

const canary: RawInputs = { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'smi', percentage: '40' };

/** A Warning about the first pod whose name begins so, as the kubelet writes it. */
async function warned({ api }: Bed, name: string, reason: string): Promise<void> {
  const { body } = await api.send('GET', '/api/v1/namespaces/{ns}/pods');
  const pod = (body as { readonly items: readonly KubeObject[] }).items.find(one => one.metadata.name.startsWith(name));
  const involvedObject = { kind: 'Pod', name: pod?.metadata.name, uid: pod?.metadata.uid, namespace: api.namespace };
  const told = { type: 'Warning', reason, message: `${reason} was seen.`, lastTimestamp: new Date(here.cluster.now()).toISOString() };
  const event = { apiVersion: 'v1', kind: 'Event', metadata: { name: `${name}.${reason.toLowerCase()}` }, involvedObject, ...told };
  await api.send('POST', '/api/v1/namespaces/{ns}/events', event);
}

test('Warning events that pods of the new version alone had under watch are told, and decide nothing', async () => {
  const bed = await openBed(here.stage, web('v1'));
  const notices: string[] = [];
  let looks = 0;
  const onEvent = (event: Event): void => {
    if (event.type === 'notice' && event.text.includes('was seen')) notices.push(event.text);
    if (event.type !== 'looked' || ++looks > 1) return;
    void Promise.all([warned(bed, 'web-canary', 'Unhealthy'), warned(bed, 'web-canary', 'Slow'), warned(bed, 'web-baseline', 'Slow')]);
  };
  const ending = await bed.act({ ...canary, soak: '20s' }, web('v2'), { onEvent });
  expect(said(ending)).toBe('deployed');
  expect(notices).toEqual([expect.stringMatching(/^web-canary-\S+: Unhealthy: Unhealthy was seen\. No pod of the old version/)]);
});

test('a canary that is scaled away under watch fails its deploy, and an analysis of none fails', async () => {
  const bed = await openBed(here.stage, web('v1'));
  const scale = '/apis/apps/v1/namespaces/{ns}/deployments/web-canary/scale';
  const away = () => bed.api.send('PATCH', scale, { spec: { replicas: 0 } }, 'application/merge-patch+json');
  const onEvent = (event: Event): void => {
    if (event.type === 'looked') void away();
  };
  expect(await bed.act({ ...canary, soak: '20s' }, web('v2'), { onEvent })).toMatchObject({
    code: 'ANALYSIS_FAILED',
    message: expect.stringContaining('no pod of the new version is left'),
    standing: { traffic: 'stable' },
  });
  expect(said(await bed.act({ action: 'reject' }))).toBe('rejected');
  expect(said(await bed.act(canary, web('v2')))).toBe('deployed');
  await away();
  expect(await bed.act({ action: 'analyze', soak: '20s' })).toMatchObject({
    code: 'ANALYSIS_FAILED',
    message: expect.stringContaining('no pod of the new version is left'),
  });
});

test.each([
  ['once gets ready behind it', 5, 'deployed'],
  ['again and again fails it', Number.POSITIVE_INFINITY, 'ANALYSIS_FAILED'],
])('a pod that is replaced at the end of a watch has a minute: one that is replaced %s', async (_, last, end) => {
  const bed = await openBed(here.stage, web('v1'));
  const drained = async (): Promise<void> => {
    const { body } = await bed.api.send('GET', '/api/v1/namespaces/{ns}/pods?labelSelector=app%3Dweb-canary');
    for (const { metadata } of (body as { readonly items: readonly KubeObject[] }).items)
      await bed.api.send('DELETE', `/api/v1/namespaces/{ns}/pods/${metadata.name}`);
  };
  let looks = 0;
  const onEvent = (event: Event): void => {
    if (event.type === 'looked' && ++looks >= 5 && looks <= last) void drained();
  };
  const ending = await bed.act({ ...canary, soak: '20s' }, web('v2-wait10'), { onEvent, timeoutSeconds: 60 });
  expect(said(ending)).toBe(end);
});
