/** Jobs among the files, and what is found before the first write, on the simulated cluster. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, config, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** Migrates once; an image whose tag says `crash` ends with an error. */
const job = (version: string, metadata: object = { name: 'migrate' }): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: metadata as KubeObject['metadata'],
  spec: {
    backoffLimit: 0,
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: `demo/migrate:${version}` }] } },
  },
});
const jobsIn = async ({ api }: Bed): Promise<readonly KubeObject[]> =>
  (await api.send('GET', '/apis/batch/v1/namespaces/{ns}/jobs')).body.items as readonly KubeObject[];
const imageIn = async ({ api }: Bed): Promise<string> =>
  JSON.stringify((await api.send('GET', '/apis/apps/v1/namespaces/{ns}/deployments/web')).body.spec);

const failing = { type: 'failed', code: 'NOT_READY', message: expect.stringMatching(/BackoffLimitExceeded.*pod migrate-.*exit code 1/) };

describe('a Job of the files that fails', () => {
  test('makes a deploy in place red with what its pod says', async () => {
    const bed = await openBed(stage, web('v1'));
    expect(await bed.act({ action: 'deploy', strategy: 'none' }, [...web('v2'), job('crash')])).toMatchObject(failing);
  });

  test('makes it red also where the API server has named it', async () => {
    const bed = await openBed(stage, web('v1'));
    const files = [...web('v2'), job('crash', { generateName: 'migrate-' })];
    expect(await bed.act({ action: 'deploy', strategy: 'none' }, files)).toMatchObject(failing);
  });

  test.each(['canary', 'recreate'])('makes a first release by %s red', async strategy => {
    const bed = await openBed(stage, []);
    const files = [...web('v1'), job('crash')];
    expect(await bed.act({ action: 'deploy', strategy, ...(strategy === 'canary' ? { percentage: '20' } : {}) }, files)).toMatchObject(
      failing,
    );
  });

  test('makes a promote red', async () => {
    const bed = await openBed(stage, web('v1'));
    const files = [...web('v2'), job('crash')];
    const canary = { action: 'deploy', strategy: 'canary', percentage: '20', 'traffic-split-method': 'smi' };
    expect(said(await bed.act(canary, files))).toBe('deployed');
    expect(await bed.act({ action: 'promote' }, files)).toMatchObject(failing);
  });
});

describe('a Job of the files that ends well', () => {
  test.each([{ name: 'migrate' }, { generateName: 'migrate-' }])('has ended when the step does: %j', async metadata => {
    const bed = await openBed(stage, web('v1'));
    expect(said(await bed.act({ action: 'deploy', strategy: 'none' }, [...web('v2'), job('1', metadata)]))).toBe('deployed');
    expect((await jobsIn(bed)).map(({ status }) => status?.succeeded)).toEqual([1]);
  });

  test('is not waited for where somebody else is to start it', async () => {
    const bed = await openBed(stage, web('v1'));
    const suspended = { ...job('1'), spec: { ...job('1').spec, suspend: true } } as KubeObject;
    expect(said(await bed.act({ action: 'deploy', strategy: 'none' }, [suspended]))).toBe('deployed');
  });
});

describe('a Job that the cluster removes as soon as it has ended', () => {
  const passing = (version: string): KubeObject => ({ ...job(version), spec: { ...job(version).spec, ttlSecondsAfterFinished: 0 } });

  test('has ended well by what its events say, and runs again with a deploy that changes nothing', async () => {
    const bed = await openBed(stage, web('v1'));
    const files = [...web('v2'), passing('1')];
    expect(said(await bed.act({ action: 'deploy', strategy: 'none' }, files))).toBe('deployed');
    expect(await jobsIn(bed)).toEqual([]);
    expect(said(await bed.act({ action: 'deploy', strategy: 'none' }, files))).toBe('unchanged');
  });

  test('makes the step red where it has failed', async () => {
    const bed = await openBed(stage, web('v1'));
    expect(await bed.act({ action: 'deploy', strategy: 'none' }, [...web('v2'), passing('crash')])).toMatchObject({
      code: 'NOT_READY',
      message: expect.stringContaining('BackoffLimitExceeded'),
    });
  });
});

describe('a Job of a fixed name whose template has changed', () => {
  test.each(['none', 'recreate', 'canary'])('is found before the first write, with the ways out: %s', async strategy => {
    const bed = await openBed(stage, web('v1'));
    expect(said(await bed.act({ action: 'deploy', strategy: 'none' }, [job('1')]))).toBe('deployed');
    const before = await bed.snapshot();
    const inputs = { action: 'deploy', strategy, ...(strategy === 'canary' ? { percentage: '20', 'traffic-split-method': 'smi' } : {}) };
    expect(await bed.act(inputs, [...web('v2'), job('2')])).toMatchObject({
      code: 'IMMUTABLE_FIELD',
      message: expect.stringMatching(/^\S+:\d+: /),
      hint: expect.stringMatching(/generateName: migrate-.*tag in the name.*ttlSecondsAfterFinished/),
    });
    expect(await bed.snapshot()).toEqual(before);
  });
});

describe('a deploy in place', () => {
  test('writes none of its files where the last one has a fault', async () => {
    const bed = await openBed(stage, web('v1'));
    const [deployment] = web('v1');
    const wrong = { ...deployment, metadata: { name: 'last' }, spec: { ...deployment?.spec, replicas: -1 } } as KubeObject;
    const ending = await bed.act({ action: 'deploy', strategy: 'none' }, [...web('v2'), config('first'), wrong]);
    expect(ending).toMatchObject({ code: 'INVALID', message: expect.stringContaining('web.yaml:4') });
    expect((await bed.snapshot())['ConfigMap/first']).toBeUndefined();
    expect(await imageIn(bed)).toContain('demo/web:v1');
  });

  test('says that the namespace of a file is missing', async () => {
    const bed = await openBed(stage, web('v1'));
    const metadata = { name: 'lost', namespace: 'nowhere' };
    const lost = { ...config('lost'), metadata };
    // The name of one file stands in the refusal of the other, and brings nothing that it needs.
    const alike: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata };
    expect(await bed.act({ action: 'deploy', strategy: 'none' }, [lost, alike])).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(/^\S+:\d+: Namespace nowhere does not exist\.\n\S+:\d+: Namespace nowhere does not exist\.$/),
    });
  });

  test('makes a namespace and what lives in it by one step', async () => {
    const bed = await openBed(stage, web('v1'));
    const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'brought-along' } };
    const inside = { ...config('inside'), metadata: { name: 'inside', namespace: 'brought-along' } };
    expect(said(await bed.act({ action: 'deploy', strategy: 'none' }, [inside, namespace]))).toBe('deployed');
  });

  test('of an immutable ConfigMap that has changed advises a new name for it', async () => {
    const bed = await openBed(stage, web('v1'));
    const fixed = (mode: string) => ({ ...config('settings', mode), immutable: true }) as KubeObject;
    expect(said(await bed.act({ action: 'deploy', strategy: 'none' }, [fixed('a')]))).toBe('deployed');
    expect(await bed.act({ action: 'deploy', strategy: 'none' }, [fixed('b')])).toMatchObject({
      code: 'IMMUTABLE_FIELD',
      message: expect.stringMatching(/^\S+:\d+: /),
      hint: expect.stringContaining('Give the ConfigMap a new name (settings-2'),
    });
  });
});
