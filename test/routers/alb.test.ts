import { describe, expect, test } from '@jest/globals';
import { at } from '../../src/manifests/json.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import type { Match, Traffic } from '../../src/model/stage.ts';
import { alb } from '../../src/routers/alb.ts';
import { after, liveOf } from '../contract/routers/cluster.ts';
import { ingress, pathTo } from '../contract/routers/nginx.ts';
import { root, rootService } from '../contract/routers/world.ts';

const versions = { 'networking.k8s.io/Ingress': ['v1'] };
const ALB = 'alb.ingress.kubernetes.io/';
const DARK: Traffic = { weights: { stable: 1000, canary: 0 } };
const header: Match = { kind: 'header', name: 'x-beta', value: 'al', how: 'prefix' };
const main = ingress('web', [pathTo('web')], { ingressClassName: 'alb' });

const noted = (annotations: Readonly<Record<string, string>>): KubeObject => ({
  ...main,
  metadata: { ...main.metadata, annotations: { ...main.metadata.annotations, ...annotations } },
});
const liveWith = (...objects: readonly KubeObject[]): Live => liveOf({ name: 'alb', objects: [rootService, ...objects], versions });
const split = (object: KubeObject, traffic: Traffic): KubeObject | undefined =>
  after(liveWith(object), alb.render(traffic, root, liveWith(object))).objects['networking.k8s.io/Ingress/demo/web'];
const note = (object: KubeObject | undefined, key: string): unknown => JSON.parse(object?.metadata.annotations?.[`${ALB}${key}`] ?? 'null');
const backends = (object: KubeObject | undefined): readonly unknown[] =>
  [at([at(object, 'spec.rules')].flat()[0], 'http.paths')].flat().map(path => at(path, 'backend.service'));

describe('alb', () => {
  test('leads the path to an action with weighted target groups', () => {
    const object = split(main, { weights: { stable: 900, canary: 100 } });
    expect(backends(object)).toEqual([{ name: 'web', port: { name: 'use-annotation' } }]);
    expect(note(object, 'actions.web')).toEqual({
      type: 'forward',
      forwardConfig: {
        targetGroups: [
          { serviceName: 'web', servicePort: 80, weight: 9 },
          { serviceName: 'web-canary', servicePort: 80, weight: 1 },
        ],
      },
    });
    expect(object?.metadata.annotations).toMatchObject({ owner: 'foreign' });
  });

  test('never writes the weight 1000, which a load balancer refuses', () => {
    expect(at(note(split(main, DARK), 'actions.web'), 'forwardConfig.targetGroups')).toMatchObject([{ weight: 1 }, { weight: 0 }]);
  });

  test('refuses proportions beside another Service that need more than 999', () => {
    const both = JSON.stringify({
      type: 'forward',
      forwardConfig: {
        targetGroups: [
          { serviceName: 'shop', servicePort: 80, weight: 3 },
          { serviceName: 'web', servicePort: 80, weight: 7 },
        ],
      },
    });
    const object = {
      ...noted({ [`${ALB}actions.web`]: both }),
      spec: {
        ...main.spec,
        rules: [
          { http: { paths: [{ ...Object(pathTo('web')), backend: { service: { name: 'web', port: { name: 'use-annotation' } } } }] } },
        ],
      },
    };
    expect(() => split(object, { weights: { stable: 541, canary: 459 } })).toThrow(/weights end at 999/);
  });

  test('asks for the user’s conditions and the match', () => {
    const source = { field: 'source-ip', sourceIpConfig: { values: ['10.0.0.0/8'] } };
    const object = split(noted({ [`${ALB}conditions.web`]: JSON.stringify([source]) }), { ...DARK, match: [header] });
    expect(backends(object).map(backend => at(backend, 'name'))).toEqual(['web-match-0-rollout', 'web']);
    expect(note(object, 'conditions.web-match-0-rollout')).toEqual([
      source,
      { field: 'http-header', httpHeaderConfig: { httpHeaderName: 'x-beta', values: ['al*'] } },
    ]);
    expect(alb.read(root, liveWith(...(object ? [object] : [])))?.traffic).toEqual({ ...DARK, match: [header] });
  });

  test('refuses a value with characters that stand for others', () => {
    expect(() => split(main, { ...DARK, match: [{ ...header, value: 'a?' }] })).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  });

  test('refuses several ports of the Service in one Ingress', () => {
    const other = { path: '/admin', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 81 } } } };
    const object = ingress('web', [pathTo('web'), other], { ingressClassName: 'alb' });
    expect(() => split(object, DARK)).toThrow(/several ports/);
  });

  test('leaves an Ingress of another controller alone', () => {
    expect(alb.carriers(root, liveWith(ingress('web', [pathTo('web')])))).toEqual([]);
  });
});
