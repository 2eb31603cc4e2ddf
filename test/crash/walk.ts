import { same } from '../../src/manifests/json.ts';
import type { Action } from '../../src/model/stage.ts';
import { isOpen } from '../../src/plan/world/facts.ts';
import { type Meddling, meddled, meddlings } from './foreign.ts';
import { count, shape, type Tally } from './judge.ts';
import { advance, type Both } from './process.ts';
import { type Random, seeded } from './random.ts';
import { type Act, begin, beginning, type Scene, SIZE, sceneOf, settingsOf, takenBack } from './scene.ts';
import type { World } from './state.ts';
import { families, spoken, type Way } from './ways.ts';
import { rest, type Setting } from './world.ts';

/** What is known on the way. */
interface Path {
  readonly world: World;
  /** The template that stable shall run whenever all is taken back; undefined while a first release may or may not be. */
  readonly settled: string | undefined;
  readonly tested: ReadonlySet<string>;
  readonly log: readonly string[];
  readonly run: number;
}

interface Ground {
  readonly scene: Scene;
  readonly family: readonly [Way, ...Way[]];
  readonly isMeddled: boolean;
  /** With counts as the split, who takes away both the record and the canary takes away all that tells stable's size. */
  readonly spared: Meddling | null;
}

const ACTIONS = 9;

/** Nine actions, whatever they be, some crashed, some with somebody else writing in between: there is always a way back. */
export function walk(tally: Tally, seed: number, isMeddled: boolean): void {
  const random = seeded(seed);
  const family = random.pick(families);
  const setting = settingFor(random, family[0], isMeddled);
  const ground: Ground = {
    scene: { ...sceneOf(seed, setting), random },
    family,
    isMeddled,
    spared: family[0].routing === 'weights' ? null : random.pick(['record', 'canary']),
  };
  let path: Path = {
    world: beginning(ground.scene, family[0]),
    settled: setting.stable,
    tested: new Set(),
    log: [spoken(family[0]), JSON.stringify(setting)],
    run: 1,
  };
  const before = path.world;
  for (let k = 0; k < ACTIONS; k++) {
    path = go(tally, ground, path);
    if (!check(tally, ground, path, before)) break;
  }
  tally.cases++;
}

/** The usual world more often than the others, a first release now and then. */
function settingFor(random: Random, way: Way, isMeddled: boolean): Setting {
  const [usual, ...others] = settingsOf(way).filter(setting => !isMeddled || (setting.stable && !setting.goesWhole));
  const other = others[random.number(2 * others.length)];
  return other ?? usual ?? { stable: 'v1', lanes: {} };
}

function go(tally: Tally, { scene, family, isMeddled, spared }: Ground, path: Path): Path {
  const { random } = scene;
  const action: Action = random.pick(['deploy', 'deploy', 'deploy', 'promote', 'promote', 'reject']);
  const run = random.number(3) ? path.run : path.run + 1;
  const named = random.pick(['v2', 'v3']);
  const act: Act = { action, release: action === 'deploy' || random.number(4) ? named : null, run, way: random.pick(family) };
  const meddlesAt = isMeddled && random.number(3) === 0 ? random.number(2) * random.number(30) : -1;
  const crashesAt = random.number(3) ? Number.POSITIVE_INFINITY : random.number(40);
  const done = work({ scene, act, meddlesAt, crashesAt, spared }, path);
  const world = random.number(2) ? rest(done.world) : done.world;
  const after: Path = { ...path, world, run, settled: done.settled, log: [...path.log, ...done.log] };
  return learned(tally, { before: path, after, act, outcome: done.outcome, isStrange: done.isStrange });
}

interface Work {
  readonly scene: Scene;
  readonly act: Act;
  readonly meddlesAt: number;
  readonly crashesAt: number;
  readonly spared: Meddling | null;
}

interface Worked {
  readonly world: World;
  readonly settled: string | undefined;
  readonly outcome: string | null;
  readonly log: readonly string[];
  readonly isStrange: boolean;
}

function work({ scene, act, meddlesAt, crashesAt, spared }: Work, path: Path): Worked {
  const { random } = scene;
  let both: Both = [begin(scene, act), path.world];
  let meddling: Meddled = { world: path.world, settled: path.settled, log: [] };
  let at = 0;
  for (; both[0].outcome === null && at < crashesAt; at++) {
    const what = at === meddlesAt ? random.pick(meddlings) : null;
    if (what !== null && what !== spared) {
      meddling = interfere({ world: both[1], settled: path.settled, log: [] }, what, act, random);
      both = [both[0], meddling.world];
    }
    both = advance(...both);
  }
  const { outcome } = both[0];
  const told = `${act.action} ${act.release ?? 'what is open'} ${spoken(act.way)} by ${act.run}: ${outcome ?? `crash at ${at}`}`;
  const { settled, log } = meddling;
  return { world: both[1], settled, outcome, log: [...log, told], isStrange: log.length > 0 };
}

type Meddled = Pick<Path, 'world' | 'settled' | 'log'>;

/** What somebody makes of stable counts from now on; without a record, what runs is what stays. */
function interfere({ world, settled, log }: Meddled, what: Meddling, { action }: Act, random: Random): Meddled {
  const was = templateOf(world);
  const after = meddled(world, what, random, action === 'promote' ? ['x8', 'x9'] : ['x8', 'x9', 'v2']);
  const now = templateOf(after);
  return { world: after, settled: now !== was || what === 'record' ? now : settled, log: [...log, `somebody: ${what}`] };
}

const templateOf = ({ live }: World): string | undefined => live.workloads.stable?.template;
const isRefusal = (outcome: string | null): boolean => outcome !== null && outcome === outcome.toUpperCase();

interface Learning {
  readonly before: Path;
  readonly after: Path;
  readonly act: Act;
  readonly outcome: string | null;
  readonly isStrange: boolean;
}

function learned(tally: Tally, { before, after, act, outcome, isStrange }: Learning): Path {
  const { live } = after.world;
  const wasFresh = !isOpen(before.world.live);
  const isNormal = !isStrange;
  if (isNormal && wasFresh && act.action === 'deploy' && isRefusal(outcome)) count(tally, 'refused a fresh start', ...after.log);
  if (outcome === 'PROMOTE_IN_PROGRESS' && live.record?.action !== 'promote') count(tally, 'refused without a record', ...after.log);
  const release = act.release ?? before.world.live.record?.release;
  const tested = outcome === 'ok' && act.action === 'deploy' && release ? new Set([...before.tested, release]) : before.tested;
  const isPromoted = outcome === 'ok' && act.action === 'promote' && isNormal && release !== undefined;
  if (isPromoted && templateOf(after.world) !== release) count(tally, 'promote is not what runs', ...after.log);
  if (isPromoted && !tested.has(release) && after.settled !== release) count(tally, 'promoted untested', ...after.log);
  const settled = isPromoted ? release : after.settled;
  return { ...after, tested, settled: isOpen(live) ? settled : templateOf(after.world) };
}

/**
 * Whatever happened, a person can take it back: then stable is as it was, the routes too, and nobody lost a request. Where pods were moved
 * from stable and somebody deleted the record, its size can only be told from below.
 */
function check(tally: Tally, { scene, family: [way], isMeddled }: Ground, { world, settled, log }: Path, before: World): boolean {
  const closed = rest(takenBack(scene, rest(world), way));
  const is = closed.live.workloads.stable;
  if (isOpen(closed.live)) count(tally, 'stuck', shape(closed.live), ...log);
  const isFull = isMeddled && way.pods === 'constant' ? (is?.replicas ?? 0) >= SIZE : is?.replicas === SIZE;
  if (settled !== undefined && (is?.template !== settled || !isFull)) count(tally, 'stable lost', settled, shape(closed.live), ...log);
  if (!same(closed.live.routes, before.live.routes)) count(tally, 'wrong route', shape(closed.live), ...log);
  const isLost = !isMeddled && scene.setting.stable !== undefined && closed.lost > 0;
  if (isLost) count(tally, 'lost', closed.lost, ...log);
  return !isLost;
}
