import { describe, expect, test } from '@jest/globals';
import { type Connected, connect } from '../../src/cluster/index.ts';
import { at } from '../../src/manifests/json.ts';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { Collection, KubeObject } from '../../src/model/kube.ts';
import type { Change, Live } from '../../src/model/live.ts';
import type { Root, TrafficRouter } from '../../src/model/router.ts';
import type { Traffic } from '../../src/model/stage.ts';
import { generateTraffic } from '../contract/routers/generate.ts';
import { fixtures } from '../contract/routers/index.ts';
import type { World } from '../contract/routers/world.ts';
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
/** Worlds of which this lab serves at least one kind, and none that the world does without. */
const cases = fixtures.flatMap(({ router, worlds }) =>
  worlds
    .filter(({ versions }) => Object.entries(versions).every(([kind, wanted]) => wanted.some(version => served[kind]?.includes(version))))
    .map(world => ({ name: `${router.name}, ${world.name}`, router, world })),
);

// Without any of the CRDs there is nothing to ask.
const describeWithRoutes = cases.length > 0 ? describeOnLab : describe.skip;

describeWithRoutes('a real API server, validating strictly', () => {
  test.each(cases)('takes every traffic of $name, and gives it back as it was set', ({ router, world }) =>
    closing(async () => {
      const place = await open(router, world);
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

async function open(router: TrafficRouter, world: World): Promise<Place> {
  const { namespace } = await openScene('routes');
  const connected = await reach();
  whenOver(() => connected.close());
  const versions = Object.fromEntries(Object.keys(world.versions).map(kind => [kind, served[kind] ?? []]));
  for (const object of world.objects) await connected.cluster.create(moved(object, namespace));
  return { router, connected, versions, root: { namespace, workload: 'web', service: 'web' } };
}

/** The object in another namespace, without what only a stored one has. */
function moved(object: KubeObject, namespace: string): KubeObject {
  const { uid: _uid, generation: _generation, ...metadata } = object.metadata;
  return JSON.parse(JSON.stringify({ ...object, metadata }).replaceAll(/\bdemo\b/g, namespace));
}

async function read({ router, root, connected: { cluster }, versions }: Place): Promise<Live> {
  const services: Collection = { apiVersion: 'v1', kind: 'Service', namespace: root.namespace };
  const lists = await Promise.all([services, ...router.collections(root.namespace, { versions })].map(of => cluster.list(of)));
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
