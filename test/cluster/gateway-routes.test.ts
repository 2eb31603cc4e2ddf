import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect } from '@jest/globals';
import { connect } from '../../src/cluster/index.ts';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import type { Root } from '../../src/model/router.ts';
import type { Match, Traffic } from '../../src/model/stage.ts';
import { routers } from '../../src/routers/index.ts';
import { byTurns, facts, whenOver } from './lab/fact.ts';
import { ask, describeOnGateway, kinds, onceAnswering, route } from './lab/gateway.ts';
import { planes, type RouteKind } from './lab/planes.ts';
import { apply, install, openScene, type Scene, until } from './lab/scene.ts';
import { answeredBy, settled } from './lab/traffic.ts';
import { service, web } from './lab/web.ts';

const ONLY_MATCHED = { stable: 1000, canary: 0 };
const CANARY = 'kubernetes-rollout/variant=canary';
/** An address of the pods' network, where Envoy finds a server of the test's own. */
const ADDRESS = '10.244.255.20';

type Connected = Awaited<ReturnType<typeof connect>>;
let connection: Promise<Connected> | null = null;

describeOnGateway('what Contour and Envoy make of a route that was split', () => {
  facts(byTurns(kinds), '%s: requests with the header get the canary, all others do not', async kind => {
    const scene = await split(kind, { weights: ONLY_MATCHED, match: [header('always', 'exact'), header('beta-', 'prefix')] });
    expect(await variants(scene, { 'x-canary': 'always' })).toEqual(['canary']);
    expect(await variants(scene, { 'x-canary': 'beta-7' })).toEqual(['canary']);
    expect(await variants(scene, { 'x-canary': 'no-beta-7' })).toEqual(['stable']);
    expect(await variants(scene, {})).toEqual(['stable']);
  });

  facts(byTurns(kinds), '%s: a pattern means the whole value', async kind => {
    const scene = await split(kind, { weights: ONLY_MATCHED, match: [header('[0-9]+', 'regex')] });
    expect(await variants(scene, { 'x-canary': '42' })).toEqual(['canary']);
    expect(await variants(scene, { 'x-canary': 'a42' })).toEqual(['stable']);
  });

  facts(byTurns(kinds), '%s: a cookie is found among others, and its whole value counts', async kind => {
    const scene = await split(kind, { weights: ONLY_MATCHED, match: [{ kind: 'cookie', name: 'beta', value: '1', how: 'exact' }] });
    expect(await variants(scene, { cookie: 'a=2; beta=1; c=3' })).toEqual(['canary']);
    expect(await variants(scene, { cookie: 'beta=1' })).toEqual(['canary']);
    expect(await variants(scene, { cookie: 'beta=12' })).toEqual(['stable']);
    expect(await variants(scene, { cookie: 'alphabeta=1' })).toEqual(['stable']);
  });

  facts(byTurns(kinds), '%s: testers get the canary beside a weight for the others', async kind => {
    const scene = await split(kind, { weights: { stable: 500, canary: 500 }, match: [header('always', 'exact')] });
    expect(await variants(scene, { 'x-canary': 'always' })).toEqual(['canary']);
    expect(await variants(scene, {})).toEqual(['canary', 'stable']);
  });

  facts(kinds.slice(1), '%s: routes of one path are tried by their headers, their query parameters, then by name', async kind => {
    const scene = await openScene('split');
    await install(scene, canaryBeside([service('web', { app: 'web' })], [service('web-canary', { app: 'web-canary' })]));
    const tester = { header: { name: 'x-canary', exact: 'always' } };
    const given = (name: string) => ({ header: { name, present: true } });
    const pairs = { debug: { queryParameter: { name: 'debug', present: true } }, before: given('x-a'), behind: given('x-zone') };
    const routes = Object.entries(pairs).flatMap(([path, condition]) => [
      { conditions: [{ prefix: `/${path}` }, condition], services: [{ name: 'web', port: 80 }] },
      { conditions: [{ prefix: `/${path}` }, tester], services: [{ name: 'web-canary', port: 80 }] },
    ]);
    const user = route(scene, kind);
    await apply(scene, [{ ...user, spec: { ...user.spec, routes: [...routes, { services: [{ name: 'web', port: 80 }] }] } }]);
    await onceAnswering(scene);
    const headers = { 'x-canary': 'always', 'x-a': '1', 'x-zone': '1' };
    const answers = await Promise.all(Object.keys(pairs).map(path => ask(scene, headers, `/${path}?debug=1`)));
    expect(answers.map(({ variant }) => variant)).toEqual(['canary', 'stable', 'canary']);
  });

  facts(byTurns(kinds), '%s: every request is copied, and stable alone answers', async kind => {
    const scene = await split(kind, { weights: { stable: 1000 }, mirrors: { canary: 100 } });
    const before = await copies(scene);
    expect(await variants(scene, {}, 200)).toEqual(['stable']);
    await until('the copies have arrived', async () => (await copies(scene)) - before >= 200);
    expect((await copies(scene)) - before).toBe(200);
  });

  facts(kinds.slice(1), '%s: a part of the requests is copied', async kind => {
    const scene = await split(kind, { weights: { stable: 1000 }, mirrors: { canary: 25 } });
    const before = await copies(scene);
    expect(await variants(scene, {}, 600)).toEqual(['stable']);
    const share = ((await settled(() => copies(scene))) - before) / 600;
    // One sample, once: five standard deviations still tell a quarter from nothing, a tenth, a half and everything.
    expect(Math.abs(share - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / 600));
  });

  facts(kinds.slice(0, 1), '%s: a user keeps the version that he got', async kind => {
    const scene = await split(kind, { weights: { stable: 500, canary: 500 }, affinity: 'cookie' });
    for (let user = 0; user < 8; user++) {
      const { variant, cookies } = await ask(scene);
      const cookie = cookies.map(line => line.split(';')[0]).join('; ');
      expect(cookie).toContain('kubernetes-rollout-web=');
      expect(await variants(scene, { cookie: `theme=dark; ${cookie}` }, 15)).toEqual([variant]);
    }
  });

  facts(kinds.slice(0, 1), '%s: the cookies of the application go on beside the one that keeps a user', async kind => {
    const scene = await openScene('split');
    await install(scene, canaryBeside(await ofItsOwn('web', 'session=s; Path=/'), await ofItsOwn('web-canary', 'session=c; Path=/')));
    await set(scene, kind, { weights: { stable: 500, canary: 500 }, affinity: 'cookie' });
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(scene)));
    const names = answers.map(({ cookies }) =>
      cookies
        .map(line => line.replace(/=([sc]).*/, '=$1'))
        .sort()
        .join(' '),
    );
    expect([...new Set(names)].sort()).toEqual(['kubernetes-rollout-web=c session=c', 'kubernetes-rollout-web=s session=s']);
  });
});

afterAll(async () => (await connection)?.close());

/** One for all: Jest lets nothing be loaded while it goes from one test to the next. */
function connected(): Promise<Connected> {
  const sources = { kubeconfig: null, context: null, skipTlsVerify: false, environment: process.env, onSecret: () => undefined };
  connection ??= connect(sources);
  return connection;
}

const header = (value: string, how: Match['how']): Match => ({ kind: 'header', name: 'x-canary', value, how });

/** A stable and a canary behind a route that the router has split so, and that Contour has taken. */
async function split(kind: RouteKind, traffic: Traffic): Promise<Scene> {
  const scene = await openScene('split');
  await install(scene, canaryBeside([service('web', { app: 'web' })], [service('web-canary', { app: 'web-canary' })]));
  await set(scene, kind, traffic);
  return scene;
}

/** The Deployments of both versions, each with its Service. */
function canaryBeside(stable: readonly KubeObject[], canary: readonly KubeObject[]): readonly KubeObject[] {
  const labels = { 'kubernetes-rollout/variant': 'canary' };
  return [...web({ version: 'v1', services: stable }), ...web({ name: 'web-canary', version: 'v2', labels, services: canary })];
}

/** A Service whose requests this process answers, with a cookie: the pods of the lab set none. */
async function ofItsOwn(name: string, cookie: string): Promise<readonly KubeObject[]> {
  const server = createServer((_, answer) => answer.setHeader('set-cookie', cookie).end('{}'));
  await new Promise<void>(resolve => server.listen(0, ADDRESS, resolve));
  whenOver(() => server.close());
  const ports = [{ name: 'http', port: (server.address() as AddressInfo).port }];
  const of = { 'kubernetes.io/service-name': name };
  const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: `${name}-here`, labels: of } };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ name: 'http', port: 80 }] } },
    { ...slice, addressType: 'IPv4', ports, endpoints: [{ addresses: [ADDRESS], conditions: { ready: true } }] },
  ];
}

/** Lays the route down, has the router split it, and waits until Envoy does. */
async function set(scene: Scene, kind: RouteKind, traffic: Traffic): Promise<void> {
  const { namespace } = scene;
  await apply(scene, [route(scene, kind)]);
  await onceAnswering(scene);
  const { cluster } = await connected();
  const router = routers[planes[kind].router];
  if (!router) throw new Error(`no router ${planes[kind].router}`);
  const root: Root = { namespace, workload: 'web', service: 'web' };
  const names = router.kinds.map(async name => {
    const [group = '', of = ''] = name.split('/');
    return [name, await cluster.versions(group, of)] as const;
  });
  const versions = Object.fromEntries(await Promise.all(names));
  const read = async (): Promise<Live> => {
    const lists = await Promise.all(router.collections(namespace, { versions }).map(of => cluster.list(of)));
    const objects = Object.fromEntries(lists.flat().map(object => [keyOf(refOf(object)), object]));
    return { now: cluster.now(), objects, versions, rendered: {}, ended: [], changed: [] };
  };
  for (const change of router.render(traffic, root, await read())) {
    if (change.do === 'patch') await cluster.patch(change.ref, change.operations);
  }
  await until('the route is accepted as it is written', async () => router.accepted(root, await read()).state === 'ready');
  // Contour's status comes beside Envoy's configuration, not behind it.
  await new Promise(resolve => setTimeout(resolve, 1000));
}

/** Which variants answer so many requests. */
async function variants(scene: Scene, headers: Readonly<Record<string, string>>, requests = 40): Promise<readonly string[]> {
  const answers = [];
  for (let sent = 0; sent < requests; sent++) answers.push(await ask(scene, headers));
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  return [...new Set(answers.map(({ variant }) => variant))].sort();
}

const copies = async (scene: Scene): Promise<number> =>
  Object.values(await answeredBy(scene, CANARY)).reduce((sum, count) => sum + count, 0);
