import { describe, expect, test } from '@jest/globals';
import { at } from '../../src/manifests/json.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import type { Match, Traffic } from '../../src/model/stage.ts';
import { alb } from '../../src/routers/alb.ts';
import { applied, liveOf } from '../contract/routers/cluster.ts';
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
  applied(liveWith(object), alb.render(traffic, root, liveWith(object))).objects['networking.k8s.io/Ingress/demo/web'];
const note = (object: KubeObject | undefined, key: string): unknown => JSON.parse(object?.metadata.annotations?.[`${ALB}${key}`] ?? 'null');
const backends = (object: KubeObject | undefined): readonly unknown[] =>
  [at([at(object, 'spec.rules')].flat()[0], 'http.paths')].flat().map(path => at(path, 'backend.service'));

interface Asked {
  readonly values?: readonly string[];
  readonly regexValues?: readonly string[];
}

/** What the rules ahead of the user's compare a header with. */
const conditionsOf = (object: KubeObject | undefined): readonly Asked[] =>
  Object.entries(object?.metadata.annotations ?? {})
    .filter(([key]) => key.startsWith(`${ALB}conditions.web-match-`))
    .map(([, annotation]) => JSON.parse(annotation).at(-1).httpHeaderConfig);

/** As a load balancer reads it. */
const globbed = (glob: string): RegExp => new RegExp(`^${glob.replace(/[.+]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');

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

  describe('matching by a cookie', () => {
    const cookie: Match = { kind: 'cookie', name: 'beta', value: '1', how: 'exact' };
    const asked = (match: Match, object = main): readonly Asked[] => conditionsOf(split(object, { ...DARK, match: [match] }));
    const takes = (match: Match, header: string): boolean =>
      asked(match).some(
        ({ values = [], regexValues = [] }) =>
          values.some(glob => globbed(glob).test(header)) || regexValues.some(regex => new RegExp(regex).test(header)),
      );

    test.each<[Match['how'], string, readonly string[], readonly string[]]>([
      [
        'exact',
        '1',
        ['beta=1', 'a=b; beta=1', 'beta=1; a=b', 'a=b; beta=1; c=d'],
        ['xbeta=1', 'beta=10', 'beta=', 'a=beta=1', 'a=b; xbeta=1; c=d'],
      ],
      ['prefix', 'v2', ['beta=v2', 'beta=v2.1; a=b', 'a=b; beta=v20'], ['xbeta=v2', 'beta=v1', 'a=b; beta=1v2']],
      ['regex', 'v[23]', ['beta=v2', 'a=b; beta=v3; c=d'], ['beta=v4', 'xbeta=v2', 'beta=v22']],
    ])('%s: takes the cookie wherever it stands, and no other one', (how, value, taken, left) => {
      const match: Match = { ...cookie, value, how };
      expect(taken.filter(header => !takes(match, header))).toEqual([]);
      expect(left.filter(header => takes(match, header))).toEqual([]);
    });

    test('compares with no more values and wildcards in one rule than a load balancer takes', () => {
      const object = ingress('web', [pathTo('web', '/api')], { ingressClassName: 'alb' });
      for (const { values = [] } of asked(cookie, object)) {
        expect(values.length + ['web.example.test', '/api', '/api/*'].length).toBeLessThanOrEqual(5);
        expect([...values, '/api/*'].join('').split('*').length - 1).toBeLessThanOrEqual(5);
      }
      expect(asked(cookie, object).flatMap(({ values = [] }) => values)).toHaveLength(4);
    });

    test('refuses when the user’s own conditions leave no room', () => {
      const own = { field: 'source-ip', sourceIpConfig: { values: ['10.0.0.0/8', '10.1.0.0/16', '10.2.0.0/16'] } };
      expect(() => asked(cookie, noted({ [`${ALB}conditions.web`]: JSON.stringify([own]) }))).toThrow(/leave no room/);
    });

    test('refuses the header of all cookies', () => {
      expect(() => asked({ ...cookie, kind: 'header', name: 'cookie' })).toThrow(/all cookies at once/);
    });
  });

  test('asks for a regular expression as it is given', () => {
    const object = split(main, { ...DARK, match: [{ ...header, value: '^v[0-9]+$', how: 'regex' }] });
    expect(conditionsOf(object)).toEqual([{ httpHeaderName: 'x-beta', regexValues: ['^v[0-9]+$'] }]);
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
