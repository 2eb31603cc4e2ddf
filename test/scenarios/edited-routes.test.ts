/** A route that a person changes while an action is under way. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { at, records } from '../../src/manifests/json.ts';
import type { Event } from '../../src/model/event.ts';
import type { Cluster } from '../../src/model/kube.ts';
import { application, leading, ROUTE, shopBy } from '../build/shop.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

const canary: RawInputs = { strategy: 'canary', 'traffic-split-method': 'gateway-api', baseline: 'false' };

let stage: CrashStage;
let bed: Bed;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  bed = await openBed(stage, [
    ...application('web', 'v1'),
    ...application('api', 'v1'),
    shopBy(leading('/api', 'api'), leading('/', 'web')),
  ]);
});

const rules = async (): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  records(at((await bed.api.send('GET', ROUTE)).body, 'spec.rules'));

/** What a person's editor sends. */
async function edit(operations: readonly unknown[]): Promise<void> {
  const { code } = await bed.api.send('PATCH', `${ROUTE}?fieldManager=editor`, operations, 'application/json-patch+json');
  expect(code).toBe(200);
}

describe('a route that a person edits while a deploy holds', () => {
  const steps: RawInputs = { ...canary, action: 'deploy', steps: '5,10', interval: '1s' };

  /** Deploys, and edits while the first share holds. */
  const edited = async (operations: readonly unknown[]): Promise<string> => {
    let edits: Promise<void> | null = null;
    const onEvent = (event: Event): void => {
      if (event.type === 'step' && event.text.startsWith('hold')) edits ??= edit(operations);
    };
    const ending = await bed.act(steps, application('web', 'v2'), { onEvent });
    await edits;
    return said(ending);
  };

  const weights = async (): Promise<readonly unknown[]> =>
    (await rules()).map(({ backendRefs }) => records(backendRefs).map(({ weight }) => weight));

  test('gets the next share around what is theirs', async () => {
    expect(await edited([{ op: 'add', path: '/spec/rules/0', value: leading('/new', 'api') }])).toBe('deployed');
    expect(await weights()).toEqual([[undefined], [undefined], [900, 100]]);
  });

  test('gives all requests back where it was the split itself', async () => {
    expect(await edited([{ op: 'replace', path: '/spec/rules/1/backendRefs/1/weight', value: 950 }])).toBe('ROUTE_CHANGED');
    expect(await weights()).toEqual([[undefined], [undefined]]);
  });
});

describe('a route that a person changes while promote replaces the running version', () => {
  /** Promotes, and lets the person at the route as the running version is written. */
  const promotedAround = async (change: () => Promise<void>): Promise<string> => {
    expect(said(await bed.act({ ...canary, action: 'deploy', percentage: '10' }, application('web', 'v2')))).toBe('deployed');
    let changed: Promise<void> | null = null;
    const once = (): Promise<void> => {
      changed ??= change();
      return changed;
    };
    const between = (cluster: Cluster): Cluster => ({
      ...cluster,
      apply: async (object, options) => {
        if (options?.dryRun !== true && object.kind === 'Deployment') await once();
        return cluster.apply(object, options);
      },
    });
    return said(await bed.act({ ...canary, action: 'promote' }, application('web', 'v2'), { between }));
  };
  const weigh = (...weights: readonly number[]) =>
    edit(weights.map((value, i) => ({ op: 'replace', path: `/spec/rules/1/backendRefs/${i}/weight`, value })));

  test.each([
    ['splits it otherwise', () => weigh(500, 500)],
    ['takes the split out', () => edit([{ op: 'replace', path: '/spec/rules/1', value: leading('/', 'web') }])],
    ['removes it', async () => void (await bed.api.send('DELETE', ROUTE))],
  ])('stands in nobody’s way: who %s has it back as it was', async (_, change) => {
    expect(await promotedAround(change)).toBe('promoted');
    expect((await rules()).map(({ backendRefs }) => records(backendRefs).map(({ name }) => name))).toEqual([['api'], ['web']]);
  });
});
