/** Blue-green by the Service's own selector, on the simulated cluster: whatever was switched in passing counts by what it was before. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const inputs: RawInputs = { strategy: 'blue-green', 'traffic-split-method': 'service' };
const standingBy: RawInputs = { ...inputs, action: 'deploy' };
const switched: RawInputs = { ...standingBy, percentage: '100' };
const promote: RawInputs = { ...inputs, action: 'promote' };
const reject: RawInputs = { ...inputs, action: 'reject' };
/** Promote's writes behind which it dies while the new version has all the requests. */
const deaths = [
  { behind: 'the switch', write: 3, path: /services\/web$/ },
  { behind: 'the roll of stable', write: 5, path: /deployments\/web$/ },
] as const;

async function read({ api }: Bed, path: string): Promise<{ readonly [field: string]: unknown }> {
  const { code, body } = await api.send('GET', path);
  return code === 200 ? (body as { readonly spec: { readonly [field: string]: unknown } }).spec : {};
}

const selectorOf = async (bed: Bed): Promise<unknown> => (await read(bed, '/api/v1/namespaces/{ns}/services/web')).selector;

async function imageOf(bed: Bed, name = 'web'): Promise<unknown> {
  const { template } = await read(bed, `/apis/apps/v1/namespaces/{ns}/deployments/${name}`);
  return (template as { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } })?.spec?.containers?.[0]?.image;
}

const original = { app: 'web' };

describe('blue-green by service', () => {
  test('promotes from standing by, and no request is lost', async () => {
    const bed = await openBed(stage, web('v1'));
    const stream = await bed.traffic('service/web');
    expect(said(await bed.act(standingBy, web('v2')))).toBe('deployed');
    expect(said(await bed.act(promote, web('v2')))).toBe('promoted');
    stream.stop();
    expect(stream.counts().lost).toBe(0);
    expect(await selectorOf(bed)).toEqual(original);
    expect(await imageOf(bed)).toBe('demo/web:v2');
  });

  test('goes on with the next version while the one before is switched', async () => {
    const bed = await openBed(stage, web('v1'));
    const stream = await bed.traffic('service/web');
    expect(said(await bed.act(switched, web('v2')))).toBe('deployed');
    expect(said(await bed.act(standingBy, web('v3'), { run: 2 }))).toBe('deployed');
    expect(await selectorOf(bed)).toEqual(original);
    expect(await imageOf(bed, 'web-canary')).toBe('demo/web:v3');
    expect(said(await bed.act(promote, web('v3'), { run: 2 }))).toBe('promoted');
    stream.stop();
    expect(stream.counts().lost).toBe(0);
    expect(await imageOf(bed)).toBe('demo/web:v3');
  });

  const backs = [
    { how: 'with its files', back: reject, files: web('v2'), run: 1 },
    { how: 'without files, of whatever is open', back: { ...reject, 'reject-any': 'true' }, files: [], run: 2 },
    { how: 'with the files of another version, of whatever is open', back: { ...reject, 'reject-any': 'true' }, files: web('v1'), run: 2 },
  ];
  const ends = deaths.flatMap(death => backs.map(back => ({ ...death, ...back })));
  test.each(ends)('is rejected when promote died behind $behind, $how', async ({ write, path, back, files, run }) => {
    const bed = await openBed(stage, web('v1'));
    const stream = await bed.traffic('service/web');
    await bed.act(standingBy, web('v2'));
    const writes = await bed.dieBehind(write, { inputs: promote, files: web('v2') });
    expect(writes.at(-1)).toMatch(path);
    expect(said(await bed.act(back, files, { run, laterSeconds: 61 }))).toBe('rejected');
    stream.stop();
    expect(stream.counts().lost).toBe(0);
    expect(await selectorOf(bed)).toEqual(original);
    expect(await imageOf(bed)).toBe('demo/web:v1');
  });

  test('is rejected also where somebody has deleted its record while it was switched', async () => {
    const bed = await openBed(stage, web('v1'));
    const stream = await bed.traffic('service/web');
    await bed.act(switched, web('v2'));
    await bed.api.send('DELETE', '/api/v1/namespaces/{ns}/configmaps/web-rollout');
    expect(said(await bed.act({ ...reject, 'reject-any': 'true' }))).toBe('rejected');
    stream.stop();
    expect(stream.counts().lost).toBe(0);
    expect(await selectorOf(bed)).toEqual(original);
  });
});
