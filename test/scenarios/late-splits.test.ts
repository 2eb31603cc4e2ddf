/** A rollout that begins over a shared route while another action is in the middle of its work. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { at, records } from '../../src/manifests/json.ts';
import type { Event } from '../../src/model/event.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import { application, leading, ROUTE, shopBy } from '../build/shop.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const before = shopBy(leading('/api', 'api'), leading('/', 'web'));
const after = shopBy(leading('/api', 'api'), leading('/v2', 'api'), leading('/', 'web'));
const canary: RawInputs = { strategy: 'canary', 'traffic-split-method': 'gateway-api', baseline: 'false', percentage: '10' };

let bed: Bed;
let notices: string[] = [];
beforeEach(async () => {
  notices = [];
  bed = await openBed(stage, [...application('web', 'v1'), ...application('api', 'v1'), before]);
});

/** An action of the pipeline of `api`, in the middle of which that of `web` opens its canary. */
async function act(inputs: RawInputs, files: readonly KubeObject[], between: Meanwhile = never): Promise<string> {
  const onEvent = (event: Event): void => void (event.type === 'notice' && notices.push(event.text));
  return said(await bed.act({ ...canary, ...inputs }, files, { run: 2, onEvent, between }));
}

type Meanwhile = (cluster: Cluster) => Cluster;
const never: Meanwhile = cluster => cluster;

/** Opens the canary of `web` once. */
function opening(): () => Promise<void> {
  let opened: Promise<void> | null = null;
  return () => {
    opened ??= bed.act({ ...canary, action: 'deploy' }, application('web', 'v2')).then(ending => expect(said(ending)).toBe('deployed'));
    return opened;
  };
}

/** While the running version of `api` is replaced. */
const inTheMiddle: Meanwhile = cluster => {
  const open = opening();
  return {
    ...cluster,
    apply: async (object, options) => {
      if (options?.dryRun !== true && object.kind === 'Deployment') await open();
      return cluster.apply(object, options);
    },
  };
};

/** As the route is about to be applied, and those who split it are known. */
const atTheWrite: Meanwhile = cluster => {
  const open = opening();
  return {
    ...cluster,
    list: async of => {
      const found = await cluster.list(of);
      if (of.labels?.endsWith('=record')) await open();
      return found;
    },
  };
};

/** Nothing is done behind the write of the route. */
const brokenOff: Meanwhile = cluster => ({
  ...cluster,
  apply: async (object, options) => {
    const applied = await cluster.apply(object, options);
    if (options?.dryRun !== true && object.kind === 'HTTPRoute') throw new RolloutError('UNREACHABLE', 'the line is cut', '');
    return applied;
  },
});

/** What the route leads to, rule by rule. */
const leadsTo = async (): Promise<readonly unknown[]> => {
  const { body } = await bed.api.send('GET', ROUTE);
  return records(at(body, 'spec.rules')).map(({ backendRefs }) => records(backendRefs).map(({ name }) => name));
};

const LEFT = /^HTTPRoute .*shop is not applied: the rollout of Deployment .*web splits requests by it/;

test.each([
  ['gateway-api', 'in the middle', 'false', inTheMiddle],
  ['gateway-api', 'in the middle', 'true', inTheMiddle],
  ['gateway-api', 'at the write', 'false', atTheWrite],
  ['gateway-api', 'at the write', 'true', atTheWrite],
  ['pod', 'in the middle', 'false', inTheMiddle],
])(
  'a promote by %s leaves the route of its files to a rollout that begins %s, with force-conflicts: %s',
  async (way, _when, force, between) => {
    const files = [...application('api', 'v2'), after];
    const inputs = { 'traffic-split-method': way, 'force-conflicts': force };
    expect(await act({ ...inputs, action: 'deploy' }, files)).toBe('deployed');
    expect(await act({ ...inputs, action: 'promote' }, files, between)).toBe('promoted');
    expect(await leadsTo()).toEqual([['api'], ['web', 'web-canary']]);
    expect(notices.filter(text => LEFT.test(text))).toHaveLength(1);
    expect(said(await bed.act({ ...canary, action: 'promote' }, application('web', 'v2')))).toBe('promoted');
    expect(await leadsTo()).toEqual([['api'], ['web']]);
  },
);

/** A promote by pods applies the route of its files, and goes no further. */
async function promoteHalf(): Promise<void> {
  const files = [...application('api', 'v2'), after];
  const way = { 'traffic-split-method': 'pod' };
  expect(await act({ ...way, action: 'deploy' }, files)).toBe('deployed');
  expect(await act({ ...way, action: 'promote' }, files, brokenOff)).toBe('UNREACHABLE');
  expect(await leadsTo()).toEqual([['api'], ['api'], ['web']]);
}

describe('a reject that puts back a route which its promote has applied', () => {
  test('does so where nobody else splits it', async () => {
    await promoteHalf();
    expect(await act({ action: 'reject' }, [])).toBe('rejected');
    expect(await leadsTo()).toEqual([['api'], ['web']]);
  });

  test.each([
    ['before it', true],
    ['at the write', false],
  ])('leaves it to another rollout that began over it %s', async (_when, isBefore) => {
    await promoteHalf();
    if (isBefore) await opening()();
    expect(await act({ action: 'reject' }, [], isBefore ? never : atTheWrite)).toBe('rejected');
    expect(await leadsTo()).toEqual([['api'], ['api'], ['web', 'web-canary']]);
    expect(notices.filter(text => /^HTTPRoute .*shop is not restored: the rollout of Deployment .*web splits/.test(text))).toHaveLength(1);
  });
});
