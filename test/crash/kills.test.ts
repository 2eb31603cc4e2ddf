import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Snapshot } from '../stage/snapshot.ts';
import type { Cut } from '../stage/stage.ts';
import { type Flow, flows } from './kills/flows.ts';
import { type Finish, type Prepared, prepare, type Trial, trial } from './kills/trial.ts';

/** So many trials run at the same time: most of each is waiting. */
const atOnce = 8;

describe.each(flows.map(flow => ({ name: flow.name, flow })))('$name', ({ flow }) => {
  let prepared: Prepared;
  let whole: Trial;
  beforeAll(async () => {
    prepared = await prepare(flow);
    expect(prepared.failures).toEqual([]);
    whole = await trial(prepared, flow, { cut: null, finish: 'nothing' });
    expect(problems([whole], flow)).toEqual([]);
  });
  afterAll(() => prepared.stage.close());

  test('killed at any write and run again ends as if nothing had happened, and no request is lost', async () => {
    const trials = await tried(prepared, flow, { writes: whole.writes.length, finish: 'again' });
    expect(problems(trials, flow)).toEqual([]);
    expect(trials.flatMap(one => difference(one, whole.end, flow))).toEqual([]);
  });

  test('killed at any write and rejected leaves what the user had, and no request is lost', async () => {
    const trials = await tried(prepared, flow, { writes: whole.writes.length, finish: 'reject' });
    expect(problems(trials, flow)).toEqual([]);
    const { untouched } = prepared;
    expect(
      trials.flatMap(one => difference(one, isInPlace(flow) || (hasEnded(one) && !flow.keepsOwners) ? whole.end : untouched, flow)),
    ).toEqual([]);
  });
});

/** Each kill is tried with both ways to go on in full, with one or the other by turns otherwise. */
const isFull = process.env.CRASH_FULL !== undefined;

/** A trial for every write of a flow, killed when it was done. */
async function tried(
  prepared: Prepared,
  flow: Flow,
  { writes, finish }: { readonly writes: number; readonly finish: Finish },
): Promise<readonly Trial[]> {
  const cuts = Array.from({ length: writes }, (_, i): Cut => ({ write: i + 1, when: 'after', isDeath: true }));
  const waiting = cuts.filter(({ write }) => isFull || writes < 3 || (write % 2 === 0) === (finish === 'again'));
  expect(waiting.length).toBeGreaterThan(0);
  const trials: Trial[] = [];
  const work = async (): Promise<void> => {
    for (let cut = waiting.shift(); cut !== undefined; cut = waiting.shift()) trials.push(await trial(prepared, flow, { cut, finish }));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return trials;
}

/** What must not be: runs that failed, requests that were lost, with the write at which it happened. */
function problems(trials: readonly Trial[], { losesRequests }: Flow): readonly string[] {
  return trials.flatMap(({ cut, writes, failures, lost }) => {
    const where = cut === null ? 'undisturbed' : `killed ${cut.when} write ${cut.write} (${writes[cut.write - 1]})`;
    const all = [...failures, ...(lost > 0 && !losesRequests ? [`${lost} requests lost`] : [])];
    return all.map(problem => `${where}: ${problem}`);
  });
}

/** What a trial left that differs from what it should have left. */
function difference({ cut, writes, end }: Trial, expected: Snapshot, { keepsOwners }: Flow): readonly string[] {
  const keys = [...new Set([...Object.keys(end), ...Object.keys(expected)])];
  const told = (what: unknown): string =>
    JSON.stringify(what, (key, value: unknown) => (keepsOwners && key === 'managers' ? undefined : value));
  const different = keys.filter(key => told(end[key]) !== told(expected[key]));
  const where = `killed at write ${cut?.write} (${writes.at(-1)})`;
  return different.map(key => `${where}: ${key} is ${JSON.stringify(end[key])} instead of ${JSON.stringify(expected[key])}`);
}

/** Taken back by the Deployment's own revision, as kubectl would: its owners are then kubectl's. */
const isInPlace = ({ victim, losesRequests }: Flow): boolean => losesRequests === true && victim.inputs.action === 'reject';

/** With its record an action has ended: there is nothing left to reject. */
const hasEnded = ({ writes }: Trial): boolean => /DELETE .*\/configmaps\/web-rollout$/.test(writes.at(-1) ?? '');
