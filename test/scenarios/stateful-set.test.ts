/** StatefulSets, released by their partition, on the simulated cluster. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { db, field, pods, promote, reject, type Spec, set, share } from '../build/stateful-set.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, config, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const opened = async (percentage: number, version = 'v2', spec: Spec = {}): Promise<Bed> => {
  const bed = await openBed(stage, db('v1', spec));
  expect(said(await bed.act(share(percentage), db(version, spec)))).toBe('deployed');
  return bed;
};

describe('a canary of a StatefulSet', () => {
  test('puts the new version into the pods with the highest numbers, at least one and never all, and says which run what', async () => {
    const bed = await openBed(stage, db('v1'));
    const ending = await bed.act(share(40), db('v2'));
    expect(ending).toMatchObject({
      outcome: {
        status: 'deployed',
        canaryShare: 40,
        askedShare: 40,
        variants: [
          { role: 'stable', name: 'db-0..db-2', images: ['demo/db:v1'], replicas: 3, ready: 3 },
          { role: 'canary', name: 'db-3..db-4', images: ['demo/db:v2'], replicas: 2, ready: 2 },
        ],
      },
    });
    expect(await pods(bed)).toBe('v1 v1 v1 v2 v2');
    expect(said(await bed.act(share(40), db('v2')))).toBe('unchanged');
    expect(await pods(await opened(1))).toBe('v1 v1 v1 v1 v2');
    expect(await pods(await opened(100))).toBe('v1 v2 v2 v2 v2');
  });

  test('goes on with a larger share, and never back with a smaller one', async () => {
    const bed = await opened(20);
    expect(said(await bed.act(share(60), db('v2')))).toBe('deployed');
    expect(await pods(bed)).toBe('v1 v1 v2 v2 v2');
    expect(await bed.act(share(20), db('v2'))).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('a partition never goes back'),
    });
    expect(await pods(bed)).toBe('v1 v1 v2 v2 v2');
  });

  test('shows in a dry run which pods it will be, and names pods as they are numbered', async () => {
    const spec = { ordinals: { start: 1 } };
    const bed = await openBed(stage, db('v1', spec));
    const before = await bed.snapshot();
    const ending = await bed.act(share(40, { 'dry-run': 'true' }), db('v2', spec));
    expect(ending).toMatchObject({ outcome: { variants: [{ name: 'db-1..db-3' }, { name: 'db-4..db-5', images: ['demo/db:v2'] }] } });
    expect(await bed.snapshot()).toEqual(before);
  });

  test('is in nobody’s way but of what would roll the same StatefulSet', async () => {
    const bed = await opened(20);
    const plain = { action: 'deploy', strategy: 'none' };
    expect(said(await bed.act(plain, db('v3')))).toBe('ROLLOUT_OPEN');
    const deployment = web('v1')
      .map(file => ({ ...file, metadata: { name: 'db' } }))
      .slice(0, 1);
    expect(said(await bed.act(plain, deployment))).toBe('deployed');
    expect(said(await bed.act(share(25, { baseline: 'false' }), deployment))).toBe('ROLLOUT_OPEN');
    expect(await pods(bed)).toBe('v1 v1 v1 v1 v2');
  });

  test('of several StatefulSets goes on in all of them, and comes back in all', async () => {
    const two = (version: string): readonly KubeObject[] => {
      const files = db(version);
      const other = JSON.parse(JSON.stringify(files).replaceAll('"db"', '"queue"')) as readonly KubeObject[];
      return [...files, ...other];
    };
    const bed = await openBed(stage, two('v1'));
    const before = await bed.snapshot();
    const ending = await bed.act(share(20), two('v2'));
    expect(ending).toMatchObject({ outcome: { status: 'deployed', variants: [{}, { name: 'db-4' }, {}, { name: 'queue-4' }] } });
    expect(said(await bed.act(reject))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
  });

  test('walks through steps', async () => {
    const bed = await openBed(stage, db('v1'));
    const inputs = { action: 'deploy', strategy: 'canary', steps: '20,60', interval: '5s' };
    expect(said(await bed.act(inputs, db('v2')))).toBe('deployed');
    expect(await pods(bed)).toBe('v1 v1 v2 v2 v2');
  });

  test.each(['OrderedReady', 'Parallel'])('is promoted into all pods, with the files as they are and nothing left (%s)', async policy => {
    const spec = { podManagementPolicy: policy };
    const bed = await opened(20, 'v2', spec);
    expect(await bed.act(promote)).toMatchObject({ outcome: { status: 'promoted', variants: [{ name: 'db', images: ['demo/db:v2'] }] } });
    expect(await pods(bed)).toBe('v2 v2 v2 v2 v2');
    const released = await openBed(stage, db('v2', spec));
    expect(await bed.snapshot()).toEqual(await released.snapshot());
    expect(said(await bed.act({ ...promote }, db('v2', spec)))).toBe('unchanged');
  });

  test.each(['OrderedReady', 'Parallel'])('is rejected pod by pod, and the user has what he had (%s)', async policy => {
    const spec = { podManagementPolicy: policy };
    const bed = await openBed(stage, db('v1', spec));
    const before = await bed.snapshot();
    await bed.act(share(60), db('v2', spec));
    expect(await bed.act(reject)).toMatchObject({ outcome: { status: 'rejected', variants: [{ name: 'db', images: ['demo/db:v1'] }] } });
    expect(await pods(bed)).toBe('v1 v1 v1 v1 v1');
    expect(await bed.snapshot()).toEqual(before);
  });

  test.each(['OrderedReady', 'Parallel'])('that never gets ready is taken back at once, stuck pod and all (%s)', async policy => {
    const spec = { podManagementPolicy: policy };
    const bed = await openBed(stage, db('v1', spec));
    const before = await bed.snapshot();
    expect(await bed.act(share(40), db('v2-unready', spec), { timeoutSeconds: 5 })).toMatchObject({ code: 'NOT_READY' });
    expect(await pods(bed)).toBe('v1 v1 v1 v1 v1');
    expect(await bed.snapshot()).toEqual(before);
  });

  test('leaves a pod below the partition the old version, also where it is made anew', async () => {
    const bed = await opened(20);
    await bed.api.send('DELETE', '/api/v1/namespaces/{ns}/pods/db-1');
    await bed.api.until(set, body => (body.status as Spec).readyReplicas === 5);
    expect(await pods(bed)).toBe('v1 v1 v1 v1 v2');
  });

  test('deletes no pod that is stuck by another revision than the rejected one', async () => {
    const bed = await openBed(stage, db('v1'));
    await bed.act({ action: 'deploy', strategy: 'none' }, db('v1'));
    await bed.act({ action: 'deploy', strategy: 'none' }, db('other-unready'), { timeoutSeconds: 3 });
    const stuck = async () => (await bed.api.send('GET', '/api/v1/namespaces/{ns}/pods/db-4')).body.metadata;
    const before = await stuck();
    const inputs = share(20, { 'allow-unhealthy-stable': 'true' });
    expect(said(await bed.act(inputs, db('v2'), { timeoutSeconds: 5 }))).toBe('NOT_READY');
    expect(await stuck()).toMatchObject({ uid: (before as Spec).uid });
  });

  test('gives way to a newer release, from the old version on', async () => {
    const bed = await opened(60);
    expect(said(await bed.act(share(20), db('v3'), { run: 2 }))).toBe('deployed');
    expect(await pods(bed)).toBe('v1 v1 v1 v1 v3');
    expect(said(await bed.act(reject))).toBe('superseded');
    expect(said(await bed.act(reject, [], { run: 2 }))).toBe('rejected');
    expect(await pods(bed)).toBe('v1 v1 v1 v1 v1');
  });

  test('is what was deployed when it is promoted, and nothing that somebody made of it', async () => {
    const bed = await opened(20);
    const image = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'demo/db:v9' }];
    await bed.api.send('PATCH', `${set}?fieldManager=kubectl-edit`, image, 'application/json-patch+json');
    expect(said(await bed.act(promote))).toBe('RELEASE_MISMATCH');
    expect(said(await bed.act(reject))).toBe('rejected');
    expect(await pods(bed)).toBe('v1 v1 v1 v1 v1');
    expect(await field(bed, 'updateStrategy')).toEqual({ type: 'RollingUpdate', rollingUpdate: { partition: 0 } });
  });

  test('keeps the count that somebody has set meanwhile', async () => {
    const bed = await opened(20);
    await bed.api.send('PATCH', `${set}/scale`, { spec: { replicas: 6 } }, 'application/merge-patch+json');
    expect(said(await bed.act(reject))).toBe('rejected');
    expect(await pods(bed)).toBe('v1 v1 v1 v1 v1 v1');
  });

  test('brings what is new around it at once, and the rest at promote', async () => {
    const bed = await openBed(stage, [...db('v1'), config('other', 'old')]);
    const files = [...db('v2'), config('other', 'new'), config('brought')];
    await bed.act(share(20), files);
    expect(await bed.snapshot()).toMatchObject({ 'ConfigMap/brought': {}, 'ConfigMap/other': { data: { mode: 'old' } } });
    await bed.act(promote);
    expect(await bed.snapshot()).toMatchObject({ 'ConfigMap/other': { data: { mode: 'new' } } });
  });

  test('is a first release where none runs, and goes again where it is rejected before it was ready', async () => {
    const bed = await openBed(stage, []);
    expect(said(await bed.act(share(20), db('v1-unready'), { timeoutSeconds: 5 }))).toBe('NOT_READY');
    expect(said(await bed.act(reject))).toBe('rejected');
    expect(Object.keys(await bed.snapshot())).toEqual([]);
    expect(said(await bed.act(share(20), db('v1')))).toBe('first-release');
  });
});

describe('a StatefulSet is not released by its partition', () => {
  const refused = async (inputs: RawInputs, files: readonly KubeObject[], user = db('v1')): Promise<unknown> => {
    const bed = await openBed(stage, user);
    const before = await bed.snapshot();
    const ending = await bed.act(inputs, files);
    expect(await bed.snapshot()).toEqual(before);
    return ending;
  };
  const says = (text: string, code = 'UNSUPPORTED') => ({ type: 'failed', code, message: expect.stringContaining(text) });
  const partition = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } };
  const byHand = { updateStrategy: { type: 'OnDelete' } };
  const withConfig = (version: string, mode: string): readonly KubeObject[] => {
    const [first, ...rest] = db(version);
    const text = JSON.stringify(first).replace('"ports":', '"envFrom":[{"configMapRef":{"name":"settings"}}],"ports":');
    return [JSON.parse(text) as KubeObject, ...rest, config('settings', mode)];
  };

  test.each([
    ['through a router', share(20, { 'traffic-split-method': 'smi' }), db('v2'), db('v1'), 'traffic-split-method smi cannot split'],
    ['under watch', share(20, { soak: '1m' }), db('v2'), db('v1'), 'soak'],
    ['with one pod', share(20), db('v2', { replicas: 1 }), db('v1', { replicas: 1 }), 'with one pod or none'],
    ['over a partition of its own', share(20), db('v2'), db('v1', partition), 'a partition of 2'],
    ['with a partition in its file', share(20), db('v2', partition), db('v1'), 'its file has a partition'],
    ['where pods are replaced by hand', share(20), db('v2', byHand), db('v1', byHand), 'OnDelete'],
    ['with configuration that both versions read', share(20), withConfig('v2', 'b'), withConfig('v1', 'a'), 'ConfigMap settings'],
  ])('%s', async (_, inputs, files, user, text) => {
    expect(await refused(inputs, files, user)).toMatchObject(says(text));
  });

  test('where a field is changed that the API server lets nobody change: found before the first write', async () => {
    const claims = [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }];
    expect(await refused(share(20), db('v2', { volumeClaimTemplates: claims }))).toMatchObject(says('', 'INVALID'));
    expect(await refused(share(20), db('v2', { serviceName: 'other' }))).toMatchObject(says('', 'INVALID'));
  });

  test('beside Deployments: those are canaries, and it is rolled at promote', async () => {
    const bed = await openBed(stage, []);
    await bed.act({ action: 'deploy', strategy: 'none' }, [...db('v1'), ...web('v1')]);
    expect(said(await bed.act(share(25, { baseline: 'false' }), [...db('v2'), ...web('v2')]))).toBe('deployed');
    expect(await pods(bed)).toBe('v1 v1 v1 v1 v1');
    expect(said(await bed.act(promote))).toBe('promoted');
    expect(await pods(bed)).toBe('v2 v2 v2 v2 v2');
  });
});
