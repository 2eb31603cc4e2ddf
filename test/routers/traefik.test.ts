import { describe, expect, test } from '@jest/globals';
import { at } from '../../src/manifests/json.ts';
import type { Json, KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import type { Match, Traffic } from '../../src/model/stage.ts';
import { traefik } from '../../src/routers/traefik.ts';
import { applied, liveOf } from '../contract/routers/cluster.ts';
import { root, rootService } from '../contract/routers/world.ts';

const versions = { 'traefik.io/IngressRoute': ['v1alpha1'], 'traefik.io/TraefikService': ['v1alpha1'] };
const DARK: Traffic = { weights: { stable: 1000, canary: 0 } };
const header: Match = { kind: 'header', name: 'x-beta', value: 'always', how: 'exact' };

const route = (match: string, more: Readonly<Record<string, Json>> = {}): KubeObject => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'IngressRoute',
  metadata: { name: 'web', namespace: 'demo', uid: 'ingress-route-web' },
  spec: { routes: [{ kind: 'Rule', match, services: [{ name: 'web', port: 80 }], ...more }] },
});

const liveWith = (...objects: readonly KubeObject[]): Live => liveOf({ name: 'traefik', objects: [rootService, ...objects], versions });
const set = (live: Live, traffic: Traffic): Live => applied(live, traefik.render(traffic, root, live));
const routes = ({ objects }: Live): readonly unknown[] => [at(objects['traefik.io/IngressRoute/demo/web'], 'spec.routes')].flat();
const spec = ({ objects }: Live, name: string): unknown => objects[`traefik.io/TraefikService/demo/${name}`]?.spec;

describe('traefik', () => {
  test('leads the user’s route to a TraefikService that splits', () => {
    const live = set(liveWith(route('Host(`a`)')), { weights: { stable: 900, canary: 100 } });
    expect(at(routes(live)[0], 'services')).toEqual([{ kind: 'TraefikService', name: 'web-80-rollout' }]);
    expect(spec(live, 'web-80-rollout')).toEqual({
      weighted: {
        services: [
          { name: 'web', port: 80, weight: 900 },
          { name: 'web-canary', port: 80, weight: 100 },
        ],
      },
    });
  });

  test('makes the TraefikService before a route names it', () => {
    expect(traefik.render(DARK, root, liveWith(route('Host(`a`)'))).map(change => change.do)).toEqual(['create', 'patch']);
  });

  test('copies requests in front of the split, with a percentage written out', () => {
    const live = set(liveWith(route('Host(`a`)')), { ...DARK, mirrors: { canary: 25 } });
    expect(at(routes(live)[0], 'services')).toEqual([{ kind: 'TraefikService', name: 'web-80-mirror' }]);
    expect(spec(live, 'web-80-mirror')).toEqual({
      mirroring: { kind: 'TraefikService', name: 'web-80-rollout', mirrors: [{ name: 'web-canary', port: 80, percent: 25 }] },
    });
  });

  test('gets one step ahead of the rule it is made from, and not ahead of longer rules of others', () => {
    const live = set(liveWith(route('Host(`a`)')), { ...DARK, match: [header] });
    expect(routes(live)[0]).toMatchObject({
      match: '(Host(`a`)) && (Header(`x-beta`, `always`))',
      priority: 'Host(`a`)'.length + 1,
      services: [{ name: 'web-canary', port: 80 }],
    });
  });

  test('spells headers as version 2 does where the route does', () => {
    const live = set(liveWith(route('HostHeader(`a`)', { syntax: 'v2', priority: 7 })), { ...DARK, match: [header] });
    expect(routes(live)[0]).toMatchObject({ match: '(HostHeader(`a`)) && (Headers(`x-beta`, `always`))', priority: 8 });
  });

  test('refuses a value that would end the rule’s quotes', () => {
    expect(() => set(liveWith(route('Host(`a`)')), { ...DARK, match: [{ ...header, value: '`) || Host(`b' }] })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED' }),
    );
  });

  describe('affinity', () => {
    const KEPT: Traffic = { weights: { stable: 900, canary: 100 }, affinity: 'cookie' };
    const canary = (uid: string): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web-canary', namespace: 'demo', uid },
    });
    const cookie = (live: Live): unknown => at(spec(live, 'web-80-rollout'), 'weighted.sticky.cookie.name');

    test('stays by the same cookie while the share grows, and by another one for another canary', () => {
      const first = set(liveWith(route('Host(`a`)'), canary('one')), KEPT);
      expect(cookie(first)).toMatch(/^kubernetes-rollout-web-/);
      expect(cookie(set(first, { ...KEPT, weights: { stable: 500, canary: 500 } }))).toBe(cookie(first));
      expect(cookie(set(liveWith(route('Host(`a`)'), canary('two')), KEPT))).not.toBe(cookie(first));
    });
  });

  test('sees a rival in a TraefikService of the user’s by a name of ours', () => {
    const taken: KubeObject = {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'TraefikService',
      metadata: { name: 'web-80-rollout', namespace: 'demo', uid: 'taken' },
    };
    expect(traefik.rivals(root, liveWith(route('Host(`a`)'), taken)).map(({ name }) => name)).toEqual(['web-80-rollout']);
  });
});
