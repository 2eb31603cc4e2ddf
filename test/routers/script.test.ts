import { describe, expect, test } from '@jest/globals';
import { encode } from '../../src/manifests/record.ts';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { Live } from '../../src/model/live.ts';
import type { Scripted } from '../../src/model/record.ts';
import type { Traffic } from '../../src/model/stage.ts';
import { script } from '../../src/routers/script.ts';
import { aRollout } from '../build/rollout.ts';
import { liveOf } from '../contract/routers/cluster.ts';
import { root, rootService } from '../contract/routers/world.ts';

const TENTH: Traffic = { weights: { stable: 900, canary: 100 }, match: [{ kind: 'header', name: 'x', value: '1', how: 'exact' }] };
const world = liveOf({ name: 'script', objects: [rootService], versions: {} });

function remembering(scripted: Readonly<Record<string, Scripted>>): Live {
  const { configMap } = encode(aRollout({ scripted }));
  return { ...world, objects: { ...world.objects, [keyOf(refOf(configMap))]: configMap } };
}

describe('the script', () => {
  test('gets the shares by Service, and what else is asked', () => {
    const [change] = script.render(TENTH, root, world);
    expect(change).toMatchObject({ do: 'run', service: 'web', traffic: TENTH });
    expect(JSON.parse(change?.do === 'run' ? change.input : '')).toEqual({
      namespace: 'demo',
      workload: 'web',
      service: 'web',
      backends: [
        { role: 'stable', service: 'web-stable', weight: 900 },
        { role: 'baseline', service: 'web-baseline', weight: 0 },
        { role: 'canary', service: 'web-canary', weight: 100 },
      ],
      match: TENTH.match,
      mirrors: [],
      affinity: null,
    });
  });

  test('is told the Service of the version, where that has a name', () => {
    const [change] = script.render({ weights: { stable: 0, canary: 1000 } }, { ...root, canary: 'v3', shadows: ['v3'] }, world);
    expect(JSON.parse(change?.do === 'run' ? change.input : '').backends).toContainEqual({
      role: 'canary',
      service: 'web-v3',
      weight: 1000,
    });
  });

  test('is told to send everything to the user’s own Service when the route goes: stable’s leaf goes with it', () => {
    const [change] = script.render(null, root, world);
    expect(JSON.parse(change?.do === 'run' ? change.input : '').backends[0]).toEqual({
      role: 'stable',
      service: 'web',
      weight: 1000,
    });
  });

  test('is known by what the record says that it was told', () => {
    expect(script.read(root, world)).toBe(null);
    expect(script.read(root, remembering({ other: { traffic: TENTH, done: true } }))).toBe(null);
    expect(script.read(root, remembering({ web: { traffic: TENTH, done: true } }))).toEqual({ owner: 'ours', traffic: TENTH });
  });

  test('that never came to its end is set again: nobody knows how requests go', () => {
    expect(script.read(root, remembering({ web: { traffic: TENTH, done: false } }))).toEqual({
      owner: 'ours',
      traffic: TENTH,
      mixed: true,
    });
  });
});
