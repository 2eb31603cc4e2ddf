import { describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import type { Match, Traffic } from '../../src/model/stage.ts';
import { nginx } from '../../src/routers/nginx.ts';
import { applied, liveOf } from '../contract/routers/cluster.ts';
import { ingress, pathTo } from '../contract/routers/nginx.ts';
import { root, rootService } from '../contract/routers/world.ts';

const versions = { 'networking.k8s.io/Ingress': ['v1'] };
const NGINX = 'nginx.ingress.kubernetes.io/';
const DARK: Traffic = { weights: { stable: 1000, canary: 0 } };

const liveWith = (...objects: readonly KubeObject[]): Live => liveOf({ name: 'nginx', objects: [rootService, ...objects], versions });
const set = (live: Live, traffic: Traffic | null): Live => applied(live, nginx.render(traffic, root, live));
const found = ({ objects }: Live, name: string): KubeObject | undefined => objects[`networking.k8s.io/Ingress/demo/${name}`];
const main = ingress('web', [pathTo('web')]);
const header = (value: string, how: Match['how'], name = 'x-beta'): Match => ({ kind: 'header', name, value, how });

const annotations = (traffic: Traffic): Readonly<Record<string, string>> =>
  found(set(liveWith(main), traffic), 'web-rollout')?.metadata.annotations ?? {};

describe('nginx', () => {
  test('gives the one canary Service the shares of baseline and canary together', () => {
    expect(annotations({ weights: { stable: 800, baseline: 100, canary: 100 } })).toMatchObject({
      [`${NGINX}canary`]: 'true',
      [`${NGINX}canary-weight`]: '200',
      [`${NGINX}canary-weight-total`]: '1000',
    });
  });

  test('stands beside the Ingresses that ingress-nginx serves, and no others', () => {
    const other = ingress('edge', [pathTo('web')], { ingressClassName: 'traefik' });
    expect(nginx.beside?.(root, liveWith(main, other)).map(({ name }) => name)).toEqual(['web']);
  });

  test('stays a canary at weight 0', () => {
    expect(annotations(DARK)).toMatchObject({ [`${NGINX}canary`]: 'true', [`${NGINX}canary-weight`]: '0' });
  });

  test('has the hosts and paths that lead to the Service, and no others', () => {
    const live = set(liveWith(ingress('web', [pathTo('web', '/api'), pathTo('shop', '/shop')])), DARK);
    expect(found(live, 'web-rollout')?.spec).toEqual({
      ingressClassName: 'nginx',
      rules: [{ host: 'web.example.test', http: { paths: [pathTo('web-canary', '/api')] } }],
    });
  });

  test('matches one header by value, by several by pattern', () => {
    expect(annotations({ ...DARK, match: [header('always', 'exact')] })).toMatchObject({ [`${NGINX}canary-by-header-value`]: 'always' });
    const pattern = annotations({ ...DARK, match: [header('a.b', 'exact'), header('beta-', 'prefix'), header('v[0-9]+', 'regex')] })[
      `${NGINX}canary-by-header-pattern`
    ];
    const matches = (value: string): boolean => new RegExp(pattern ?? '').test(value);
    expect(['a.b', 'beta-7', 'v12'].every(matches)).toBe(true);
    expect(['axb', 'a.bc', 'xbeta-7', 'v', 'xv1'].some(matches)).toBe(false);
  });

  test('matches cookies of any value by a pattern on their header, and the value always in its own way', () => {
    const beta: Match = { kind: 'cookie', name: 'beta', value: '1', how: 'exact' };
    const asked = annotations({ ...DARK, match: [beta, { ...beta, name: 'team', value: 'qa-', how: 'prefix' }] });
    expect(asked[`${NGINX}canary-by-header`]).toBe('Cookie');
    const matches = (cookies: string): boolean => new RegExp(asked[`${NGINX}canary-by-header-pattern`] ?? '').test(cookies);
    expect(['beta=1', 'a=b; beta=1; c=d', 'team=qa-7', 'beta=2; team=qa-'].every(matches)).toBe(true);
    expect(['xbeta=1', 'beta=10', 'a=beta=1', 'team=qa', 'beta=2'].some(matches)).toBe(false);
    const always = annotations({ ...DARK, match: [header('a', 'exact'), { ...beta, value: 'always' }] });
    expect(always).toMatchObject({ [`${NGINX}canary-by-header`]: 'x-beta', [`${NGINX}canary-by-cookie`]: 'beta' });
  });

  test.each<readonly Match[]>([
    [header('a', 'exact'), header('b', 'exact', 'x-other')],
    [header('a', 'exact'), { kind: 'cookie', name: 'beta', value: '1', how: 'exact' }],
    [header('a', 'exact'), { kind: 'cookie', name: 'beta', value: 'always', how: 'prefix' }],
  ])('refuses a match that ingress-nginx cannot make', (...match) => {
    expect(() => set(liveWith(main), { ...DARK, match })).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  });

  test('mirrors by the user’s Ingress, and takes just that away again', () => {
    const before = liveWith(main);
    const mirrored = set(before, { ...DARK, mirrors: { canary: 100 } });
    expect(found(mirrored, 'web')?.metadata.annotations).toEqual({
      owner: 'foreign',
      [`${NGINX}mirror-target`]: 'http://web-canary.demo.svc.cluster.local:80$request_uri',
      [`${NGINX}mirror-host`]: 'web.example.test',
    });
    expect(nginx.read(root, mirrored)).toEqual({ owner: 'ours', traffic: { ...DARK, mirrors: { canary: 100 } } });
    expect(set(mirrored, null).objects).toEqual(before.objects);
  });

  describe('keeping users by a cookie', () => {
    const KEPT: Traffic = { weights: { stable: 900, canary: 100 }, affinity: 'cookie' };
    const SESSION = [`${NGINX}affinity`, `${NGINX}session-cookie-name`, `${NGINX}session-cookie-path`];
    const canary = (uid: string): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web-canary', namespace: 'demo', uid },
    });
    const noted = (more: Readonly<Record<string, string>>): KubeObject => ({
      ...main,
      metadata: { ...main.metadata, annotations: { ...main.metadata.annotations, ...more } },
    });
    const session = (live: Live): readonly (string | undefined)[] => SESSION.map(key => found(live, 'web')?.metadata.annotations?.[key]);

    test('asks the user’s Ingress for one cookie for all paths, and takes just that away again', () => {
      const before = liveWith(main);
      const kept = set(before, KEPT);
      expect(session(kept)).toEqual(['cookie', expect.stringMatching(/^kubernetes-rollout-web-/), '/']);
      expect(found(kept, 'web')?.metadata.annotations).toMatchObject({ owner: 'foreign' });
      expect(nginx.read(root, kept)?.traffic).toEqual(KEPT);
      expect(set(kept, null).objects).toEqual(before.objects);
    });

    test('stays the same cookie while the share grows, and is another one for another canary', () => {
      const first = set(liveWith(main, canary('one')), KEPT);
      expect(session(set(first, { ...KEPT, weights: { stable: 750, canary: 250 } }))).toEqual(session(first));
      expect(session(set(liveWith(main, canary('two')), KEPT))).not.toEqual(session(first));
    });

    test.each([
      { stable: 1000, canary: 0 },
      { stable: 0, canary: 1000 },
    ])('binds nobody to a version without a share: %p', weights => {
      expect(session(set(set(liveWith(main), KEPT), { ...KEPT, weights }))).toEqual([undefined, undefined, undefined]);
    });

    test('keeps nobody of a canary without a share, not even by a cookie of the user’s own', () => {
      expect(annotations(DARK)).toMatchObject({ [`${NGINX}affinity-canary-behavior`]: 'legacy' });
      expect(annotations({ weights: KEPT.weights })).not.toHaveProperty([`${NGINX}affinity-canary-behavior`]);
    });

    test('leaves an affinity of the user’s own as it is', () => {
      const before = liveWith(noted({ [`${NGINX}affinity`]: 'cookie', [`${NGINX}session-cookie-name`]: 'shop' }));
      const kept = set(before, KEPT);
      expect(found(kept, 'web')).toEqual(found(before, 'web'));
      expect(nginx.read(root, kept)?.traffic).toEqual(KEPT);
      expect(set(kept, null).objects).toEqual(before.objects);
    });

    test('does not say that it keeps users when somebody took the annotations away', () => {
      const kept = set(liveWith(main), KEPT);
      const reset: Live = { ...kept, objects: { ...kept.objects, 'networking.k8s.io/Ingress/demo/web': main } };
      expect(nginx.read(root, reset)?.traffic).toEqual({ weights: KEPT.weights });
    });

    const legacy = noted({ [`${NGINX}affinity`]: 'cookie', [`${NGINX}affinity-canary-behavior`]: 'legacy' });
    const twoPorts = ingress('web', [pathTo('web'), { path: '/admin', backend: { service: { name: 'web', port: { number: 81 } } } }]);
    const fallback = { ...main, spec: { ...main.spec, defaultBackend: { service: { name: 'web', port: { number: 80 } } } } };
    const baseline: Traffic = { ...KEPT, weights: { stable: 800, baseline: 100, canary: 100 } };
    test.each<[RegExp, KubeObject, Traffic]>([
      [/affinity-canary-behavior: legacy/, legacy, KEPT],
      [/leads to Service shop too/, ingress('web', [pathTo('web'), pathTo('shop', '/shop')]), KEPT],
      [/several ports/, twoPorts, KEPT],
      [/what no path matches/, fallback, KEPT],
      [/it has session-cookie-name already/, noted({ [`${NGINX}session-cookie-name`]: 'shop' }), KEPT],
      [/it has upstream-hash-by already/, noted({ [`${NGINX}upstream-hash-by`]: '$remote_addr' }), KEPT],
      [/set baseline: false/, main, baseline],
      [/before it looks for a match/, main, { ...KEPT, match: [header('always', 'exact')] }],
      [/before it looks for a match/, noted({ [`${NGINX}affinity`]: 'cookie' }), { ...DARK, match: [header('always', 'exact')] }],
    ])('refuses where the cookie would not keep a user: %p', (why, object, traffic) => {
      expect(() => set(liveWith(object), traffic)).toThrow(why);
    });
  });

  test('does not say that it mirrors when somebody took the annotation away', () => {
    const mirrored = set(liveWith(main), { ...DARK, mirrors: { canary: 100 } });
    const reset: Live = { ...mirrored, objects: { ...mirrored.objects, 'networking.k8s.io/Ingress/demo/web': main } };
    expect(nginx.read(root, reset)).toEqual({ owner: 'ours', traffic: DARK });
  });

  test('refuses to mirror the requests of others', () => {
    const shared = ingress('web', [pathTo('web'), pathTo('shop', '/shop')]);
    expect(() => set(liveWith(shared), { ...DARK, mirrors: { canary: 100 } })).toThrow(/leads to Service shop too/);
  });

  test('reads the weight that is there when somebody changed it', () => {
    const live = set(liveWith(main), { weights: { stable: 900, canary: 100 } });
    const ours = found(live, 'web-rollout');
    const changed = {
      ...ours,
      metadata: { ...ours?.metadata, annotations: { ...ours?.metadata.annotations, [`${NGINX}canary-weight`]: '500' } },
    };
    const objects = { ...live.objects, 'networking.k8s.io/Ingress/demo/web-rollout': changed as KubeObject };
    expect(nginx.read(root, { ...live, objects })?.traffic).toEqual({ weights: { stable: 500, canary: 500 } });
  });

  test('refuses weight without an Ingress that ingress-nginx serves', () => {
    const other = ingress('web', [pathTo('web')], { ingressClassName: 'traefik' });
    expect(() => set(liveWith(other), { weights: { stable: 900, canary: 100 } })).toThrow(expect.objectContaining({ code: 'NO_ROUTE' }));
  });

  test('sees a rival in another canary for the same path', () => {
    const canary = ingress('hand-made', [pathTo('web')]);
    const rival = {
      ...canary,
      metadata: { ...canary.metadata, annotations: { [`${NGINX}canary`]: 'true' } },
      spec: { ...main.spec },
    };
    expect(nginx.rivals(root, liveWith(main, rival)).map(({ name }) => name)).toEqual(['hand-made']);
  });
});
