import { describe, expect, test } from '@jest/globals';
import { type Connected, connect } from '../../src/cluster/index.ts';
import { at } from '../../src/manifests/json.ts';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { Collection, KubeObject } from '../../src/model/kube.ts';
import type { Change, Live } from '../../src/model/live.ts';
import type { Root, TrafficRouter } from '../../src/model/router.ts';
import type { Traffic } from '../../src/model/stage.ts';
import { routers } from '../../src/routers/index.ts';
import { generateTraffic } from '../contract/routers/generate.ts';
import { fixtures } from '../contract/routers/index.ts';
import { root as rootOfAll, type World } from '../contract/routers/world.ts';
import { closing, whenOver } from './lab/fact.ts';
import { describeOnLab, labFolder } from './lab/lab.ts';
import { openScene } from './lab/scene.ts';

const SAMPLES = 15;

/** A world on a real API server, its kinds in the versions that are served here. */
interface Place {
  readonly router: TrafficRouter;
  readonly root: Root;
  readonly connected: Connected;
  readonly versions: Live['versions'];
}

const served = labFolder === undefined ? {} : await servedVersions();
/** Worlds whose kinds this lab serves, each once for every version that is served: one version of a kind is known at a time. */
const cases = fixtures
  // A script writes nothing that an API server would look at.
  .filter(({ router }) => !router.declared)
  .flatMap(({ router, worlds }) =>
    worlds.flatMap(world =>
      servedIn(router, world).map(versions => ({
        name: [router.name, world.name, ...spoken(versions)].join(', '),
        router,
        world,
        versions,
      })),
    ),
  );

/** Each kind of a world with one of the served versions that the router writes; none where one of the kinds has none. */
function servedIn(router: TrafficRouter, { versions }: World): readonly Live['versions'][] {
  const here = Object.entries(versions).map(([kind, wanted]) => {
    const all = wanted.filter(version => served[kind]?.includes(version));
    return [kind, all.filter(version => writes(router, kind, { ...versions, [kind]: [version] }))] as const;
  });
  const most = Math.max(1, ...here.map(([, all]) => all.length));
  if (here.some(([, all]) => all.length === 0)) return [];
  return Array.from({ length: most }, (_, i) =>
    Object.fromEntries(here.map(([kind, all]) => [kind, all.slice(i).concat(all).slice(0, 1)])),
  );
}

/** Whether a router reads and writes a kind at the only version in which it is served. */
function writes(router: TrafficRouter, name: string, versions: Live['versions']): boolean {
  const [group, kind] = name.split('/');
  return router.collections('demo', { versions }).some(of => of.kind === kind && of.apiVersion === `${group}/${versions[name]?.[0]}`);
}

function spoken(versions: Live['versions']): readonly string[] {
  return Object.entries(versions).map(([kind, [version]]) => `${kind.split('/')[1]} ${version}`);
}

// Without any of the CRDs there is nothing to ask.
const describeWithRoutes = cases.length > 0 ? describeOnLab : describe.skip;

describeWithRoutes('a real API server, validating strictly', () => {
  test('is asked with every version that it serves and that a router writes', () => {
    const asked = new Set(cases.flatMap(({ versions }) => Object.entries(versions).map(([kind, [version]]) => `${kind} ${version}`)));
    const all = Object.entries(served).flatMap(([kind, versions]) => versions.map(version => ({ kind, version })));
    const written = all.filter(({ kind, version }) => Object.values(routers).some(router => writes(router, kind, { [kind]: [version] })));
    expect(written.map(({ kind, version }) => `${kind} ${version}`).filter(name => !asked.has(name))).toEqual([]);
  });

  test.each(cases)('takes every traffic of $name, and gives it back as it was set', ({ router, world, versions }) =>
    closing(async () => {
      const place = await open(router, world, versions);
      const samples = generateTraffic(SAMPLES, world.can ?? router.can, 7).filter(world.takes ?? (() => true));
      for (const traffic of samples) await expectTaken(traffic, place);
      await write(router.render(null, place.root, await read(place)), place);
      expect(router.read(place.root, await read(place))?.owner).not.toBe('ours');
    }),
  );
});

async function expectTaken(traffic: Traffic, place: Place): Promise<void> {
  const { router, root } = place;
  await write(router.render(traffic, root, await read(place)), place);
  const now = await read(place);
  expect(router.read(root, now)?.traffic).toEqual(traffic);
  expect(router.render(traffic, root, now).filter(change => change.do === 'patch')).toEqual([]);
}

async function open(router: TrafficRouter, { objects, made = [] }: World, versions: Live['versions']): Promise<Place> {
  const { namespace } = await openScene('routes');
  const connected = await reach();
  whenOver(() => connected.close());
  for (const object of [...objects, ...made]) await connected.cluster.create(moved(object, namespace));
  return { router, connected, versions, root: { ...rootOfAll, namespace } };
}

/** The object in another namespace, without what only a stored one has. */
function moved(object: KubeObject, namespace: string): KubeObject {
  const { uid: _uid, generation: _generation, ...metadata } = object.metadata;
  return JSON.parse(JSON.stringify({ ...object, metadata }).replaceAll(/\bdemo\b/g, namespace));
}

async function read({ router, root, connected: { cluster }, versions }: Place): Promise<Live> {
  const { namespace } = root;
  const always: readonly Collection[] = [
    { apiVersion: 'v1', kind: 'Service', namespace },
    { apiVersion: 'apps/v1', kind: 'Deployment', namespace },
  ];
  const lists = await Promise.all([...always, ...router.collections(namespace, { versions })].map(of => cluster.list(of)));
  const objects = Object.fromEntries(lists.flat().map(object => [keyOf(refOf(object)), object]));
  return { now: cluster.now(), objects, versions, rendered: {}, ended: [], changed: [] };
}

async function write(changes: readonly Change[], { connected: { cluster } }: Place): Promise<void> {
  for (const change of changes) {
    if (change.do === 'create') await cluster.create(change.object);
    if (change.do === 'replace') await cluster.replace(await atItsVersion(change.object));
    if (change.do === 'patch') await cluster.patch(change.ref, change.operations);
    if (change.do === 'remove') await cluster.remove(change.ref);
  }
  async function atItsVersion(object: KubeObject): Promise<KubeObject> {
    const now = await cluster.get(refOf(object));
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(at(now, 'metadata.resourceVersion')) } };
  }
}

function reach(): Promise<Connected> {
  return connect({ kubeconfig: null, context: null, skipTlsVerify: false, environment: process.env, onSecret: () => undefined });
}

async function servedVersions(): Promise<Live['versions']> {
  const { cluster, close } = await reach();
  const kinds = [...new Set(fixtures.flatMap(({ router }) => router.kinds))];
  const entries = kinds.map(async name => {
    const [group = '', kind = ''] = name.split('/');
    return [name, await cluster.versions(group, kind)] as const;
  });
  const versions = Object.fromEntries(await Promise.all(entries));
  await close();
  return versions;
}
