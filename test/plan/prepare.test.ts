import { describe, expect, test } from '@jest/globals';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Request } from '../../src/model/request.ts';
import { outcomeOf } from '../../src/plan/outcome.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, play, seenBy } from '../build/live.ts';
import { aRecord } from '../build/record.ts';
import { type Asked, actionOf, aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const v1 = aDeployment('web').replicas(10);
const v2 = v1.image('app:2');
const service = aService('web').build();
const world = aLive(v1.build(), service);

const plan = (request: Request, live = world) => prepare(request, seenBy(request, live), actionOf(request));
const withoutFiles = (action: string, run: Asked['run'] = {}, more: Asked['inputs'] = {}) => aRequest({ inputs: { action, ...more }, run });

describe('without files', () => {
  const two = aLive(aRecord(v1.build()), aRecord(aDeployment('api').build(), { run: { id: 'run/8', name: 'run 8' } }));

  test('nothing open is nothing to promote, and rejected already', () => {
    expect(() => plan(withoutFiles('promote'))).toThrow(expect.objectContaining({ code: 'NOTHING_TO_PROMOTE' }));
    expect(plan(withoutFiles('reject'))).toMatchObject({ plan: [], isSuperseded: false });
  });

  test('a StatefulSet that this run has made or rolled is promoted already', () => {
    const { metadata, spec } = v1.build();
    const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { ...metadata, creationTimestamp: '2026-01-01T10:00:00Z' }, spec };
    const rolled = { ...set, metadata: { ...set.metadata, managedFields: [{ manager: 'kubectl', time: '2026-01-01T12:00:00Z' }] } };
    const startedAt = Date.UTC(2026, 0, 1, 11);
    const nothing = expect.objectContaining({ code: 'NOTHING_TO_PROMOTE' });
    expect(() => plan(withoutFiles('promote', { startedAt }), aLive(set as KubeObject))).toThrow(nothing);
    expect(plan(withoutFiles('promote', { startedAt }), aLive(rolled as KubeObject)).plan).toEqual([]);
  });

  test('two open rollouts are refused by name', () => {
    expect(() => plan(withoutFiles('reject'), two)).toThrow(
      expect.objectContaining({
        code: 'SEVERAL_ROLLOUTS',
        message: expect.stringMatching(/api \(run 8\).*web \(run 9\)|web \(run 9\).*api \(run 8\)/),
      }),
    );
  });

  test('a run means its own, and application names one', () => {
    expect(plan(withoutFiles('reject', { id: 'run/8' }), two).apps.map(({ name }) => name)).toEqual(['api']);
    expect(plan(withoutFiles('reject', {}, { application: 'web' }), two).apps.map(({ name }) => name)).toEqual(['web']);
  });

  describe('and an application of which nothing is open', () => {
    const open = aLive(
      v1.build(),
      aRecord(v1.build(), { application: 'shop', run: { id: 'run/1', name: 'run 1' } }),
      ...Object.values(play(aRequest({ files: [v2.build(), service] }), world).live.objects).filter(({ kind }) => kind !== 'ConfigMap'),
    );
    const words = 'no rollout of application nope is open in namespace demo; open are: shop (web)';

    test('promote takes nothing, and says what is open', () => {
      const promote = withoutFiles('promote', { startedAt: 0 }, { application: 'nope' });
      expect(() => plan(promote, open)).toThrow(expect.objectContaining({ code: 'NOTHING_TO_PROMOTE', message: words }));
    });

    test('reject takes nothing, and says so', () => {
      const rejected = plan(withoutFiles('reject', {}, { application: 'nope', 'reject-any': 'true' }), open);
      expect([rejected.plan, rejected.notices.join()]).toEqual([[], expect.stringContaining(words)]);
    });

    test('what a lost record left of another is not taken either', () => {
      const lost = aLive(...Object.values(open.objects).filter(({ kind }) => kind !== 'ConfigMap'));
      expect(plan(withoutFiles('reject', {}, { application: 'nope' }), lost).apps).toEqual([]);
      expect(plan(withoutFiles('reject', {}, { application: 'web' }), lost).apps.map(({ name }) => name)).toEqual(['web']);
    });
  });

  describe('a person at a terminal, whose runs are all one', () => {
    const ann = { id: 'terminal/ann@laptop', name: 'ann at laptop', interactive: true };
    const api = aDeployment('api').build();
    const both = (release: string) => aLive(aRecord(v1.build(), { run: ann }), aRecord(api, { run: ann, release }));

    test.each(['promote', 'reject'])('does not %s what was deployed apart', action => {
      expect(() => plan(withoutFiles(action, ann), both('release-8'))).toThrow(expect.objectContaining({ code: 'SEVERAL_ROLLOUTS' }));
    });

    test('takes back what was deployed together, and what application names', () => {
      expect(plan(withoutFiles('reject', ann), both('release-9')).apps.map(({ name }) => name)).toEqual(['api', 'web']);
      const named = withoutFiles('reject', ann, { application: 'api' });
      expect(plan(named, both('release-8')).apps.map(({ name }) => name)).toEqual(['api']);
    });
  });

  test('another run’s canary is superseded, not rejected, unless any is meant', () => {
    const live = play(aRequest({ files: [v2.build(), service] }), world).live;
    expect(plan(withoutFiles('reject', { id: 'run/2' }), live)).toMatchObject({ isSuperseded: true, plan: [] });
    expect(plan(withoutFiles('reject', { id: 'run/2' }, { 'reject-any': 'true' }), live).plan.length).toBeGreaterThan(0);
  });

  test('what a lost record left behind is known by its labels', () => {
    const { live } = play(aRequest({ files: [v2.build(), service] }), world);
    const objects = Object.fromEntries(Object.entries(live.objects).filter(([key]) => !key.includes('ConfigMap')));
    const rejected = play(withoutFiles('reject'), { ...live, objects });
    expect(Object.keys(rejected.live.objects).sort()).toEqual(Object.keys(world.objects).sort());
  });
});

test('files without a Deployment are nothing that could run as a canary', () => {
  expect(() => plan(aRequest({ files: [service] }))).toThrow(expect.objectContaining({ code: 'NOTHING_TO_DEPLOY' }));
  const hint = expect.stringContaining('Give reject the manifests that were deployed');
  expect(() => plan(aRequest({ inputs: { action: 'reject', strategy: 'none' }, files: [service] }))).toThrow(
    expect.objectContaining({ code: 'NOTHING_TO_DEPLOY', hint }),
  );
});

describe('a dry run', () => {
  const request = aRequest({ inputs: { percentage: '45.9', 'dry-run': 'true' }, files: [v2.build(), service] });
  const outcome = outcomeOf(request, plan(request), plan(request));

  test('shows the shares and the pods that the plan leads to', () => {
    expect(outcome).toMatchObject({
      status: 'deployed',
      dryRun: true,
      weights: { stable: 542, baseline: 229, canary: 229 },
      canaryShare: 22.9,
      askedShare: 22.9,
    });
    expect(outcome.variants.map(({ name, images, replicas, share }) => [name, images, replicas, share])).toEqual([
      ['web', ['app:1'], 10, 54.2],
      ['web-baseline', ['app:1'], 3, 22.9],
      ['web-canary', ['app:2'], 3, 22.9],
    ]);
  });

  test('of counts of pods shows what they make of the share that was asked', () => {
    const pods = aRequest({
      inputs: { 'traffic-split-method': 'pod', baseline: 'false', percentage: '25', 'dry-run': 'true' },
      files: [v1.replicas(2).image('app:2').build(), service],
    });
    const small = aLive(v1.replicas(2).build(), service);
    expect(outcomeOf(pods, plan(pods, small), plan(pods, small))).toMatchObject({ canaryShare: 33.3, askedShare: 25 });
  });
});

test('a first release is applied as it is, and says so', () => {
  const request = aRequest({ files: [v1.build(), service] });
  const first = plan(request, aLive());
  expect([first.isFirst, outcomeOf(request, first, first).status]).toEqual([true, 'first-release']);
});

test('promote says which route it does not apply because the rollout of another workload splits requests by it', () => {
  const rules = ['api', 'web'].map(name => ({ backendRefs: [{ name, port: 80 }] }));
  const route = anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', 'shop').namespace('demo').field('spec', { rules }).build();
  const [api, apis] = [aDeployment('api'), aService('api').build()];
  const gateway = { 'traffic-split-method': 'gateway-api', baseline: 'false' };
  const own = play(
    aRequest({ inputs: gateway, files: [v2.build(), service, route] }),
    aLive(v1.build(), service, api.build(), apis, route),
  );
  const files = [api.image('api:2').build(), apis];
  const both = play(aRequest({ inputs: gateway, files, run: { id: 'run/2', name: 'run 2' } }), own.live).live;
  const told = (live: typeof both) =>
    plan(aRequest({ inputs: { ...gateway, action: 'promote' }, files: [v2.build(), service, route] }), live).notices;
  expect(told(both)).toEqual([expect.stringMatching(/^HTTPRoute demo\/shop is not applied: the rollout of Deployment demo\/api splits/)]);
  expect(told(own.live)).toEqual([]);
});

describe('a Deployment of the files that has nothing to do', () => {
  const worker = aDeployment('worker');
  const asked = { inputs: { baseline: 'false' }, files: [v2.build(), service, worker.build()] };
  const steps = (live: typeof world) =>
    new Set(
      plan(aRequest(asked), live)
        .plan.flat()
        .map(({ workload }) => workload),
    );

  test.each([
    ['without a Service', worker],
    ['at 0 replicas', worker.replicas(0)],
    ['that is paused', worker.field('spec.paused', true)],
  ])('%s keeps the others from nothing', (_name, standing) => {
    expect(steps(aLive(v1.build(), service, standing.build()))).toEqual(new Set(['demo/web']));
  });
});

describe('a Deployment of the files that has no Service, beside one that has', () => {
  const old = aDeployment('worker').image('app:1').build();
  const before = { ...aLive(v1.build(), service, old), changed: [keyOf(refOf(old))] };
  const files = [v2.build(), service, aDeployment('worker').image('app:2').build()];
  const told = /^Deployment demo\/worker has no Service: it is rolled at promote\.$/;

  test.each(['smi', 'pod'])('gets no canary by %s, and comes with the other at promote', router => {
    const { apps, notices } = plan(aRequest({ inputs: { 'traffic-split-method': router }, files }), before);
    expect(apps.map(({ key }) => key)).toEqual(['demo/web']);
    expect(notices).toContainEqual(expect.stringMatching(told));
  });

  test('is said to roll at promote only where it changes', () => {
    const { notices } = plan(aRequest({ files: [v2.build(), service, old] }), { ...before, changed: [] });
    expect(notices).not.toContainEqual(expect.stringMatching(told));
  });

  test.each([
    ['has a canary of its own open', [aRecord(old, { router: 'pod' })]],
    ['is all that there is', []],
  ])('runs beside itself where it %s', (_name, objects) => {
    const live = aLive(...Object.values(before.objects), ...objects);
    const given = objects.length > 0 ? files : files.slice(2);
    const { apps } = plan(aRequest({ inputs: { 'traffic-split-method': 'pod', baseline: 'false' }, files: given }), live);
    expect(apps.map(({ name }) => name)).toContain('worker');
  });

  test('has its turn like all where what runs is stopped first', () => {
    const { apps } = plan(aRequest({ inputs: { strategy: 'recreate', 'traffic-split-method': 'pod' }, files }), before);
    expect(apps.map(({ name }) => name)).toEqual(['web', 'worker']);
  });
});
