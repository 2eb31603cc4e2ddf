/** A broken network between the real core and its cluster: each fault alone, and all of them at once with kills. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Fault, Passing } from '../fakes/fault-proxy.ts';
import type { Snapshot } from '../stage/snapshot.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { faults, type Kind } from './network/faults.ts';
import { type Lifecycle, lifecycle, type Plan } from './network/lifecycle.ts';
import { type Random, seeded } from './random.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const smi: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi', 'baseline-and-canary-replicas': '1' };
const pod: RawInputs = { strategy: 'canary', 'traffic-split-method': 'pod', baseline: 'false' };
const none = (): null => null;

const ends = new Map<string, Promise<Snapshot>>();
/** What an undisturbed promote leaves. */
function promoted(inputs: RawInputs): Promise<Snapshot> {
  const key = JSON.stringify(inputs);
  const known = ends.get(key) ?? lifecycle(stage, { inputs, end: 'promote', faultOf: none, kills: [] }).then(({ end }) => end);
  ends.set(key, known);
  return known;
}

/** What must not be: a run that failed in other words or without a fault, lost requests, and leavings. */
async function problemsOf(plan: Plan, seen: Lifecycle): Promise<readonly string[]> {
  const wanted = plan.end === 'reject' ? seen.before : await promoted(plan.inputs);
  const keys = [...new Set([...Object.keys(seen.end), ...Object.keys(wanted)])];
  const left = keys.filter(key => JSON.stringify(seen.end[key]) !== JSON.stringify(wanted[key]));
  return [...seen.problems, ...(seen.lost > 0 ? [`${seen.lost} requests lost`] : []), ...left.map(key => `${key} is not as it should be`)];
}

/** Disturbs every fifth request that a fault concerns, from a number on. */
function everyFifth({ concerns, fault }: Kind, from: number): Plan['faultOf'] {
  let seen = from;
  return (passing: Passing): Fault | null => {
    if (!concerns(passing)) return null;
    seen += 1;
    return seen % 5 === 0 ? fault : null;
  };
}

/** So many lifecycles run at the same time: most of each is waiting. */
const atOnce = 8;

async function problems(plans: readonly Plan[]): Promise<readonly string[]> {
  const waiting = [...plans.entries()];
  const found: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [number, plan] = next;
      const seen = await lifecycle(stage, plan);
      found.push(...(await problemsOf(plan, seen)).map(problem => `${number}: ${problem} (${seen.told.join('; ')})`));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return found;
}

/** The two ways in and the two ways out by turns. */
const turn = (i: number): Pick<Plan, 'inputs' | 'end'> => ({ inputs: i % 4 < 2 ? smi : pod, end: i % 2 === 0 ? 'promote' : 'reject' });

test('each fault of a network alone loses no request, and ends well or in its own words', async () => {
  const plans = faults.map((kind, i): Plan => ({ ...turn(i), faultOf: everyFifth(kind, i), kills: [] }));
  expect(await problems(plans)).toEqual([]);
});

/** One request in twenty is disturbed, each time in another way. */
function atRandom(random: Random): Plan['faultOf'] {
  return passing => {
    if (random.number(20) > 0) return null;
    const kind = random.pick(faults as readonly [Kind, ...Kind[]]);
    return kind.concerns(passing) ? kind.fault : null;
  };
}

const lifecycles = process.env.CRASH_FULL === undefined ? 40 : 400;

test(`${lifecycles} lifecycles over a broken network with kills lose no request and end right`, async () => {
  const plans = Array.from({ length: lifecycles }, (_, i): Plan => {
    const random = seeded(i + 1);
    const kills = [1, 2, 3].map(() => (random.number(2) === 0 ? null : 1 + random.number(20)));
    return { ...turn(i), faultOf: atRandom(random), kills };
  });
  expect(await problems(plans)).toEqual([]);
}, 3_600_000);
