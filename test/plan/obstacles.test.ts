import { describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, seenBy } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const v1 = aDeployment('web').replicas(4);
const service = aService('web').build();
const split = (name: string, of = 'web'): KubeObject =>
  anObject('split.smi-spec.io/v1alpha4', 'TrafficSplit', name).namespace('demo').field('spec', { service: of, backends: [] }).build();
const byPods: RawInputs = { 'traffic-split-method': 'pod', baseline: 'false' };

function refusal(live: Live, inputs: RawInputs = {}, files: readonly KubeObject[] = [v1.image('app:2').build(), service]): unknown {
  const request = aRequest({ inputs, files });
  try {
    prepare(request, seenBy(request, live), 'deploy');
    return null;
  } catch (error) {
    return error;
  }
}

const world = (...more: readonly KubeObject[]): Live => aLive(v1.build(), service, ...more);
const says = (code: string, ...parts: readonly string[]) =>
  expect.objectContaining({ code, message: expect.stringMatching(parts.join('.*')), hint: expect.stringMatching(/\S/) });

test('a plain application behind a mesh can take its first canary at once', () => {
  expect(refusal(world())).toBeNull();
});

describe('what another tool has left is refused by name', () => {
  test.each([
    [
      'a label of the one',
      world(aDeployment('web-canary').labels({ 'azure-pipelines/version': 'canary' }).build()),
      'Deployment demo/web-canary',
    ],
    [
      'a label of the other',
      world(aDeployment('web-baseline').labels({ 'workflow/version': 'baseline' }).build()),
      'Deployment demo/web-baseline',
    ],
    [
      'a colour on the pods',
      world(aDeployment('web-green').field('spec.template.metadata.labels', { app: 'web', 'k8s.deploy.color': 'green' }).build()),
      'Deployment demo/web-green',
    ],
    ['a stable of its own', world(aDeployment('web-stable').build()), 'Deployment demo/web-stable'],
    ['a Service for it', world(aService('web-stable').build()), 'Service demo/web-stable'],
    ['the split of the one', world(split('web-azure-pipelines-rollout')), 'TrafficSplit demo/web-azure-pipelines-rollout'],
    ['the split of the other', world(split('web-workflow-rollout')), 'TrafficSplit demo/web-workflow-rollout'],
  ])('%s', (_what, live, name) => {
    expect(refusal(live)).toEqual(says('FOREIGN_ROLLOUT', name));
  });
});

describe('a thing of the user’s is never taken over', () => {
  test.each([
    ['a Deployment', aDeployment('web-canary').build(), 'Deployment demo/web-canary'],
    ['a Service', aService('web-baseline').build(), 'Service demo/web-baseline'],
    [
      'a ConfigMap by the record’s name',
      anObject('v1', 'ConfigMap', 'web-rollout').namespace('demo').build(),
      'ConfigMap demo/web-rollout',
    ],
    ['a split by the name of ours', split('web-rollout', 'other'), 'TrafficSplit demo/web-rollout'],
  ])('%s', (_what, object, name) => {
    expect(refusal(world(object))).toEqual(says('NAME_TAKEN', name));
  });

  test('a split of the same Service', () => {
    expect(refusal(world(split('mine')))).toEqual(says('ROUTE_TAKEN', 'TrafficSplit demo/mine'));
  });
});

describe('where requests cannot be split', () => {
  test('a router that the cluster does not serve', () => {
    expect(refusal({ ...world(), versions: {} })).toEqual(says('ROUTER_UNAVAILABLE', 'split.smi-spec.io/TrafficSplit', 'smi'));
  });

  test('no Service over the pods', () => {
    expect(refusal(aLive(v1.build()), {}, [v1.image('app:2').build()])).toEqual(says('NO_SERVICE', 'Deployment demo/web'));
  });

  test('only a Service without an address, in the files or in the cluster', () => {
    const headless = aService('web-pods').selecting({ app: 'web' }).field('spec.clusterIP', 'None').build();
    const told = says('NO_SERVICE', 'Service web-pods', 'Deployment demo/web is headless');
    expect(refusal(aLive(v1.build()), {}, [v1.image('app:2').build(), headless])).toEqual(told);
    expect(refusal(aLive(v1.build(), headless), {}, [v1.image('app:2').build()])).toEqual(told);
    expect(refusal(aLive(v1.build(), headless), byPods, [v1.image('app:2').build()])).toBeNull();
  });

  test('not for a Service without an address in the files beside one with an address in the cluster', () => {
    const headless = aService('web-pods').selecting({ app: 'web' }).field('spec.clusterIP', 'None').build();
    expect(refusal(world(headless), {}, [v1.image('app:2').build(), headless])).toBeNull();
  });

  test('no route to the Service', () => {
    expect(refusal(world(), { 'traffic-split-method': 'gateway-api' })).toEqual(
      says('NO_ROUTE', 'gateway-api', 'HTTPRoute', 'Service web'),
    );
  });

  test('a mesh that cannot copy requests, with those that can', () => {
    expect(refusal(world(), { strategy: 'shadow', percentage: '' })).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('smi cannot mirror requests'),
      hint: expect.stringContaining('gateway-api'),
    });
  });

  test('Services that would pick any canary', () => {
    const live = aLive(v1.build(), service, aService('all').selecting({ app: 'web-canary' }).build());
    expect(refusal(live)).toEqual(says('ISOLATION_IMPOSSIBLE', 'Deployment demo/web'));
    expect(refusal(live, { isolation: 'none' })).toBeNull();
  });
});

describe('policies over stable’s pods', () => {
  const calico = anObject('projectcalico.org/v3', 'NetworkPolicy', 'default.web')
    .namespace('demo')
    .field('spec', { selector: "app == 'web'" })
    .build();
  const policy = anObject('security.istio.io/v1', 'AuthorizationPolicy', 'web')
    .namespace('demo')
    .field('spec', { selector: { matchLabels: { app: 'web' } } });

  test('of which no copy can be made are named', () => {
    expect(refusal(world(calico))).toEqual(says('ISOLATION_IMPOSSIBLE', 'NetworkPolicy demo/default.web'));
    expect(refusal(world(calico), { isolation: 'none' })).toBeNull();
    expect(refusal(world(calico), byPods)).toBeNull();
  });

  test('whose copy would have a name of the user’s are named', () => {
    const other = anObject('security.istio.io/v1', 'AuthorizationPolicy', 'web-canary').namespace('demo').field('spec', {}).build();
    expect(refusal(world(policy.build()))).toBeNull();
    expect(refusal(world(policy.build(), other))).toEqual(says('NAME_TAKEN', 'AuthorizationPolicy demo/web-canary'));
  });
});

describe('counts of pods', () => {
  test('reach more than half only when stable may shrink', () => {
    expect(refusal(world(), { ...byPods, percentage: '75' })).toEqual(says('UNSUPPORTED', '75 %'));
    expect(refusal(world(), { ...byPods, percentage: '75', 'shrink-stable': 'true' })).toBeNull();
    expect(refusal(world(), { ...byPods, percentage: '50' })).toBeNull();
  });

  test.each([
    ['HorizontalPodAutoscaler', 'autoscaling/v2', { kind: 'Deployment', name: 'web' }],
    ['ScaledObject', 'keda.sh/v1alpha1', { name: 'web' }],
  ])('cannot shrink what a %s grows again', (kind, apiVersion, scaleTargetRef) => {
    const autoscaler = anObject(apiVersion, kind, 'web').namespace('demo').field('spec', { scaleTargetRef }).build();
    expect(refusal(world(autoscaler), { ...byPods, percentage: '75', 'shrink-stable': 'true' })).toEqual(
      says('UNSUPPORTED', `${kind} demo/web`),
    );
  });
});

describe('a stable that is no measure', () => {
  test.each([
    ['paused', v1.field('spec.paused', true), 'is paused'],
    ['scaled to nothing', v1.replicas(0), '0 replicas'],
  ])('%s', (_how, stable, words) => {
    const live = aLive(stable.build(), service);
    expect(refusal(live)).toEqual(says('UNHEALTHY_STABLE', words));
    expect(refusal(live, { 'allow-unhealthy-stable': 'true' })).toBeNull();
  });
});
