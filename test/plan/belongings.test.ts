import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import { belongings, targetsOf } from '../../src/plan/world/belongings.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, seenBy } from '../build/live.ts';
import { aRecord } from '../build/record.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const object = (apiVersion: string, kind: string, name: string, spec: KubeObject['spec'] = {}): KubeObject =>
  anObject(apiVersion, kind, name).namespace('demo').field('spec', spec).build();
const config = (name: string): KubeObject => object('v1', 'ConfigMap', name);
const route = (name: string, ...to: readonly string[]): KubeObject =>
  object('gateway.networking.k8s.io/v1', 'HTTPRoute', name, {
    rules: to.map(service => ({ backendRefs: [{ name: service, port: 80 }] })),
  });
const cron = object('batch/v1', 'CronJob', 'report');
const api = aDeployment('api');
const web = aDeployment('web').field('spec.template.spec', {
  serviceAccountName: 'web-account',
  containers: [{ name: 'web', image: 'app:1', envFrom: [{ configMapRef: { name: 'settings' } }] }],
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
});
const newer = (builder: typeof web): typeof web => builder.field('spec.template.metadata.annotations', { version: '2' });
const services = [aService('api').build(), aService('web').build()];

/** Names of what goes with each Deployment. */
function kept(files: readonly KubeObject[], live: Live, action = 'deploy'): Readonly<Record<string, readonly string[]>> {
  const request = aRequest({ inputs: { action }, files });
  const seen = seenBy(request, live);
  const targets = targetsOf(request, seen);
  const found = belongings(request, seen, targets);
  return Object.fromEntries(targets.map(({ name }, i) => [name, (found[i] ?? []).map(({ kind, metadata }) => `${kind} ${metadata.name}`)]));
}

const around = [
  ...services,
  route('shop', 'web'),
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'scaler', { scaleTargetRef: { kind: 'Deployment', name: 'web' } }),
  object('policy/v1', 'PodDisruptionBudget', 'budget', { selector: { matchLabels: { app: 'web' } } }),
  object('networking.k8s.io/v1', 'NetworkPolicy', 'wall', { podSelector: { matchLabels: { app: 'web' } } }),
  config('settings'),
  object('v1', 'ServiceAccount', 'web-account'),
  object('v1', 'PersistentVolumeClaim', 'data'),
];
const names = (objects: readonly KubeObject[]): readonly string[] => objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);

test('what is about one workload goes with it, and what is about none with the first', () => {
  const live = aLive(api.build(), web.build(), ...around, cron);
  const found = kept([newer(api).build(), newer(web).build(), ...around, cron], live);
  expect(found).toEqual({ api: ['Service api', 'CronJob report'], web: names(around).filter(name => name !== 'Service api') });
});

test('a single workload has all of it', () => {
  expect(kept([newer(web).build(), ...around, cron], aLive(web.build()))).toEqual({ web: names([...around, cron]) });
});

test('what several need goes with one that will be promoted: an open one, or else one that changes', () => {
  const files = [api.build(), newer(web).build(), config('other'), cron];
  const live = aLive(api.build(), web.build(), config('other'), cron);
  expect(kept(files, live)).toEqual({ api: [], web: ['ConfigMap other', 'CronJob report'] });
  const open = aLive(...Object.values(live.objects), aRecord(api.build()));
  expect(kept(files, open)).toEqual({ api: ['ConfigMap other', 'CronJob report'], web: [] });
});

test('at promote, what is about none that is open goes with one that is', () => {
  const live = aLive(api.build(), web.build(), ...services, route('shop', 'web'), aRecord(api.build()));
  const files = [newer(api).build(), web.build(), ...services, route('shop', 'web'), config('settings')];
  expect(kept(files, live)).toEqual({ api: ['Service api'], web: ['Service web', 'HTTPRoute shop', 'ConfigMap settings'] });
  expect(kept(files, live, 'promote')).toEqual({ api: names(files.slice(2)), web: [] });
});

test('a route goes with all whose requests it may split', () => {
  const shared = route('shop', 'api', 'web');
  const live = aLive(api.build(), web.build(), ...services, shared);
  expect(kept([newer(api).build(), newer(web).build(), shared], live)).toEqual({ api: ['HTTPRoute shop'], web: ['HTTPRoute shop'] });
  expect(kept([api.build(), newer(web).build(), shared], live)).toEqual({ api: [], web: ['HTTPRoute shop'] });
  expect(kept([api.build(), web.build(), shared], live)).toEqual({ api: ['HTTPRoute shop'], web: [] });
});

test('a workload that does not run yet brings what is not there yet, and nothing that another has', () => {
  const live = aLive(web.build(), config('settings'), cron, aService('web').build());
  const job = object('batch/v1', 'CronJob', 'new');
  const wall = object('networking.k8s.io/v1', 'NetworkPolicy', 'wall');
  const files = [aDeployment('admin').build(), web.build(), aService('admin').build(), config('settings'), cron, job, config('new'), wall];
  expect(kept(files, live)).toEqual({
    admin: ['Service admin', 'CronJob new', 'ConfigMap new'],
    web: ['ConfigMap settings', 'CronJob report', 'NetworkPolicy wall'],
  });
});
