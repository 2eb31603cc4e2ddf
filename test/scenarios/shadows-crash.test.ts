/** Versions under names of their own of which one died on its way, on the simulated cluster. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { gatewayRoute, web } from '../crash/kills/flows.ts';
import { type Bed, config, openBed, said } from '../stage/bed.ts';
import type { Snapshot } from '../stage/snapshot.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

let bed: Bed;
let before: Snapshot;
beforeEach(async () => {
  bed = await openBed(stage, [...web('v1'), config('settings', 'old'), gatewayRoute]);
  before = await bed.snapshot();
});

const shadow: RawInputs = { strategy: 'shadow', 'traffic-split-method': 'gateway-api' };
const canary: RawInputs = { strategy: 'canary', 'traffic-split-method': 'gateway-api', baseline: 'false' };
const named = (action: string, name: string): RawInputs => ({ ...shadow, action, 'variant-name': name });
const share = (percentage: string): RawInputs => ({ ...canary, action: 'deploy', percentage });
/** The claim of what died has lapsed. */
const later = { laterSeconds: 61 };

describe('a deploy that died behind its claim', () => {
  test.each([
    ['a version', named('deploy', 'a'), 'another version', named('deploy', 'b')],
    ['a version', named('deploy', 'a'), 'a canary', share('5')],
    ['a canary', share('5'), 'a version', named('deploy', 'a')],
  ])('of %s leaves stable as it is when %s is deployed next', async (_, died, __, next) => {
    await bed.dieBehind(1, { inputs: died, files: web('v2') });
    expect(said(await bed.act(next, web('v3'), later))).toBe('deployed');
    expect((await bed.snapshot())['Deployment/web']).toEqual(before['Deployment/web']);
    const { percentage: _share, ...plain } = next;
    expect(said(await bed.act({ ...plain, action: 'reject' }, [], later))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
  });
});

describe('a deploy that died before its Deployment was there', () => {
  test('leaves none of its files behind when another version comes and goes', async () => {
    const writes = await bed.dieBehind(3, { inputs: named('deploy', 'a'), files: [...web('v2'), config('of-a')] });
    expect(writes.join()).toContain('configmaps');
    expect(Object.keys(await bed.snapshot())).not.toContain('Deployment/web-a');
    expect(said(await bed.act(named('deploy', 'b'), web('v3'), later))).toBe('deployed');
    expect(said(await bed.act({ ...shadow, action: 'reject' }, [], later))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
  });
});

describe('a promote that died', () => {
  test('behind a file around the workload: rejected by its name, the file is what it was, also beside another version', async () => {
    const files = [...web('v2'), config('settings', 'new')];
    await bed.act(named('deploy', 'a'), files);
    await bed.act(named('deploy', 'b'), web('v3'));
    const writes = await bed.dieBehind(5, { inputs: named('promote', 'a'), files });
    expect(writes.at(-1)).toMatch(/^PATCH .*\/configmaps\/settings$/);
    expect(await bed.act(named('reject', 'b'), [], later)).toMatchObject({
      code: 'PROMOTE_IN_PROGRESS',
      hint: expect.stringContaining('or reject with variant-name a to go back'),
    });
    expect(said(await bed.act(named('reject', 'a'), [], later))).toBe('rejected');
    expect((await bed.snapshot())['ConfigMap/settings']).toEqual(before['ConfigMap/settings']);
    expect(said(await bed.act(named('reject', 'b'), [], later))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
  });

  test('behind stable’s roll, and its reject too: no other version is begun before stable is back', async () => {
    await bed.act(named('deploy', 'a'), web('v2'));
    const writes = await bed.dieBehind(6, { inputs: named('promote', 'a'), files: web('v2') });
    expect(writes.join()).toMatch(/PATCH [^,]*\/deployments\/web(,|$)/);
    await bed.dieBehind(1, { inputs: { ...shadow, action: 'reject' }, files: [] }, 61);
    expect((await bed.act(named('deploy', 'b'), web('v3'), { laterSeconds: 130 }))?.type).toBe('failed');
    expect(said(await bed.act({ ...shadow, action: 'reject' }, [], { laterSeconds: 200 }))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
  });
});

describe('a reject that died', () => {
  const brought = [...web('v2'), config('of-a')];

  test.each([4, 5, 6, 7])('behind write %i of a version beside another is finished by its name', async write => {
    await bed.act(named('deploy', 'b'), web('v3'));
    await bed.act(named('deploy', 'a'), brought);
    await bed.dieBehind(write, { inputs: named('reject', 'a'), files: [] });
    await bed.act(named('reject', 'a'), [], later);
    expect(said(await bed.act(named('reject', 'b'), [], later))).toBe('rejected');
    expect(Object.keys(await bed.snapshot()).sort()).toEqual(Object.keys(before).sort());
  });

  test.each([4, 5, 6, 7])('behind write %i of a canary is finished, and nothing that the canary brought stays', async write => {
    await bed.act(share('20'), brought);
    await bed.dieBehind(write, { inputs: { ...canary, action: 'reject' }, files: [] });
    await bed.act({ ...canary, action: 'reject' }, [], later);
    expect(Object.keys(await bed.snapshot()).sort()).toEqual(Object.keys(before).sort());
  });
});

describe('what a canary brought', () => {
  test.each([
    ['without it', web('v3')],
    ['with it', [...web('v3'), config('of-a')]],
  ])('goes also when a newer release, %s, took over and is rejected', async (_, newer) => {
    await bed.act(share('20'), [...web('v2'), config('of-a')]);
    expect(said(await bed.act(share('20'), newer, { run: 2 }))).toBe('deployed');
    expect(said(await bed.act({ ...canary, action: 'reject' }, [], { run: 2 }))).toBe('rejected');
    expect(Object.keys(await bed.snapshot()).sort()).toEqual(Object.keys(before).sort());
  });
});
