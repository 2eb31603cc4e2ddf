/** A record that somebody broke, of each kind of break: a whole step meets it, others in the namespace do not, and `status` shows it. */
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { status } from '../../src/actions/status.ts';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { connectTo } from '../stage/time.ts';

let stage: CrashStage;
let bed: Bed;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(async () => {
  bed = await openBed(stage, [...web('v1'), ...api('v1')]);
  expect(said(await bed.act(canary, web('v2')))).toBe('deployed');
});
afterAll(() => stage.close());

const RECORD = '/api/v1/namespaces/{ns}/configmaps/web-rollout';
const canary: RawInputs = { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'smi', percentage: '20' };
const promote: RawInputs = { action: 'promote', strategy: 'canary', 'traffic-split-method': 'smi' };
const api = (version: string) => web(version).map(object => JSON.parse(JSON.stringify(object).replaceAll('web', 'api')) as KubeObject);

const stored = async () => (await bed.api.send('GET', RECORD)).body as unknown as KubeObject;

/** The head of the record with another field. */
const head = (change: object) => async () => ({
  data: { rollout: JSON.stringify({ ...JSON.parse((await stored()).data?.rollout ?? ''), ...change }) },
});
const contents = (bytes: Uint8Array | string) => async () => ({ binaryData: { contents: brotliCompressSync(bytes).toString('base64') } });

const breaks: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['is of a newer version', head({ format: 99 })],
  ['has text for a number', head({ replicas: 'three' })],
  ['names another namespace', head({ namespace: 'kube-system' })],
  ['was renewed at no time', async () => ({ data: { renewedAt: 'soon' } })],
  ['has no contents', async () => ({ binaryData: null })],
  ['unpacks to 20 MB', contents(Buffer.alloc(20_000_000))],
  ['has originals of another kind', contents('{"originals":7,"tested":null,"versions":[]}')],
];

test.each(breaks)('a record that %s ends a step of its workload before the first write, and is nothing to others', async (_, broken) => {
  await bed.api.send('PATCH', RECORD, await broken(), 'application/merge-patch+json');
  const before = await bed.snapshot();
  for (const inputs of [canary, promote, { ...promote, action: 'reject' }])
    expect(await bed.act(inputs, web('v2'), { laterSeconds: 61 })).toMatchObject({
      code: 'RECORD_BROKEN',
      message: expect.stringContaining('web-rollout'),
      hint: expect.stringMatching(/delete/i),
    });
  expect(await bed.snapshot()).toEqual(before);
  expect(said(await bed.act(canary, api('v2')))).toBe('deployed');
  expect(await shown()).toMatchObject([
    { workload: 'api', stage: '20%' },
    { namespace: bed.api.namespace, record: 'web-rollout', broken: expect.stringMatching(/./) },
  ]);
  expect(said(await bed.act(promote, api('v2')))).toBe('promoted');
});

/** What `status` says of the namespace. */
async function shown() {
  const { cluster, close } = await connectTo(stage.simulation.kubeconfig);
  return await status({ namespace: bed.api.namespace, application: null }, cluster).finally(close);
}
