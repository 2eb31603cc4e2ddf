/** Files that bring an API of their own: its server answers before the run says that it is done. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

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
