import { describe, expect, test } from '@jest/globals';
import { at } from '../../src/manifests/json.ts';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Operation } from '../../src/model/operation.ts';
import { describe as spoken } from '../../src/plan/words/describe.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, play, recordOf } from '../build/live.ts';
import { aRecord } from '../build/record.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const v1 = aDeployment('web').replicas(10);
const v2 = v1.image('app:2');
const v3 = v1.image('app:3');
const service = aService('web').build();
const world = aLive(v1.build(), service);
const files = (version: typeof v1, ...more: readonly KubeObject[]): readonly KubeObject[] => [version.build(), service, ...more];
const deploy = aRequest({ files: files(v2) });
const words = (done: readonly Operation[]): readonly string[] => done.map(spoken);

describe('a canary through a mesh', () => {
  const { live, done } = play(deploy, world);

  test('is made in the one safe order', () => {
    expect(words(done)).toEqual([
      'claim the rollout of demo/web',
      'wait until Deployment demo/web is rolled out',
      'note stage "20%" in the record of web',
      'create Deployment demo/web-baseline (1 × app:1)',
      'create Deployment demo/web-canary (1 × app:2)',
      'create Service demo/web-stable',
      'create Service demo/web-baseline',
      'create Service demo/web-canary',
      expect.stringContaining('wait until Deployment demo/web is rolled out'),
      expect.stringContaining('wait until the pods of web are endpoints of web, web-stable'),
      'wait until Deployment demo/web-baseline is rolled out',
      'wait until Deployment demo/web-canary is rolled out',
      expect.stringMatching(/^wait \d+ s for the data plane$/),
      'wait until the pods of web-baseline are endpoints of web-baseline',
      'wait until the pods of web-canary are endpoints of web-canary',
      'create TrafficSplit demo/web-rollout (stable 1000, baseline 0, canary 0)',
      expect.stringMatching(/^wait until the data plane has had \d+ s for the current routes$/),
      'update TrafficSplit demo/web-rollout (stable 800, baseline 100, canary 100)',
      expect.stringMatching(/^wait \d+ s for the data plane$/),
      'read back the route of demo/web',
      'compare the share that web gets with the requested one',
      'release the claim on web',
    ]);
  });

  test('leaves stable and its Service as they were', () => {
    for (const object of [v1.build(), service]) expect(live.objects[keyOf(refOf(object))]).toEqual(world.objects[keyOf(refOf(object))]);
  });

  test('writes nothing when it is asked for again', () => {
    expect(words(play(deploy, live).done)).toEqual([]);
  });

  test('is promoted by the template that it was tested with, then leaves nothing of ours', () => {
    const promoted = play(aRequest({ inputs: { action: 'promote' }, files: files(v2) }), live);
    const said = words(promoted.done);
    const whenSaid = (part: string): number => said.findIndex(text => text.includes(part));
    expect(whenSaid('replace the pod template')).toBeGreaterThanOrEqual(0);
    expect(whenSaid('replace the pod template')).toBeLessThan(whenSaid('apply Deployment demo/web ('));
    expect(Object.keys(promoted.live.objects).sort()).toEqual(Object.keys(world.objects).sort());
    expect(at(promoted.live.objects[keyOf(refOf(v2.build()))], 'spec.template')).toEqual(at(v2.build(), 'spec.template'));
  });

  test('is rejected without files by its own run, and everything is as it was', () => {
    const rejected = play(aRequest({ inputs: { action: 'reject' } }), live);
    expect(rejected.live.objects).toEqual(world.objects);
  });

  test('drains before it is removed', () => {
    const said = words(play(aRequest({ inputs: { action: 'reject' } }), live).done);
    const drain = said.findIndex(text => text.startsWith('drain'));
    expect(drain).toBeGreaterThan(0);
    expect(said.findIndex(text => text.startsWith('remove Deployment'))).toBeGreaterThan(drain);
  });
});

test('a recreate that was killed behind its claim is rejected without a write of stable', () => {
  const originals = { stable: null, routes: [], others: [] };
  const claimed = aRecord(v1.build(), { strategy: 'recreate', stage: 'claimed', done: false, originals, tested: null, base: null });
  const request = aRequest({ inputs: { action: 'reject', strategy: 'recreate', 'reject-any': 'true' }, files: files(v2) });
  const { live, done } = play(request, aLive(v1.build(), service, claimed));
  expect(words(done).filter(text => /replace|apply|put .* back/.test(text))).toEqual([]);
  expect(live.objects).toEqual(world.objects);
});

describe('endpoints', () => {
  const waits = (done: readonly Operation[]): readonly string[] => words(done).filter(text => text.includes('endpoints of'));

  test('of a first release are awaited in the Service that it brings itself', () => {
    expect(waits(play(deploy, aLive()).done)).toEqual(['wait until the pods of web are endpoints of web']);
  });

  test('of stable are awaited in a Service that a canary’s files bring', () => {
    const admin = aService('admin').selecting({ app: 'web' }).build();
    const brought = play(aRequest({ files: files(v2, admin) }), world);
    expect(waits(brought.done)[0]).toMatch(/pods of web are endpoints of web, admin/);
  });

  test('are not awaited where no Service picks the pods', () => {
    const done = words(play(aRequest({ inputs: { 'traffic-split-method': 'pod' }, files: [v1.build()] }), aLive()).done);
    expect(done.filter(text => text.includes('Service') || text.includes('endpoints'))).toEqual([]);
    expect(done).toContain('wait until Deployment demo/web is rolled out');
  });
});

describe('a newer release over an open canary', () => {
  const older = play(deploy, world).live;
  const newer = play(aRequest({ files: files(v3), run: { id: 'run/2', name: 'run 2' } }), older);

  test('first gives all traffic back, then makes its own canary', () => {
    const said = words(newer.done);
    const gone = said.indexOf('remove Deployment demo/web-canary');
    expect(said.slice(0, gone).some(text => text.includes('web-canary 100)'))).toBe(false);
    expect(said.slice(gone)).toContain('create Deployment demo/web-canary (1 × app:3)');
  });

  test('is the one that the record tells of', () => {
    expect(recordOf(newer.live)).toMatchObject({ run: { id: 'run/2' }, stage: '20%', done: true });
  });

  test('does not let the older run take it back', () => {
    expect(words(play(aRequest({ inputs: { action: 'reject' }, files: files(v2) }), newer.live).done)).toEqual([]);
  });
});

describe('configuration that the release changes', () => {
  const settings = (color: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'demo' },
    data: { color },
  });
  const reading = v2.field('spec.template.spec.containers', [
    { name: 'web', image: 'app:2', envFrom: [{ configMapRef: { name: 'settings' } }] },
  ]);
  const opened = play(aRequest({ files: files(reading, settings('green')) }), aLive(v1.build(), service, settings('blue')));
  const find = (name: string) => opened.live.objects[keyOf({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'demo', name })];
  const canary = opened.live.objects[keyOf({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name: 'web-canary' })];

  test('is a copy for the canary, which reads it; stable’s stays', () => {
    expect([find('settings')?.data, find('settings-canary')?.data]).toEqual([{ color: 'blue' }, { color: 'green' }]);
    expect(at(canary, 'spec.template.spec.containers')).toMatchObject([{ envFrom: [{ configMapRef: { name: 'settings-canary' } }] }]);
  });

  test('goes with the canary', () => {
    const rejected = play(aRequest({ inputs: { action: 'reject' } }), opened.live).live;
    expect(Object.keys(rejected.objects).filter(key => key.includes('ConfigMap'))).toEqual([keyOf(refOf(settings('blue')))]);
  });
});

test('counts of pods are the split where there is no mesh, and stable grows back before the canary goes', () => {
  const pods = { 'traffic-split-method': 'pod', baseline: 'false' };
  const opened = play(aRequest({ inputs: { ...pods, percentage: '75', 'shrink-stable': 'true' }, files: files(v2) }), world);
  expect(words(opened.done)).toContain('Deployment demo/web: scale from 10 to 3 replicas');
  const said = words(play(aRequest({ inputs: { ...pods, action: 'reject' } }), opened.live).done);
  expect(said.findIndex(text => text.startsWith('put Deployment demo/web back') || text.includes('scale from 3 to 10'))).toBeGreaterThan(0);
  expect(said.indexOf('remove Deployment demo/web-canary')).toBeGreaterThan(
    said.findIndex(text => text.includes('Deployment demo/web is rolled out')),
  );
});
