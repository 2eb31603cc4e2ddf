/** What the table of every way leaves out: each with its reason, and refused before the first write. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { inabilityOf, waysBy } from './table/carried.ts';
import { kinds, methodsWith } from './table/methods.ts';
import { asked, filesOf, isInPlace, type Opening, openingsOf, opens, type Way } from './table/rows.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage(kinds);
});
afterAll(() => stage.close());

/** Why a method cannot carry which openings of which strategies. */
const REASONS: readonly (readonly [why: string, method: string, ...ways: readonly string[]])[] = [
  [
    'every ready pod gets requests',
    'pod',
    'canary standing by',
    'blue-green standing by',
    'blue-green switched',
    'ab shared',
    'shadow shared',
  ],
  ['cannot split requests by weights', 'service', 'canary shared', 'canary switched'],
  ['cannot match requests by a header', 'service', 'ab shared'],
  ['cannot mirror requests', 'service', 'shadow shared'],
  ['cannot mirror requests', 'smi', 'shadow shared'],
  ['cannot mirror requests', 'linkerd', 'shadow shared'],
  ['cannot mirror requests', 'alb', 'shadow shared'],
  [
    'cannot serve strategy',
    'goreplay',
    'canary standing by',
    'canary shared',
    'canary switched',
    'blue-green standing by',
    'blue-green switched',
    'ab shared',
  ],
];

interface LeftOut {
  readonly way: Way;
  readonly opening: Opening;
  readonly why: string;
}

const leftOut: readonly LeftOut[] = waysBy(methodsWith('http://127.0.0.1/')).flatMap(way =>
  openingsOf(way.strategy).flatMap(opening => {
    const why = inabilityOf(way, opening);
    return why === null ? [] : [{ way, opening, why }];
  }),
);
const beside = leftOut.filter(({ way }) => !isInPlace(way.strategy));
const named = ({ way: { strategy, method }, opening }: LeftOut): string => `${method.name}: ${strategy} ${opening}`;

test('nothing else is left out', () => {
  const known = REASONS.flatMap(([, method, ...ways]) => ways.map(way => `${method}: ${way}`));
  expect(new Set(beside.map(named))).toEqual(new Set(known));
});

test.each(beside.map(row => [named(row), row] as const))('%s is refused with its reason, and nothing is written', async (name, row) => {
  const { way, opening } = row;
  const bed = await openBed(stage, [...filesOf(way, 'v1'), ...way.method.objects]);
  const before = await bed.snapshot();
  const refusal = await bed.act(opens(way, opening), filesOf(way, 'v2')).then(
    ending => (ending?.type === 'failed' ? ending.message : said(ending)),
    (error: Error) => error.message,
  );
  expect(refusal).toContain(REASONS.find(([, method, ...ways]) => ways.some(each => name === `${method}: ${each}`))?.[0]);
  expect(await bed.snapshot()).toEqual(before);
});

const inPlace = leftOut.filter(({ way }) => isInPlace(way.strategy));

test.each(inPlace.map(row => [named(row), row.way] as const))('%s goes by no method, and comes back', async (_, way) => {
  const bed = await openBed(stage, [...filesOf(way, 'v1'), ...way.method.objects]);
  const { 'Deployment/web': old, ...others } = await bed.snapshot();
  expect(said(await bed.act(opens(way, 'replaced'), filesOf(way, 'v2')))).toBe('deployed');
  const { 'Deployment/web': stable, ...around } = await bed.snapshot();
  expect(JSON.stringify(stable)).toContain('demo/web:v2');
  expect(Object.keys(around)).toEqual(Object.keys(others));
  expect(said(await bed.act(asked(way, { opened: 'replaced' }, 'reject').inputs, filesOf(way, 'v2')))).toBe('rejected');
  expect(JSON.stringify((await bed.snapshot())['Deployment/web'])).toContain('demo/web:v1');
  expect(JSON.stringify(old)).toContain('demo/web:v1');
});
