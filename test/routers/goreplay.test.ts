import { describe, expect, test } from '@jest/globals';
import { at, records } from '../../src/manifests/json.ts';
import { isSameTemplate, templateOf } from '../../src/manifests/template.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import type { Root } from '../../src/model/router.ts';
import type { Traffic } from '../../src/model/stage.ts';
import { goreplay } from '../../src/routers/goreplay.ts';
import { applied, liveOf } from '../contract/routers/cluster.ts';
import { root, rootService } from '../contract/routers/world.ts';

const stable: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'demo', uid: 'deployment-web' },
  spec: {
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ name: 'http', containerPort: 8080 }] }] },
    },
  },
};

const leafOf = (service: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: `${service}-canary`,
    namespace: 'demo',
    uid: `service-${service}-canary`,
    labels: { 'kubernetes-rollout/variant': 'canary', 'kubernetes-rollout/application': 'web' },
  },
  spec: { ports: [{ port: 80 }] },
});

const serviceOn = (name: string, targetPort: number | string): KubeObject => ({
  ...rootService,
  metadata: { name, namespace: 'demo', uid: `service-${name}` },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort }] },
});

const world = liveOf({ name: 'shadow', objects: [rootService, stable, leafOf('web')], versions: {} });
const copying = (percentage: number): Traffic => ({ weights: { stable: 1000 }, mirrors: { canary: percentage } });
const set = (live: Live, traffic: Traffic | null, of: Root = root): Live => applied(live, goreplay.render(traffic, of, live));
const deploymentIn = ({ objects }: Live): KubeObject => objects['apps/Deployment/demo/web'] ?? stable;
const containers = (live: Live) => records(at(deploymentIn(live), 'spec.template.spec.containers'));
const argsOf = (live: Live) => containers(live).map(({ args }) => args);

describe('goreplay', () => {
  test('copies what it hears on the pods’ port to the canary’s Service', () => {
    expect(argsOf(set(world, copying(100)))).toEqual([
      undefined,
      ['--input-raw', ':8080', '--output-http', 'http://web-canary.demo.svc:80', '--http-original-host'],
    ]);
  });

  test('reads back what it set, whole percents from 1 to 100', () => {
    for (let share = 1; share <= 100; share++)
      expect(goreplay.read(root, set(world, copying(share)))).toEqual({ owner: 'ours', traffic: copying(share) });
  });

  test('is no route where none of its containers is', () => {
    expect(goreplay.read(root, world)).toBe(null);
  });

  test('setting it twice restarts nothing the second time, whatever the API server filled in', () => {
    const once = set(world, copying(25));
    const [web, mirror] = containers(once);
    const filled = { ...stable, spec: { template: { spec: { containers: [web, { ...mirror, imagePullPolicy: 'Always' }] } } } };
    const live: Live = { ...once, objects: { ...once.objects, 'apps/Deployment/demo/web': JSON.parse(JSON.stringify(filled)) } };
    expect(goreplay.render(copying(25), root, live)).toEqual([]);
    expect(goreplay.render(copying(26), root, live)).toHaveLength(1);
  });

  test('taken away, or with nothing to copy, leaves stable as it was', () => {
    const split = set(set(world, copying(100)), copying(10));
    expect(set(split, null).objects).toEqual(world.objects);
    expect(set(split, { weights: { stable: 1000 } }).objects).toEqual(world.objects);
    expect(goreplay.render(null, root, world)).toEqual([]);
  });

  test('makes no other pod template of stable', () => {
    expect(isSameTemplate(templateOf(stable), templateOf(deploymentIn(set(world, copying(100)))))).toBe(true);
  });

  test('finds the port that the Service names', () => {
    const named = liveOf({ name: 'named', objects: [serviceOn('web', 'http'), stable, leafOf('web')], versions: {} });
    expect(argsOf(set(named, copying(100)))[1]).toContain(':8080');
  });

  test('refuses a Service whose port no container has, and a part of a percent', () => {
    const odd = liveOf({ name: 'odd', objects: [serviceOn('web', 'grpc'), stable, leafOf('web')], versions: {} });
    expect(() => goreplay.render(copying(100), root, odd)).toThrow('no TCP port');
    expect(() => goreplay.render(copying(12.5), root, world)).toThrow('whole percents');
  });

  test('takes the user’s image', () => {
    expect(containers(set(world, copying(100), { ...root, mirrorImage: 'own/gor:2' }))[1]?.image).toBe('own/gor:2');
  });

  test('copies a request once where two Services lead to one port', () => {
    const inner: Root = { ...root, service: 'inner' };
    const objects = [rootService, serviceOn('inner', 8080), stable, leafOf('web'), leafOf('inner')];
    const both = liveOf({ name: 'two', objects, versions: {} });
    const split = set(set(both, copying(100), inner), copying(100));
    expect(argsOf(split)).toHaveLength(2);
    expect(goreplay.read(inner, split)).toEqual(goreplay.read(root, split));
    expect(set(set(split, null), null, inner).objects).toEqual(both.objects);
  });

  test('is found by what it copies to when nobody remembers the workload', () => {
    const split = set(world, copying(100));
    expect(goreplay.read({ ...root, workload: '' }, split)?.traffic).toEqual(copying(100));
    expect(goreplay.read({ ...root, workload: '', service: 'other' }, split)).toBe(null);
  });
});
