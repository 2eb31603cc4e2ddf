/** Files that bring an API of their own: its server answers before the run says that it is done. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import type { JsonObject, KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { after } from '../stage/time.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const plain: RawInputs = { action: 'deploy', strategy: 'none' };

/** The API that the pods of a Service serve. */
const api = (namespace: string, service: string): KubeObject => ({
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: `v1.${namespace}.example.com` },
  spec: {
    group: `${namespace}.example.com`,
    version: 'v1',
    groupPriorityMinimum: 100,
    versionPriority: 100,
    service: { name: service, namespace, port: 443 },
  },
});

test('an APIService is awaited until its server answers, behind the pods of that', async () => {
  const bed = await openBed(stage, []);
  const { namespace } = bed.api;
  const done: string[] = [];
  const onEvent = (event: Event): void => void (event.type === 'done' && done.push(event.text));
  expect(said(await bed.act(plain, [api(namespace, 'web'), ...web('v1')], { onEvent }))).toBe('deployed');
  expect(done.at(-1)).toContain('APIService');
  const { body } = await bed.api.send('GET', `/apis/apiregistration.k8s.io/v1/apiservices/v1.${namespace}.example.com`);
  expect(body.status).toMatchObject({ conditions: [{ type: 'Available', status: 'True' }] });
});

test('an APIService whose Service has no ready pod fails the deploy at its timeout, in the words of the API server', async () => {
  const bed = await openBed(stage, []);
  const { namespace } = bed.api;
  const ending = await bed.act(plain, [api(namespace, 'elsewhere'), ...web('v1')], { timeoutSeconds: 5 });
  expect(ending).toMatchObject({
    code: 'NOT_READY',
    message: expect.stringContaining(`ServiceNotFound: service/elsewhere in "${namespace}"`),
  });
});

describe('an APIService that nobody reached before', () => {
  const standing = (namespace: string, service: string, more: JsonObject = {}): KubeObject => {
    const { spec, ...object } = api(namespace, service);
    return { ...object, spec: { ...spec, ...more } };
  };
  const forced: RawInputs = { ...plain, 'force-conflicts': 'true' };
  const slow: RawInputs = { strategy: 'canary', 'traffic-split-method': 'pod', percentage: '25' };
  const heard = () => {
    const warned: string[] = [];
    return {
      warned,
      onEvent: (event: Event): void => void (event.type === 'notice' && event.level === 'warning' && warned.push(event.text)),
    };
  };
  const open = async (service: string) => {
    const bed = await openBed(stage, web('v1'));
    const given = standing(bed.api.namespace, service);
    await bed.api.send('POST', '/apis/apiregistration.k8s.io/v1/apiservices', given);
    while ((await bed.api.send('GET', pathOf(given))).body.status === undefined) await after(stage.simulation.kubeconfig, 50);
    return { bed, given };
  };
  const pathOf = ({ metadata }: KubeObject) => `/apis/apiregistration.k8s.io/v1/apiservices/${metadata.name}`;

  test('and that is of others holds up neither a promote nor a plain deploy: it is told by name', async () => {
    const { bed, given } = await open('elsewhere');
    const files = [given, ...web('v2')];
    expect(said(await bed.act({ ...slow, action: 'deploy' }, files))).toBe('deployed');
    const promote = heard();
    expect(said(await bed.act({ ...slow, action: 'promote' }, files, { ...promote, timeoutSeconds: 30 }))).toBe('promoted');
    const told = `APIService ${given.metadata.name} was not available before this run and still is not`;
    expect(promote.warned.join('\n')).toContain(told);
    expect(promote.warned.join('\n')).toContain('ServiceNotFound: service/elsewhere');
    const again = heard();
    expect(said(await bed.act(plain, [given, ...web('v3')], { ...again, timeoutSeconds: 30 }))).toBe('deployed');
    expect(again.warned.join('\n')).toContain(told);
  });

  test('is awaited where the file changes it, or where a workload of the files serves it', async () => {
    const { bed, given } = await open('elsewhere');
    const changed = standing(bed.api.namespace, 'elsewhere', { versionPriority: 50 });
    expect(said(await bed.act(forced, [changed, ...web('v2')], { timeoutSeconds: 5 }))).toBe('NOT_READY');
    const own = standing(bed.api.namespace, 'web');
    expect(said(await bed.act(forced, [own, ...web('v2')]))).toBe('deployed');
    expect((await bed.api.send('GET', pathOf(given))).body.status).toMatchObject({ conditions: [{ status: 'True' }] });
  });
});
