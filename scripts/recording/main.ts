/** `npm run record`: plays the demo and keeps what it shows in scripts/recording/demo.json, from which `npm run generate` makes docs/demo.svg. */
import { writeFileSync } from 'node:fs';
import { openOnlooker } from '../../cli/demo/onlooker.ts';
import { play } from '../../cli/demo/play.ts';
import type { Scene } from '../../cli/demo/scene.ts';
import { watchable } from '../../cli/demo/tempo.ts';
import { openPlayground } from '../../cli/playground/playground.ts';
import { type Recording, type Shot, shotOf } from './shot.ts';

const stepMilliseconds = 1000;

const shots: Shot[] = [];
const began = Date.now();
let latest: readonly Shot[] = [];
/** The latest scene stands for each step of time since the one before. */
const keep = (scene: Scene): void => {
  latest = [rounded(shotOf(scene))];
  while (shots.length * stepMilliseconds <= Date.now() - began) shots.push(...latest);
};

const playground = await openPlayground({ pace: watchable.pace });
const onlooker = openOnlooker(playground.connected.cluster, keep);
const nobody = { isLive: false, draw: () => undefined, log: () => undefined };
try {
  const { sent, lost } = await play({ playground, onlooker, screen: nobody, tempo: watchable, signal: new AbortController().signal });
  process.stdout.write(`${sent} requests, ${lost} lost\n`);
} finally {
  await onlooker.stop();
  await playground.close();
}
const recording: Recording = { stepMilliseconds, shots: [...shots, ...latest] };
writeFileSync('scripts/recording/demo.json', `${JSON.stringify(recording)}\n`);

/** More digits than are shown would only be bytes. */
function rounded(shot: Shot): Shot {
  return JSON.parse(JSON.stringify(shot, (_, value: unknown) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value)));
}
