/** Files whose webhook the API server asks, on the simulated cluster: it comes last, and what is refused while its pods are away is tried again. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { at, records } from '../../src/manifests/json.ts';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, config, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { applyAsUser } from '../stage/user.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const plain: RawInputs = { action: 'deploy', strategy: 'none' };

/** Asks the pods of `web` about every ConfigMap of the namespace that says so. */
const hook = (namespace: string): KubeObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: `judge-${namespace}` },
  webhooks: [
    {
      name: 'judge.example.com',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      clientConfig: { service: { name: 'web', namespace } },
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      objectSelector: { matchLabels: { judged: 'yes' } },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] }],
    },
  ],
});
const judged = (mode: string): KubeObject => {
  const { metadata, ...rest } = config('judged', mode);
  return { ...rest, metadata: { ...metadata, labels: { judged: 'yes' } } };
};
const DEPLOYMENT = '/apis/apps/v1/namespaces/{ns}/deployments/web';
const scale = ({ api }: Bed, replicas: number) =>
  api.send('PATCH', DEPLOYMENT, [{ op: 'replace', path: '/spec/replicas', value: replicas }], 'application/json-patch+json');
const isDown = ({ api }: Bed) =>
  api.until('/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices', ({ items }) =>
    records(items).every(slice => records(slice.endpoints).length === 0),
  );
const modeOf = async ({ api }: Bed) => at((await api.send('GET', '/api/v1/namespaces/{ns}/configmaps/judged')).body, 'data.mode');

/** A run whose every event is heard as it comes. */
async function heard(bed: Bed, inputs: RawInputs, files: readonly KubeObject[], onEvent: (event: Event) => void = () => undefined) {
  const events: Event[] = [];
  const listen = (event: Event): void => {
    events.push(event);
    onEvent(event);
  };
  return { ending: await bed.act(inputs, files, { timeoutSeconds: 60, onEvent: listen }), events };
}
const progress = (events: readonly Event[]) => events.flatMap(event => (event.type === 'progress' ? [event.text] : []));

test('a webhook of the files is applied behind its pods and behind what it will be asked about', async () => {
  const bed = await openBed(stage, []);
  const files = [hook(bed.api.namespace), judged('new'), ...web('v1')];
  const { ending, events } = await heard(bed, plain, files);
  expect(said(ending)).toBe('deployed');
  const done = events.flatMap(event => (event.type === 'done' ? [event.text] : []));
  expect(done.at(-1)).toContain('ValidatingWebhookConfiguration');
  expect(said(await bed.act(plain, [hook(bed.api.namespace), judged('newer'), ...web('v1')]))).toBe('deployed');
});

describe('a webhook whose pods are away', () => {
  const withoutPods = async (): Promise<Bed> => {
    const bed = await openBed(stage, web('v1'));
    await applyAsUser(bed.api, [judged('old')]);
    await scale(bed, 0);
    await isDown(bed);
    await bed.api.send('POST', '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', hook(bed.api.namespace));
    return bed;
  };

  test('is awaited within the timeout, and the log says who is', async () => {
    const bed = await withoutPods();
    const { ending, events } = await heard(bed, plain, [judged('new')], ({ type, ...event }) => {
      if (type === 'progress' && JSON.stringify(event).includes('judge.example.com')) void scale(bed, 2);
    });
    expect(said(ending)).toBe('deployed');
    expect(await modeOf(bed)).toBe('new');
    expect(progress(events)).toContainEqual(
      expect.stringMatching(/^webhook judge.example.com does not answer: tried again for up to 60 s \(.*connection refused/),
    );
  });

  test('ends the run at the timeout, in the API server’s words and with where to look', async () => {
    const bed = await withoutPods();
    const { ending } = await heard(bed, plain, [judged('new')]);
    expect(ending).toMatchObject({
      code: 'API_ERROR',
      message: expect.stringMatching(/failed calling webhook "judge.example.com".* \(tried for 60 s\)/),
      hint: expect.stringContaining('pods of webhook judge.example.com'),
    });
    expect(await modeOf(bed)).toBe('old');
  });

  test('refuses no dry run of the very files that bring its pods, and that of others', async () => {
    const bed = await withoutPods();
    const dry = { ...plain, 'dry-run': 'true', 'force-conflicts': 'true' };
    expect(said(await bed.act(dry, [judged('new'), ...web('v2')]))).toBe('deployed');
    expect(said(await bed.act(dry, [judged('new'), hook(bed.api.namespace)]))).toBe('deployed');
    expect(said(await bed.act(dry, [judged('new')]))).toBe('API_ERROR');
  });
});

test('an API that another server answers for is tried again until a pod of it is ready', async () => {
  const bed = await openBed(stage, web('v1'));
  const { namespace } = bed.api;
  const route = (host: string): KubeObject => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'other' },
    spec: { hosts: [host], http: [{ route: [{ destination: { host } }] }] },
  });
  const apis = '/apis/apiregistration.k8s.io/v1/apiservices';
  const owner = {
    metadata: { name: 'v1.networking.istio.io' },
    spec: {
      group: 'networking.istio.io',
      version: 'v1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      service: { name: 'web', namespace },
    },
  };
  await scale(bed, 0);
  await isDown(bed);
  await bed.api.send('POST', apis, owner);
  const { ending, events } = await heard(bed, plain, [route('a')], ({ type }) => {
    if (type === 'progress') void scale(bed, 2);
  });
  expect(said(ending)).toBe('deployed');
  expect(progress(events)).toContainEqual(expect.stringContaining('the server of its API does not answer: tried again for up to 60 s'));
  await bed.api.send('DELETE', `${apis}/v1.networking.istio.io`);
});
