import { count, judge, type Tally } from './judge.ts';
import { finish } from './process.ts';
import { begin, beginning, type Scene } from './scene.ts';
import { spoken, type Way } from './ways.ts';

/** Three releases one after the other, every action twice; stable is the release each time, and nobody else is left. */
export function inARow(tally: Tally, scene: Scene, way: Way): void {
  const from = beginning(scene, way);
  const { setting } = scene;
  let world = from;
  for (const [i, release] of ['v2', 'v3', 'v4'].entries()) {
    for (const action of ['deploy', 'deploy', 'promote', 'promote'] as const) {
      const [process, at] = finish(begin(scene, { action, release, run: i + 1, way }), world);
      if (process.outcome !== 'ok') count(tally, 'refused', process.outcome, action, release, spoken(way), setting);
      world = at;
    }
    judge(tally, setting.stable ? world : { ...world, lost: 0 }, { from, stable: [release] }, release, spoken(way), setting);
  }
}
