import { same } from '../../src/manifests/json.ts';
import { count, judge, shape, type Tally } from './judge.ts';
import { finish, upTo } from './process.ts';
import { type Act, begin, beginning, type Scene, whole } from './scene.ts';
import type { World } from './state.ts';
import { spoken, type Way } from './ways.ts';
import { rest } from './world.ts';

/** One rollout to be crashed: what went before, and the act that crashes. */
interface Script {
  readonly before: readonly Act[];
  readonly act: Act;
}

/** Crash at every so manieth step: the process itself, and the one that follows it. */
export interface Strides {
  readonly first: number;
  readonly second: number;
}

/** Every action of a way, crashed, its successor crashed again, then gone on with or rejected. */
export function crashes(tally: Tally, scene: Scene, way: Way, strides: Strides): void {
  const deploy: Act = { action: 'deploy', release: 'v2', run: 1, way };
  const scripts: readonly Script[] = [
    { before: [], act: deploy },
    { before: [deploy], act: { ...deploy, action: 'promote' } },
    { before: [deploy], act: { ...deploy, action: 'reject' } },
    { before: [deploy], act: { ...deploy, release: 'v3', run: 2 } },
    { before: [deploy], act: { ...deploy, way: { ...way, percentage: 50, variantReplicas: null } } },
  ];
  for (const script of scripts) crashScript(tally, scene, script, strides);
}

/** What crash cases of one script are compared with. */
interface Case {
  readonly scene: Scene;
  readonly act: Act;
  readonly from: World;
  readonly ready: World;
  readonly full: World;
  readonly where: readonly unknown[];
}

function crashScript(tally: Tally, scene: Scene, { before, act }: Script, strides: Strides): void {
  const from = beginning(scene, act.way);
  const opened = before.reduce((world, earlier) => whole(scene, world, earlier), from);
  const ready = from.live.workloads.stable ? opened : rest(opened);
  const full = whole(scene, ready, act);
  const where = [spoken(act.way), scene.setting, act.action, act.release];
  const on: Case = { scene, act, from, ready, full, where };
  judgeFull(tally, on);
  for (let i = 1 + scene.random.number(strides.first); crashOnce(tally, on, i, strides.second); i += strides.first);
}

/** The act without a crash, and the same again. */
function judgeFull(tally: Tally, { scene, act, from, ready, full, where }: Case): void {
  const [again, after] = finish(begin(scene, act), full);
  const isSame = same(shape(after.live), shape(full.live));
  if (again.outcome !== 'ok' || !isSame) count(tally, 'not idempotent', again.outcome, ...where);
  if (act.action === 'promote') judge(tally, full, { from, stable: [act.release] }, ...where);
  if (act.action === 'reject') judge(tally, full, { from, stable: [stableOf(ready)] }, ...where);
}

const stableOf = ({ live }: World): string | null => live.workloads.stable?.template ?? null;

/** Crashes at step `i`, then at every `stride`th step of what follows; false once the act ends before it can crash. */
function crashOnce(tally: Tally, on: Case, i: number, stride: number): boolean {
  const { scene, act, ready } = on;
  const [left, middle] = upTo(begin(scene, act), ready, i);
  for (let j = i % stride; ; j += stride) {
    const isOver = crashTwice(tally, on, { middle, i, j });
    if (isOver) return left.outcome === null;
  }
}

interface Twice {
  readonly middle: World;
  readonly i: number;
  readonly j: number;
}

function crashTwice(tally: Tally, on: Case, { middle, i, j }: Twice): boolean {
  const { scene, act, ready, full, where } = on;
  const [act2, world2] = successor(scene, act, middle);
  const [left2, middle2] = upTo(begin(scene, act2), world2, j);
  const [act3, world3] = successor(scene, act2, middle2);
  const [last, end] = finish(begin(scene, act3), world3);
  const settled = rest(end);
  tally.cases++;
  if (settled.lost > ready.lost && ready.live.workloads.stable) count(tally, 'lost', settled.lost - ready.lost, ...where, i, j);
  if (last.outcome !== 'ok') count(tally, 'refused', last.outcome, ...where, i, j);
  const expected = shape(rest(full).live);
  if (!same(shape(settled.live), expected)) count(tally, 'diverged', ...where, i, j, shape(settled.live), expected);
  if (act.action !== 'reject') judgeBack(tally, on, { middle: middle2, i, j }, act3.run);
  return left2.outcome !== null;
}

/** The run that a crash leads to: at once the same, or another when the claim has lapsed. */
function successor({ random }: Scene, act: Act, world: World): readonly [Act, World] {
  return random.number(2) ? [act, world] : [{ ...act, run: act.run + 1 }, rest(world)];
}

/** Instead of going on, reject: crashed as well, then to its end. */
function judgeBack(tally: Tally, on: Case, { middle, i, j }: Twice, run: number): void {
  const { scene, act, ready, where } = on;
  const reject: Act = { ...act, action: 'reject', run };
  const begun = upTo(begin(scene, reject), rest(middle), j)[1];
  const back = whole(scene, whole(scene, begun, reject), reject);
  const { record } = middle.live;
  const isTheirs = record !== null && record.release !== act.release;
  if (isTheirs && !same(shape(back.live), shape(middle.live))) count(tally, 'touched another run', ...where, i, j);
  if (isTheirs) return;
  const from = { ...on.from, lost: ready.lost, live: { ...on.from.live, workloads: ready.live.workloads } };
  judge(tally, back, { from, stable: afterReject(on, middle) }, 'reject after', ...where, i, j);
}

/** Ended is ended: then there is nothing to reject. A first release that got ready stays unless it is to be deleted. */
function afterReject({ ready, act, scene: { setting } }: Case, middle: World): readonly (string | null)[] {
  if (!middle.live.record) return [stableOf(rest(middle))];
  if (ready.live.workloads.stable) return [stableOf(ready)];
  return setting.deleteFirstRelease ? [null] : [act.release, null];
}
