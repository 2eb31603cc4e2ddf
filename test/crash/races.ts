import { judge, type Tally } from './judge.ts';
import { advance, type Process } from './process.ts';
import { type Act, begin, beginning, type Scene, takenBack, whole } from './scene.ts';
import type { World } from './state.ts';
import { spoken, type Way } from './ways.ts';
import { rest } from './world.ts';

type Doing = Omit<Act, 'way'>;

/** What was done before, and what two pipelines do at once. */
export interface Race {
  readonly before: readonly Doing[];
  readonly acts: readonly (readonly [Doing, ...Doing[]])[];
  readonly isFirst?: true;
}

const deploy = (release: string, run: number): Doing => ({ action: 'deploy', release, run });
const promote = (release: string, run: number): Doing => ({ action: 'promote', release, run });
const reject = (release: string | null, run: number): Doing => ({ action: 'reject', release, run });
const open: readonly Doing[] = [deploy('v2', 1)];

/** Every two actions that can meet. */
export const races: readonly Race[] = [
  { before: [], acts: [[deploy('v2', 1)], [deploy('v3', 2)]] },
  { before: [], acts: [[deploy('v2', 1)], [deploy('v3', 2), promote('v3', 2)]] },
  { before: [], acts: [[deploy('v2', 1)], [deploy('v3', 2), promote('v3', 2)]], isFirst: true },
  { before: open, acts: [[promote('v2', 1)], [reject('v2', 1)]] },
  { before: open, acts: [[promote('v2', 1)], [reject('v2', 5)]] },
  { before: open, acts: [[promote('v2', 1)], [reject(null, 6)]] },
  { before: open, acts: [[promote('v2', 1)], [deploy('v3', 2)]] },
  { before: open, acts: [[promote('v2', 1)], [promote('v2', 6)]] },
  { before: open, acts: [[deploy('v3', 2)], [reject('v2', 1)]] },
  { before: open, acts: [[deploy('v2', 1)], [reject('v2', 4)]] },
];

interface Job {
  readonly process: Process;
  readonly later: readonly Doing[];
  readonly ended: readonly Process[];
}

/** Two pipelines at work at once, then a person takes back what is open: the world is one of those that a pipeline alone would leave. */
export function race(tally: Tally, scene: Scene, way: Way, { before, acts, isFirst }: Race): void {
  const from = beginning(scene, way);
  const opened = before.reduce((world, doing) => whole(scene, world, { ...doing, way }), from);
  const begun = acts.map(([doing, ...later]): Job => ({ process: begin(scene, { ...doing, way }), later, ended: [] }));
  const [world, jobs] = interleave(scene, way, [opened, begun]);
  const ended = jobs.flatMap(job => job.ended);
  const promoted = ended.filter(({ order, outcome }) => order.action === 'promote' && outcome === 'ok').at(-1)?.order.release;
  const told = ended.map(({ order, outcome }) => `${order.action} ${order.release}: ${outcome}`);
  const stable = promoted ? [promoted] : isFirst ? ['v2', 'v3', null] : ['v1'];
  judge(tally, takenBack(scene, rest(world), way), { from, stable }, told, spoken(way), scene.setting);
}

type Ring = readonly [World, readonly Job[]];

const isDone = ({ process, later }: Job): boolean => process.outcome !== null && later.length === 0;

/** In bursts; now and then both pause for longer than a claim lasts. */
function interleave({ ...scene }: Scene, way: Way, ring: Ring): Ring {
  const { random } = scene;
  let [world, jobs] = ring;
  for (let burst = 0, turn = 0; !jobs.every(isDone); burst--) {
    if (burst <= 0) {
      turn = random.number(2);
      burst = random.number(3) ? random.number(6) : 90;
      if (random.number(12) === 0) world = rest(world);
    }
    const now = jobs.some((job, i) => i === turn && isDone(job)) ? 1 - turn : turn;
    const job = jobs[now];
    if (!job) break;
    const [at, moved] = move(scene, way, [world, job]);
    world = at;
    jobs = jobs.map((other, i) => (i === now ? moved : other));
  }
  return [world, jobs];
}

function move(scene: Scene, way: Way, [world, job]: readonly [World, Job]): readonly [World, Job] {
  const [doing, ...later] = job.later;
  if (job.process.outcome !== null && doing) return [world, { ...job, process: begin(scene, { ...doing, way }), later }];
  const [process, at] = advance(job.process, world);
  return [at, { ...job, process, ended: process.outcome === null ? job.ended : [...job.ended, process] }];
}
