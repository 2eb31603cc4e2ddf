import { describe, expect, test } from '@jest/globals';
import { isRecord, same } from '../../src/manifests/json.ts';
import { isOurs } from '../../src/manifests/names.ts';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import type { TrafficRouter } from '../../src/model/router.ts';
import type { Traffic } from '../../src/model/stage.ts';
import { givenBack } from '../../src/routers/give-back.ts';
import { routers } from '../../src/routers/index.ts';
import { applied, liveOf, readyOf } from './routers/cluster.ts';
import { generateTraffic } from './routers/generate.ts';
import { fixtures } from './routers/index.ts';
import { root, stable } from './routers/world.ts';

const SAMPLES = 60;
const ALL_STABLE: Traffic = { weights: { stable: 1000 } };

test('every router that sets anything is held to the contract: where counts of pods are the split, nothing is', () => {
  const setting = Object.values(routers).filter(({ routing }) => routing === 'weights');
  expect(fixtures.map(({ router }) => router.name).sort()).toEqual(setting.map(({ name }) => name).sort());
});

const cases = fixtures.flatMap(({ router, worlds }) => worlds.map(world => ({ router, world, name: `${router.name}, ${world.name}` })));

describe.each(cases)('$name', ({ router, world }) => {
  const untouched = liveOf(world);
  const before = readyOf(world);
  const owner = router.read(root, before)?.owner ?? 'ours';
  const samples = generateTraffic(SAMPLES, world.can ?? router.can).filter(world.takes ?? (() => true));

  test('there is something to set', () => {
    expect(new Set(samples.map(traffic => JSON.stringify(traffic))).size).toBeGreaterThan(1);
  });

  test('an untouched route of the user’s is all stable, and no route is none', () => {
    expect(router.read(root, untouched)).toEqual(owner === 'user' ? { owner, traffic: ALL_STABLE } : null);
    expect(router.carriers(root, untouched).length > 0).toBe(owner === 'user');
  });

  test('what was set is read back', () => {
    for (const traffic of samples) expect(router.read(root, set(router, before, traffic))).toEqual({ owner, traffic });
  });

  test('setting it twice changes nothing the second time', () => {
    for (const traffic of samples) {
      const once = set(router, before, traffic);
      expect(set(router, once, traffic).objects).toEqual(once.objects);
    }
  });

  test('any traffic follows on any other', () => {
    let live = before;
    for (const traffic of samples) {
      live = set(router, live, traffic);
      expect(router.read(root, live)).toEqual({ owner, traffic });
    }
  });

  test('the way that led to a split does not show in it', () => {
    let live = before;
    for (const traffic of samples) {
      live = set(router, live, traffic);
      expect(live.objects).toEqual(set(router, before, traffic).objects);
    }
  });

  test('what is not ours comes through unchanged', () => {
    for (const traffic of samples) {
      const { objects } = set(router, before, traffic);
      for (const object of world.objects) expect(lost(object, objects)).toEqual([]);
    }
  });

  test('only what will be put back is changed: the carriers, what a route of ours stands beside, stable where it restarts', () => {
    const restarted = router.restarts ? [refOf(stable)] : [];
    const carriers = [...router.carriers(root, before), ...(router.beside?.(root, before) ?? []), ...restarted].map(keyOf);
    for (const traffic of samples) {
      const { objects } = set(router, before, traffic);
      const theirs = Object.entries(before.objects).filter(([, object]) => !isOurs(object));
      const touched = theirs.filter(([key, object]) => !same(objects[key], object)).map(([key]) => key);
      expect(touched.filter(key => !carriers.includes(key))).toEqual([]);
    }
  });

  test('the carriers are the same objects while they are split', () => {
    for (const traffic of samples) expect(router.carriers(root, set(router, before, traffic))).toEqual(router.carriers(root, before));
  });

  test('taken away, nothing of ours is left', () => {
    for (const traffic of samples) {
      const split = set(router, before, traffic);
      const without = applied(split, router.render(null, root, split));
      expect(Object.keys(without.objects).sort()).toEqual(Object.keys(before.objects).sort());
      if (owner === 'ours') expect(without.objects).toEqual(before.objects);
    }
  });

  test('given back, the user’s objects are what they were, and what others made of them meanwhile stays', () => {
    for (const traffic of owner === 'user' ? samples : []) {
      const { objects } = set(router, before, traffic);
      for (const original of router.carriers(root, before).map(ref => before.objects[keyOf(ref)] as KubeObject)) {
        const owed = { original, lanes: [{ name: 'web', router: router.name, root }], objects };
        const now = objects[keyOf(refOf(original))] as KubeObject;
        expect(givenBack(now, owed)).toEqual({ object: original, isTheirs: false });
        const { object, isTheirs } = givenBack(noted(now), owed);
        expect([isTheirs, object]).toEqual([true, noted(original)]);
      }
    }
  });

  test('our own route is no rival', () => {
    for (const traffic of samples) expect(router.rivals(root, set(router, before, traffic))).toEqual([]);
  });
});

/** Somebody has put an annotation on it. */
const noted = ({ metadata, ...object }: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...metadata, annotations: { ...metadata.annotations, note: 'foreign' } },
});

const set = (router: TrafficRouter, live: Live, traffic: Traffic): Live => applied(live, router.render(traffic, root, live));

/** Parts of the user's object with "foreign" in one of their own fields that are not in the object any more, weights aside. */
function lost(object: KubeObject, objects: Live['objects']): readonly unknown[] {
  const now = objects[keyOf({ ...object, ...object.metadata })];
  const parts = [...foreignParts(now)];
  return [...foreignParts(object)].filter(part => !parts.some(other => same(withoutWeight(part), withoutWeight(other))));
}

function* foreignParts(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (Array.isArray(value)) for (const item of value) yield* foreignParts(item);
  if (!isRecord(value)) return;
  if (Object.values(value).some(field => typeof field === 'string' && field.includes('foreign'))) yield value;
  for (const field of Object.values(value)) yield* foreignParts(field);
}

const withoutWeight = ({ weight: _weight, ...rest }: Readonly<Record<string, unknown>>): unknown => rest;
