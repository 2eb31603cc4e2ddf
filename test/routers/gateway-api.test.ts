import { describe, expect, test } from '@jest/globals';
import { at, records } from '../../src/manifests/json.ts';
import type { Json, KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import type { Traffic } from '../../src/model/stage.ts';
import { gatewayApi } from '../../src/routers/gateway-api.ts';
import { applied, liveOf } from '../contract/routers/cluster.ts';
import { root } from '../contract/routers/world.ts';

const GATEWAY = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' };
const web = { group: '', kind: 'Service', name: 'web', port: 80, weight: 1 };

describe('an HTTPRoute of the user’s', () => {
  test('gets the canary with weight 0 written out: a missing weight would mean 1', () => {
    const [rule] = rulesAfter(route([{ backendRefs: [web] }]), { weights: { stable: 1000, canary: 0 } });
    expect(rule?.backendRefs).toEqual([
      { ...web, weight: 1000 },
      { ...web, name: 'web-canary', weight: 0 },
    ]);
  });

  test('with a Service of the same name in another namespace is not touched', () => {
    const other = route([{ backendRefs: [{ ...web, namespace: 'elsewhere' }] }]);
    expect(gatewayApi.carriers(root, world(other))).toEqual([]);
  });

  test('leads testers by a copy of the rule with its filters and without its name', () => {
    const filters = [{ type: 'RequestHeaderModifier', requestHeaderModifier: { remove: ['x-internal'] } }];
    const rules = rulesAfter(route([{ name: 'all', filters, backendRefs: [web] }]), {
      weights: { stable: 1000, canary: 0 },
      match: [{ kind: 'header', name: 'x-canary', value: 'always', how: 'exact' }],
    });
    expect(rules[1]).toEqual({
      filters,
      matches: [{ headers: [{ name: 'x-canary', type: 'Exact', value: 'always' }] }],
      backendRefs: [{ ...web, name: 'web-canary', weight: 1 }],
    });
  });

  test('has no rule for testers whose header contradicts its own', () => {
    const matches = [{ headers: [{ type: 'Exact', name: 'X-Canary', value: 'never' }] }];
    const match = [{ kind: 'header', name: 'x-canary', value: 'always', how: 'exact' } as const];
    expect(rulesAfter(route([{ matches, backendRefs: [web] }]), { weights: { stable: 1000, canary: 0 }, match })).toHaveLength(1);
  });

  test('is refused by name when it would get more rules than the API takes', () => {
    const rules = Array.from({ length: 9 }, () => ({ backendRefs: [web] }));
    const match = [{ kind: 'header', name: 'x-canary', value: 'always', how: 'exact' } as const];
    const render = () => gatewayApi.render({ weights: { stable: 1000, canary: 0 }, match }, root, world(route(rules)));
    expect(render).toThrow('HTTPRoute demo/web: the route would need 18 rules');
  });

  test('copies nothing at 0 percent: some data planes read 0 as all', () => {
    const [rule] = rulesAfter(route([{ backendRefs: [web] }]), { weights: { stable: 1000 }, mirrors: { canary: 0 } });
    expect(rule?.filters).toBeUndefined();
  });

  test('forgets who got an older canary: the cookie names the one that runs', () => {
    const cookies = ['first', 'second'].map(uid => {
      const canary: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web-canary', namespace: 'demo', uid } };
      const traffic: Traffic = { weights: { stable: 500, canary: 500 }, affinity: 'cookie' };
      return JSON.stringify(rulesAfter(route([{ backendRefs: [web] }]), traffic, [canary]));
    });
    expect(cookies[0]).not.toEqual(cookies[1]);
  });

  test('says that two routes differ, as a crash between two writes leaves them', () => {
    const split = {
      backendRefs: [
        { ...web, weight: 800 },
        { ...web, name: 'web-canary', weight: 200 },
      ],
    };
    const live = world(route([split]), route([{ backendRefs: [web] }], 'second'));
    expect(gatewayApi.read(root, live)).toEqual({ owner: 'user', traffic: { weights: { stable: 900, canary: 100 } }, mixed: true });
  });
});

describe('a parent’s status', () => {
  test('counts once it speaks of this generation', () => {
    expect(stateOf([entry('True', 'True', 2)])).toBe('ready');
    expect(stateOf([entry('True', 'True', 1)])).toBe('waiting');
  });

  test('that says no generation, as Linkerd’s, is of this one', () => {
    expect(stateOf([entry('True', 'True')])).toBe('ready');
    expect(stateOf([entry('True', 'False')])).toBe('failing');
  });

  test('stops with the condition’s own words, also where only a backend is missing and Accepted stays True', () => {
    expect(gatewayApi.accepted(root, world(withStatus([entry('True', 'False', 2)])))).toEqual(
      expect.objectContaining({ state: 'failing', text: expect.stringContaining('BackendNotFound: Service web-canary is missing') }),
    );
  });

  test('of a parent that the route does not name any more blocks nothing', () => {
    expect(stateOf([entry('True', 'True', 2), { ...entry('False', 'False', 2), parentRef: { ...GATEWAY, name: 'gone' } }])).toBe('ready');
  });

  test('of a controller that is gone blocks nothing beside one that has taken the route', () => {
    expect(stateOf([{ ...entry('False', 'True', 1), controllerName: 'gone' }, entry('True', 'True', 2)])).toBe('ready');
  });

  test('that is not there for a named parent is waited for some time, and then that parent is named', () => {
    const others = [{ ...entry('True', 'True', 2), parentRef: { ...GATEWAY, name: 'other' } }];
    expect(gatewayApi.accepted(root, world(withStatus(others)))).toEqual(
      expect.objectContaining({
        state: 'failing',
        text: `HTTPRoute demo/web: its parent ${GATEWAY.name} does not mention it`,
        hint: expect.stringContaining(`Gateway ${GATEWAY.name} does not exist`),
        graceSeconds: 30,
      }),
    );
  });
});

describe('a parent that did not serve the route before', () => {
  const other = { ...GATEWAY, name: 'other' };
  const entryOf = (parentRef: Json, accepted: string, reason = 'Accepted'): Json => {
    const conditions = ['Accepted', 'ResolvedRefs'].map(type => ({
      type,
      status: type === 'Accepted' ? accepted : 'True',
      reason,
      observedGeneration: 2,
    }));
    return { parentRef, controllerName: 'example.test/controller', conditions };
  };
  const world2 = (rules: readonly Json[], parents: readonly Json[]): Live => {
    const made = route(rules);
    return world({ ...made, spec: { ...made.spec, parentRefs: [GATEWAY, other] }, status: { parents } });
  };
  const whole: readonly Json[] = [{ backendRefs: [web] }];
  const split: readonly Json[] = [
    {
      backendRefs: [
        { ...web, weight: 900 },
        { ...web, name: 'web-canary', weight: 100 },
      ],
    },
  ];
  const refusing = [entryOf(GATEWAY, 'True'), entryOf(other, 'False', 'UnsupportedValue')];
  const deafIn = (live: Live): readonly string[] => (gatewayApi.deaf?.(root, live) ?? []).map(({ text }) => text);

  test('is told, also when nobody speaks for it', () => {
    expect(deafIn(world2(whole, refusing))).toEqual([expect.stringContaining('Accepted is False for parent other: UnsupportedValue')]);
    expect(deafIn(world2(whole, [entryOf(GATEWAY, 'True')]))).toEqual([expect.stringContaining('its parent other does not mention it')]);
    expect(deafIn(world2(whole, []))).toEqual([]);
  });

  test('is not waited for, unless it is the only kind there is', () => {
    const keys = (live: Live): readonly string[] => (gatewayApi.deaf?.(root, live) ?? []).map(({ key }) => key);
    const live = world2(whole, refusing);
    expect(gatewayApi.accepted(root, live)).toMatchObject({ state: 'failing' });
    expect(gatewayApi.accepted(root, live, keys(live))).toMatchObject({ state: 'ready' });
    const none = world2(whole, [entryOf(GATEWAY, 'False'), entryOf(other, 'False')]);
    expect(gatewayApi.accepted(root, none, keys(none))).toMatchObject({ state: 'failing' });
  });

  test('may refuse what we wrote: where a split stands, only what is about parent and listener counts', () => {
    expect(deafIn(world2(split, refusing))).toEqual([]);
    expect(deafIn(world2(split, [entryOf(GATEWAY, 'True'), entryOf(other, 'False', 'NotAllowedByListeners')]))).toHaveLength(1);
  });
});

describe('a part of the requests behind Contour, which copies all of them', () => {
  const CONTOUR = 'projectcontour.io/gateway-controller';
  const tenth: Traffic = { weights: { stable: 1000, canary: 0 }, mirrors: { canary: 10 } };
  const behind = (controllerName: string, generation = 2): Live =>
    world(withStatus([{ ...entry('True', 'True', generation), controllerName }]));
  const refusal = expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringMatching(/^HTTPRoute demo\/web: .*Contour/) });

  test('is refused where the route’s status says so', () => {
    expect(() => gatewayApi.render(tenth, root, behind(CONTOUR))).toThrow(refusal);
    expect(() => gatewayApi.render({ ...tenth, mirrors: { canary: 100 } }, root, behind(CONTOUR))).not.toThrow();
    expect(() => gatewayApi.render({ ...tenth, mirrors: { canary: 0 } }, root, behind(CONTOUR))).not.toThrow();
  });

  test('is believed of all others, and where Contour is gone', () => {
    expect(() => gatewayApi.render(tenth, root, behind('gateway.envoyproxy.io/gatewayclass-controller'))).not.toThrow();
    expect(() => gatewayApi.render(tenth, root, behind(CONTOUR, 1))).not.toThrow();
  });

  test('keeps nobody from ending what stands already', () => {
    const before = behind('');
    const [[key, standing] = ['', undefined]] = Object.entries(applied(before, gatewayApi.render(tenth, root, before)).objects);
    const known = Object.values(behind(CONTOUR).objects)[0]?.status;
    const live: Live = { ...before, objects: standing && known ? { [key]: { ...standing, status: known } } : {} };
    expect(() => gatewayApi.render({ ...tenth, weights: { stable: 1000 } }, root, live)).not.toThrow();
  });
});

function route(rules: readonly Json[], name = 'web'): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'demo', uid: name, generation: 2 },
    spec: { parentRefs: [GATEWAY], rules },
  };
}

const withStatus = (parents: readonly Json[]): KubeObject => ({ ...route([{ backendRefs: [web] }]), status: { parents } });

function entry(accepted: string, resolved: string, observedGeneration?: number) {
  const seen = observedGeneration === undefined ? {} : { observedGeneration };
  const message = 'Service web-canary is missing';
  return {
    parentRef: { ...GATEWAY, namespace: 'demo' },
    controllerName: 'example.test/controller',
    conditions: [
      { type: 'Accepted', status: accepted, ...seen, reason: 'Accepted', message: '' },
      { type: 'ResolvedRefs', status: resolved, ...seen, reason: 'BackendNotFound', message },
    ],
  };
}

const stateOf = (parents: readonly Json[]): string => gatewayApi.accepted(root, world(withStatus(parents))).state;

const world = (...objects: readonly KubeObject[]): Live => liveOf({ name: '', objects, versions: {} });

function rulesAfter(user: KubeObject, traffic: Traffic, others: readonly KubeObject[] = []): readonly Readonly<Record<string, unknown>>[] {
  const live = world(user, ...others);
  const { objects } = applied(live, gatewayApi.render(traffic, root, live));
  return records(
    at(
      Object.values(objects).find(({ kind }) => kind === 'HTTPRoute'),
      'spec.rules',
    ),
  );
}
