import { count, judge, type Tally } from './judge.ts';
import { finish } from './process.ts';
import { type Act, begin, beginning, type Scene, whole } from './scene.ts';
import type { World } from './state.ts';
import { spoken, type Way } from './ways.ts';
import { rest } from './world.ts';

/** What is wrong with the release. */
export type Badness = 'is never ready' | 'fails its gate' | 'dies';

/** A canary that is no good: traffic ends on stable, promote refuses, reject and the next release work. */
export function badCanary(tally: Tally, scene: Scene, way: Way, badness: Badness): void {
  const where = [badness, spoken(way), scene.setting];
  const from = spoiled(scene, beginning(scene, way), badness);
  const deploy: Act = { action: 'deploy', release: 'v2', run: 1, way };
  const [process, left] = finish(begin(scene, deploy), from);
  const world = rest(left);
  tally.cases++;
  if (badness === 'is never ready' && process.outcome !== 'failed') count(tally, 'passed', ...where);
  if (badness !== 'dies' && world.lost > 0) count(tally, 'lost', world.lost, ...where);
  if (process.outcome === 'failed' && isStillServed(world, way)) count(tally, 'traffic on a failed canary', world.live.routes, ...where);
  const [promote] = finish(begin(scene, { ...deploy, action: 'promote' }), world);
  const isProven = process.outcome === 'ok' && badness === 'fails its gate';
  if (promote.outcome === 'ok' && !isProven) count(tally, 'promoted a bad canary', ...where);
  judgeAfterwards(tally, { scene, way, from, world: { ...world, lost: 0 } }, where);
}

function spoiled({ random }: Scene, world: World, badness: Badness): World {
  switch (badness) {
    case 'is never ready':
      return { ...world, broken: { v2: 0 } };
    case 'dies':
      return { ...world, broken: { v2: 5 + random.number(60) } };
    case 'fails its gate':
      return { ...world, failing: ['v2'] };
  }
}

function isStillServed(world: World, { routing }: Way): boolean {
  const { routes, workloads } = world.live;
  const isRouted = Object.values(routes).some(
    route => (route?.traffic.weights.canary ?? 0) + (route?.traffic.weights.baseline ?? 0) > 0 || route?.traffic.match !== undefined,
  );
  return isRouted || rest(world).lost > world.lost || (routing === 'pods' && (workloads.canary?.ready ?? 0) > 0);
}

interface Afterwards {
  readonly scene: Scene;
  readonly way: Way;
  readonly from: World;
  readonly world: World;
}

function judgeAfterwards(tally: Tally, { scene, way, from, world }: Afterwards, where: readonly unknown[]): void {
  const rejected = whole(scene, world, { action: 'reject', release: 'v2', run: 1, way });
  judge(tally, { ...rejected, lost: 0 }, { from, stable: ['v1'] }, 'reject', ...where);
  const next: Act = { action: 'deploy', release: 'v3', run: 2, way };
  const promoted = whole(scene, whole(scene, world, next), { ...next, action: 'promote' });
  judge(tally, { ...promoted, lost: 0 }, { from, stable: ['v3'] }, 'next', ...where);
}
