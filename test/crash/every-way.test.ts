/** Every strategy by every method, from every start, by every action: nobody loses a request, each end is true, and there is always a way back. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { routers } from '../../src/routers/index.ts';
import { strategies } from '../../src/strategies/index.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { after } from '../stage/time.ts';
import { web } from './kills/flows.ts';
import { seeded } from './random.ts';
import { inabilityOf, waysBy } from './table/carried.ts';
import { kinds, listen, type Method, methodsWith, type Told } from './table/methods.ts';
import { actions, isInPlace, openingsOf, type Start, type Way } from './table/rows.ts';
import { nameOf, type Row, type Trial, trial } from './table/trial.ts';

const IS_FULL = process.env.CRASH_FULL !== undefined;
/** So many rows are tried at the same time: most of each is waiting. */
const AT_ONCE = 4;
/** Behind which writes an action dies in a sample; in full, behind each that it makes. */
const MOST_WRITES = 10;
/** Which rows of each part of the table are tried where not all are: one of each action. */
const SEED = 11;

let stage: CrashStage;
let told: Told;
beforeAll(async () => {
  stage = await openStage(kinds);
  told = await listen(stage.simulation);
});
afterAll(async () => {
  told.close();
  await stage.close();
});

const methods = methodsWith('http://127.0.0.1/');

const startsOf = (way: Way): readonly Start[] =>
  openingsOf(way.strategy)
    .filter(opening => inabilityOf(way, opening) === null)
    .map(opened => ({ opened }));
const ways = waysBy(methods).filter(way => startsOf(way).length > 0);
const NOTHING: Start = { opened: null };

/** Tries rows side by side; the script's address is known by now. In full, what died behind one write dies behind the next. */
async function tried(rows: readonly Row[]): Promise<readonly Trial[]> {
  const known = (method: Method): Method => methodsWith(told.url)[methods.indexOf(method)] ?? method;
  const waiting = rows.map(row => ({ ...row, way: { ...row.way, method: known(row.way.method) } }));
  const trials: Trial[] = [];
  const work = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      const done = await trial(stage, row);
      trials.push(done);
      if (IS_FULL && done.hasDied) waiting.push(laterKilled(row));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return trials;
}

const laterKilled = ({ start, killed, ...row }: Row): Row =>
  killed === undefined ? { ...row, start: { ...start, killed: (start.killed ?? 0) + 1 } } : { ...row, start, killed: killed + 1 };

/** One row of each action, from all over the table; all of them in a full run. */
function sampled(rows: readonly Row[]): readonly Row[] {
  if (IS_FULL) return rows;
  const random = seeded(SEED);
  return actions.flatMap(action => {
    const own = rows.filter(row => row.action === action);
    return own[random.number(own.length)] ?? [];
  });
}

const from = (way: Way, starts: readonly Start[]): readonly Row[] =>
  starts.flatMap(start => actions.map((action, next): Row => ({ way, start, action, next })));

/** The same row, killed behind one of its writes; how many there are is known when it was done. */
const WRITES = IS_FULL ? [1] : Array.from({ length: MOST_WRITES }, (_, i) => i + 1);
const killedEach = (row: Row): readonly Row[] => WRITES.map(killed => ({ ...row, killed }));
const promoteKilled = (start: Start): readonly Start[] => WRITES.map(killed => ({ ...start, killed }));

const parts: Readonly<Record<string, (way: Way) => readonly Row[]>> = {
  'ends as it says, and what it proposes works': way => from(way, [NOTHING, ...startsOf(way)]),
  // What changes stable itself leaves nothing to promote.
  'goes on or back from a promote that was killed behind any write': way =>
    isInPlace(way.strategy) ? [] : from(way, startsOf(way).flatMap(promoteKilled)),
  'goes on or back when it was killed itself behind any write': way => from(way, [NOTHING, ...startsOf(way)]).flatMap(killedEach),
};

test('every method is in the table, by each strategy that it can carry', () => {
  expect(new Set(methods.map(({ name }) => name))).toEqual(new Set(Object.keys(routers)));
  expect(new Set(ways.map(({ strategy }) => strategy))).toEqual(new Set(Object.keys(strategies)));
  expect(ways.length).toBeGreaterThan(30);
});

describe.each(Object.entries(parts))('%s, and loses nothing:', (_, rowsOf) => {
  const rows = sampled(ways.flatMap(rowsOf));
  const groups = IS_FULL ? ways.map(nameOf) : ['a sample'];

  test.each(groups)(
    '%s',
    async group => {
      const own = IS_FULL ? rows.filter(({ way }) => group === nameOf(way)) : rows;
      expect((await tried(own)).flatMap(({ problems }) => problems)).toEqual([]);
    },
    1_800_000,
  );
});

test('what a script was told last is in the record: where that is lost, it is told again before anything goes', async () => {
  const method = methodsWith(told.url).find(({ name }) => name === 'script');
  const inputs: RawInputs = { strategy: 'canary', 'traffic-split-method': 'script', ...method?.inputs };
  const bed = await openBed(stage, web('v1'));
  const before = await bed.snapshot();
  const stream = await bed.traffic('service/web');
  expect(said(await bed.act({ ...inputs, action: 'deploy', percentage: '25' }, web('v2')))).toBe('deployed');
  await bed.api.send('DELETE', '/api/v1/namespaces/{ns}/configmaps/web-rollout');
  const bySmi = { strategy: 'canary', 'traffic-split-method': 'smi', action: 'deploy', percentage: '25' };
  expect(said(await bed.act(bySmi, web('v3'), { run: 2 }))).toBe('ROLLOUT_OPEN');
  expect(said(await bed.act({ action: 'reject' }, web('v2')))).toBe('INVALID_INPUT');
  expect(said(await bed.act({ ...inputs, action: 'reject' }, web('v2'), { laterSeconds: 61 }))).toBe('rejected');
  await after(stage.simulation.kubeconfig, 100);
  stream.stop();
  expect(stream.counts().lost).toBe(0);
  const { 'TrafficSplit/by-script': _split, ...left } = await bed.snapshot();
  expect(left).toEqual(before);
});
