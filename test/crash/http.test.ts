import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Flow, flows } from './http/flows.ts';
import { type CrashStage, type Cut, openStage } from './http/stage.ts';
import { type Finish, type Trial, trial } from './http/trial.ts';

/** So many trials run at the same time: most of each is waiting. */
const atOnce = 8;

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe.each(flows.map(flow => ({ name: flow.name, flow })))('$name', ({ flow }) => {
  let whole: Trial;
  beforeAll(async () => {
    whole = await trial(stage, flow, { cut: null, finish: 'nothing' });
    expect(problems([whole], flow)).toEqual([]);
  });

  test('killed at any write and run again ends as if nothing had happened, and no request is lost', async () => {
    const trials = await tried(flow, whole.writes.length, 'again');
    expect(problems(trials, flow)).toEqual([]);
    for (const { end } of trials) expect(end).toEqual(whole.end);
  }, 120_000);

  test('killed at any write and rejected leaves what the user had, and no request is lost', async () => {
    const closes = whole.end['ConfigMap/web-rollout'] === undefined;
    const trials = await tried(flow, whole.writes.length - (closes ? 1 : 0), 'reject');
    expect(problems(trials, flow)).toEqual([]);
    const untouched = await trial(stage, { ...flow, before: [], victim: null }, { cut: null, finish: 'nothing' });
    for (const { end } of trials) expect(end).toEqual(untouched.end);
  }, 120_000);
});

/** Every write of a flow killed in its own trial: before it was done, and after, by turns. */
async function tried(flow: Flow, writes: number, finish: Finish): Promise<readonly Trial[]> {
  expect(writes).toBeGreaterThan(0);
  const cuts = Array.from({ length: writes }, (_, i): Cut => ({ write: i + 1, when: 'after', isDeath: true }));
  const waiting = [...cuts];
  const trials: Trial[] = [];
  const work = async (): Promise<void> => {
    for (let cut = waiting.shift(); cut !== undefined; cut = waiting.shift()) trials.push(await trial(stage, flow, { cut, finish }));
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
