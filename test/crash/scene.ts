import type { Order } from '../../src/model/plan.ts';
import type { Action } from '../../src/model/stage.ts';
import { type Fault, finish, type Process, SOUND } from './process.ts';
import { type Random, seeded } from './random.ts';
import type { Lag, World } from './state.ts';
import type { Way } from './ways.ts';
import { type Setting, worldOf } from './world.ts';

/** Stable's replicas. */
export const SIZE = 4;

const one: Setting['lanes'] = { web: 'none' };
const v1 = { stable: 'v1' } as const;

/** Every world that a rollout can start in: our own route, the user's, two Services, a stable that cannot roll, nothing at all. */
export function settingsOf({ routing, strategy }: Way): readonly Setting[] {
  const both: readonly Setting[] = [
    { ...v1, lanes: one },
    { lanes: one },
    { lanes: one, deleteFirstRelease: true },
    { ...v1, lanes: one, goesWhole: true },
  ];
  if (routing === 'pods') return both;
  return [...both, ...userSettings, ...(strategy.name === 'blue-green' ? switching : [])];
}

/** The route is the Service's own selector, which switches all or nothing. */
const switching: readonly Setting[] = [
  { ...v1, lanes: { web: 'user' }, switches: true },
  { ...v1, lanes: { web: 'user' }, switches: true, goesWhole: true },
  { ...v1, lanes: { web: 'user', admin: 'user' }, switches: true },
];

/** Worlds with running pods. */
export const runningSettings = (way: Way): readonly Setting[] => settingsOf(way).filter(({ stable }) => stable !== undefined);

const userSettings: readonly Setting[] = [
  { ...v1, lanes: { web: 'user' } },
  { ...v1, lanes: { web: 'user' }, goesWhole: true },
  { ...v1, lanes: { web: 'none', admin: 'none' } },
  { ...v1, lanes: { web: 'user', admin: 'user' } },
  { ...v1, lanes: { web: 'user', admin: 'none' } },
];

/** What one pipeline run is asked to do; null for no release: what is open is meant. */
export interface Act {
  readonly action: Action;
  readonly release: string | null;
  readonly run: number;
  readonly way: Way;
}

/** The ground that acts happen on: where numbers come from, what the world was, and what is done wrong. */
export interface Scene {
  readonly random: Random;
  readonly setting: Setting;
  readonly fault: Fault;
}

/** A scene of its own seed. */
export const sceneOf = (seed: number, setting: Setting, fault: Fault = SOUND): Scene => ({ random: seeded(seed), setting, fault });

/** The world of a scene, with delays of its own. */
export function beginning({ random, setting }: Scene, { routing }: Way): World {
  const lag: Lag = {
    start: 1 + random.number(4),
    slice: 1 + random.number(12),
    plane: 1 + random.number(3),
    route: 1 + random.number(3),
    warm: 1 + random.number(3),
    grace: routing === 'weights' ? 16 : 40,
  };
  return worldOf(routing, SIZE, setting, lag);
}

/** A process that is about to begin. */
export function begin({ random, setting, fault }: Scene, { action, release, run, way }: Act): Process {
  const { strategy, routing, ...split } = way;
  const id = String(run);
  const order: Order = {
    action,
    strategy,
    routing,
    split,
    variant: 'canary',
    leaves: [],
    release,
    next: release,
    run: { id, name: `run ${run}`, pipeline: 'build', number: run },
    process: fault.isUnfenced ? id : `${run}/${random.number(2 ** 23)}`,
    takesAny: release === null,
    changesMore: false,
    replicas: SIZE,
    siblings: 0,
    onOpen: 'refuse',
    acceptStableChange: false,
    allowUnhealthyStable: false,
    deleteFirstRelease: setting.deleteFirstRelease === true,
    acceptsAnyAnalysis: false,
    movesPort: false,
  };
  return { order, todo: null, outcome: null, fault, random };
}

/** An act, whole. */
export const whole = (scene: Scene, world: World, act: Act): World => finish(begin(scene, act), world)[1];

/** A person takes back whatever is open. */
export const takenBack = (scene: Scene, world: World, way: Way): World =>
  whole({ ...scene, fault: SOUND }, world, { action: 'reject', release: null, run: 99, way });
