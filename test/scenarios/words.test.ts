/** What a plan and its end say in numbers and addresses, on the simulated cluster. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { app } from '../build/app.ts';
import { contractApi } from '../contract/api.ts';
import { type Ending, perform } from '../stage/act.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { applyAsUser } from '../stage/user.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const deploy: RawInputs = { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'smi', percentage: '20', baseline: 'false' };
let made = 0;

/** A namespace where these objects are the user's. */
async function room(objects: readonly KubeObject[]) {
  const namespace = `words-${++made}`;
  const api = contractApi(stage.simulation, namespace);
  await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await applyAsUser(api, objects);
  const act = async (
    inputs: RawInputs,
    files: readonly KubeObject[],
  ): Promise<{ readonly ending: Ending; readonly events: readonly Event[] }> => {
    const events: Event[] = [];
    const { kubeconfig } = stage.simulation;
    const ending = await perform({ inputs, files }, { kubeconfig, namespace, onEvent: event => void events.push(event) });
    return { ending, events };
  };
  return { api, namespace, act };
}

const waitIn = (events: readonly Event[]): number | undefined => events.find(event => event.type === 'planned')?.waitSeconds;

test('two workloads that are rolled out side by side wait no longer than one', async () => {
  const { act } = await room([...app('api', 'v1'), ...app('web', 'v1')]);
  const dry = { ...deploy, 'dry-run': 'true' };
  const one = waitIn((await act(dry, app('web', 'v2'))).events);
  expect(one).toBeGreaterThan(0);
  expect(waitIn((await act(dry, [...app('api', 'v2'), ...app('web', 'v2')])).events)).toBe(one);
});

test('a dry run shows the share of a split only where there is one', async () => {
  const { act } = await room([...app('api', 'v1'), ...app('web', 'v1')]);
  const { ending } = await act({ ...deploy, 'dry-run': 'true' }, [...app('api', 'v1'), ...app('web', 'v2')]);
  expect(ending).toMatchObject({
    outcome: {
      variants: [
        { workload: 'api', role: 'stable', share: 100 },
        { workload: 'web', role: 'stable', share: 80 },
        { workload: 'web', role: 'canary', share: 20 },
      ],
    },
  });
});

test.each(['none', 'canary'])('the address of a LoadBalancer is told once it is there: %s', async strategy => {
  const { api, namespace, act } = await room([]);
  const inputs = strategy === 'none' ? { action: 'deploy', strategy } : deploy;
  const files = app('web', 'v1', { service: { type: 'LoadBalancer' } });
  const notices = async (): Promise<readonly string[]> =>
    (await act(inputs, files)).events.flatMap(event => (event.type === 'notice' && event.level === 'info' ? [event.text] : []));
  expect(await notices()).toContainEqual(`Service ${namespace}/web has no address yet: kubectl get service web -n ${namespace} shows it.`);
  const path = '/api/v1/namespaces/{ns}/services/web';
  const { body } = await api.send('GET', path);
  await api.send('PUT', `${path}/status`, { ...body, status: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } } });
  expect(await notices()).toContainEqual(`Service ${namespace}/web answers at 203.0.113.7, port 80.`);
  expect((await act(inputs, files)).ending).toMatchObject({ outcome: { url: 'http://203.0.113.7' } });
});

test.each([
  ['a host of TLS', { tls: [{ hosts: ['shop.example'] }], rules: [{ host: 'shop.example' }] }, 'https://shop.example'],
  ['a host without', { rules: [{ host: '*.example' }, { host: 'shop.example' }] }, 'http://shop.example'],
  ['no host', { rules: [{}] }, undefined],
])('the address of an Ingress with %s is the outcome of what released it, and a dry run has none', async (_, spec, url) => {
  const { act } = await room([]);
  const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'web' }, spec: { ...spec } } as KubeObject;
  const none = { action: 'deploy', strategy: 'none' };
  const backend = { defaultBackend: { service: { name: 'web', port: { number: 80 } } } };
  const files = [...app('web', 'v1'), { ...ingress, spec: { ...backend, ...ingress.spec } } as KubeObject];
  const urlOf = ({ ending }: Awaited<ReturnType<typeof act>>) => (ending?.type === 'outcome' ? ending.outcome.url : 'none');
  expect(urlOf(await act({ ...none, 'dry-run': 'true' }, files))).toBeUndefined();
  expect(urlOf(await act(none, files))).toBe(url);
});
