/** Blue-green by whichever router reads the Ingress, on the simulated cluster under traffic: as a step of Azure/k8s-deploy asks for it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const paths = [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }];
const ingress: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web' },
  spec: { ingressClassName: 'nginx', rules: [{ host: 'web.example', http: { paths } }] },
};

const inputs: RawInputs = { strategy: 'blue-green', 'traffic-split-method': 'ingress' };

test('blue-green by ingress stands by, switches, and is promoted; no request is lost', async () => {
  const bed = await openBed(stage, [...web('v1'), ingress]);
  const stream = await bed.traffic('route/web');
  const images = (): readonly string[] => [
    ...new Set(stream.counts().pods.flatMap(({ image, requests }) => (requests > 0 ? [image] : []))),
  ];
  expect(said(await bed.act({ ...inputs, action: 'deploy' }, web('v2')))).toBe('deployed');
  expect(images()).toEqual(['demo/web:v1']);
  expect(said(await bed.act({ ...inputs, action: 'deploy', percentage: '100' }, web('v2')))).toBe('deployed');
  stream.reset();
  expect(said(await bed.act({ ...inputs, action: 'promote' }, web('v2')))).toBe('promoted');
  stream.stop();
  expect(images()).toEqual(['demo/web:v2']);
  expect(stream.counts().lost).toBe(0);
});
