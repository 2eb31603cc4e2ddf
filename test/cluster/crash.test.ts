import { expect } from '@jest/globals';
import { limit } from '../../src/cluster/limit.ts';
import { expectNoTrace, stablePods, succeeded } from './lab/expect.ts';
import { closing, fact, isFull } from './lab/fact.ts';
import { describeOnLab } from './lab/lab.ts';
import { inParallel } from './lab/parallel.ts';
import { deploy, type Flags, promote, reject } from './lab/rollout.ts';
import { file, install, openScene, type Scene } from './lab/scene.ts';
import { type Snapshot, snapshot } from './lab/snapshot.ts';
import { strike } from './lab/strike.ts';
import { expectNoLoss, trafficOn } from './lab/traffic.ts';
import { web } from './lab/web.ts';

const common: Flags = {
  strategy: 'canary',
  'traffic-split-method': 'smi',
  'baseline-and-canary-replicas': 1,
  drain: '1s',
  'traffic-delay': '1s',
};
const plain = versions({});
// A promote rolls the user's own pods, five at a time here: without this hook a data plane on a loaded machine hears too late that they end.
const hooked = versions({ preStopSeconds: 2 });
/** So many kills are tried at the same time: the machine has two cores. */
const atOnce = 5;

/** An action that is killed, on a scene that is prepared for it. */
interface Victim {
  readonly action: 'deploy' | 'promote' | 'reject';
  readonly flags: Flags;
  readonly app: ReturnType<typeof versions>;
  prepare(scene: Scene, path: string): Promise<unknown>;
}

const deployed = (scene: Scene, path: string) => deploy(scene, path, { ...common, percentage: 20 }).then(succeeded);
const victims: readonly Victim[] = [
  { action: 'deploy', flags: { ...common, percentage: 20 }, app: plain, prepare: async () => undefined },
  { action: 'promote', flags: common, app: hooked, prepare: deployed },
  { action: 'reject', flags: common, app: plain, prepare: deployed },
];

/** Whatever victim and fact they belong to. */
const slot = limit(atOnce);
/** One scene in a slot of its own, closed when it is over. */
const inSlot = <T>(act: () => Promise<T>): Promise<T> => slot(() => closing(act));

/** What each victim comes to when it is left alone. */
const alone = new Map<Victim, Promise<Tried>>();
function undisturbed(victim: Victim): Promise<Tried> {
  const seen = alone.get(victim) ?? inSlot(() => tried(victim, null, again));
  alone.set(victim, seen);
  return seen;
}

const killed = (victim: Victim, kills: readonly number[], finish: Finish): Promise<readonly Tried[]> =>
  inParallel(atOnce, kills, kill => inSlot(() => tried(victim, kill, finish)));

describeOnLab('killed after any write', () => {
  for (const victim of victims) {
    fact(
      `${victim.action} run again ends as if nothing had happened, and no request is lost`,
      async () => {
        const whole = await undisturbed(victim);
        expect(whole.writes).toBeGreaterThan(3);
        const kills = killsOf(whole.writes, 1);
        const ends = await killed(victim, kills, again);
        expect(ends.map(({ end }) => end)).toEqual(kills.map(() => whole.end));
        expect(ends.every(({ killed, writes }, index) => killed || writes < (kills[index] ?? 0))).toBe(true);
      },
      900_000,
    );
  }

  for (const victim of victims.filter(({ action }) => action !== 'reject')) {
    fact(
      `${victim.action} rejected leaves the user’s objects at v1, and no request is lost`,
      async () => {
        const { writes } = await undisturbed(victim);
        const ends = await killed(victim, killsOf(writes, 3), rejected);
        const open = ends.filter(({ isOver }) => !isOver);
        expect(open.length).toBeGreaterThan(1);
        const untouched = await original(victim);
        expect(open.map(({ end }) => end)).toEqual(open.map(() => untouched));
      },
      900_000,
    );
  }
});

/** The version that runs, and the next one. */
function versions(more: { readonly preStopSeconds?: number }) {
  return { v1: web({ version: 'v1', env: { OLD: '1' }, ...more }), v2: web({ version: 'v2', ...more }) };
}

/** Every write in a full run; otherwise every fourth, from another one on for each way to go on: half of the writes have one of them. */
function killsOf(writes: number, first: number): readonly number[] {
  return Array.from({ length: writes }, (_, index) => index + 1).filter(kill => isFull || kill % 4 === first);
}

interface Tried {
  readonly writes: number;
  readonly killed: boolean;
  /** The record was gone already: nothing was left to be rejected. A claim that was renewed on the way makes one write more. */
  readonly isOver: boolean;
  readonly end: Snapshot;
}

/** One scene under traffic: the victim is killed right after its n-th write (or never), then `finish` has its way. */
async function tried(victim: Victim, kill: number | null, finish: Finish): Promise<Tried> {
  const scene = await openScene('crash');
  await install(scene, victim.app.v1);
  const pods = await stablePods(scene);
  const path = await file(scene, 'v2.yaml', victim.app.v2);
  await victim.prepare(scene, path);
  const traffic = await trafficOn(scene, 'web', 40);
  const hit = await struck(scene, path, { victim, kill });
  if (kill === null) succeeded(hit);
  await finish(victim, scene, path);
  const tally = await traffic.stop();
  expect({ kill, lost: tally.lost, losses: tally.losses, writes: hit.writes }).toEqual({ kill, lost: 0, losses: [], writes: hit.writes });
  expectNoLoss(tally);
  if (victim.action !== 'promote') expect(await stablePods(scene)).toEqual(pods);
  const end = await snapshot(scene);
  if (finish === rejected || victim.action !== 'deploy') await expectNoTrace(scene);
  const isOver = hit.writes.some(write => /^DELETE .*\/configmaps\/web-rollout$/.test(write));
  return { writes: hit.writes.length, killed: hit.code === 137, isOver, end: withoutRecord(end) };
}

type Finish = (victim: Victim, scene: Scene, path: string) => Promise<unknown>;

const again: Finish = (victim, scene, path) => {
  const run = { deploy: () => deploy(scene, path, victim.flags), promote: () => promote(scene, { ...victim.flags, manifests: path }) };
  return (victim.action === 'reject' ? reject(scene, victim.flags) : run[victim.action]()).then(succeeded);
};

const rejected: Finish = (_, scene) => reject(scene, common).then(succeeded);

function struck(scene: Scene, path: string, { victim, kill }: { readonly victim: Victim; readonly kill: number | null }) {
  const manifests = victim.action === 'reject' ? {} : { manifests: path };
  return strike(scene, { action: victim.action, flags: { ...victim.flags, ...manifests }, isDue: count => count === kill });
}

/** The record tells of runs and times: its content is compared by what a further action makes of it. */
function withoutRecord(state: Snapshot): Snapshot {
  return Object.fromEntries(Object.entries(state).filter(([key]) => key !== 'ConfigMap/web-rollout'));
}

async function original({ app }: Victim): Promise<Snapshot> {
  const scene = await openScene('byhand');
  await install(scene, app.v1);
  return snapshot(scene);
}
