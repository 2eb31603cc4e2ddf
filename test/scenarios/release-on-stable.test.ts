/** Somebody else (GitOps, a person) puts the very release under test on stable: what each action says and does then. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import { statusText } from '../../src/report/words.ts';
import { web } from '../crash/kills/flows.ts';
import { type Ending, perform } from '../stage/act.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { applyAsUser } from '../stage/user.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const ways: readonly (readonly [string, RawInputs])[] = [
  ['canary by smi', { strategy: 'canary', 'traffic-split-method': 'smi', percentage: '20' }],
  ['canary by pod', { strategy: 'canary', 'traffic-split-method': 'pod', percentage: '25', baseline: 'false' }],
  ['blue-green by service', { strategy: 'blue-green', 'traffic-split-method': 'service' }],
];

async function overtaken(inputs: RawInputs): Promise<Bed> {
  const bed = await openBed(stage, web('v1'));
  expect(said(await bed.act({ ...inputs, action: 'deploy' }, web('v2')))).toBe('deployed');
  await applyAsUser(bed.api, web('v2'));
  return bed;
}

const without = ({ percentage: _percentage, ...inputs }: RawInputs, action: string): RawInputs => ({ ...inputs, action });
const namesIn = async (bed: Bed): Promise<readonly string[]> => Object.keys(await bed.snapshot()).sort();
const words = (ending: Ending): string =>
  ending?.type === 'failed' ? `${ending.message} ${ending.hint}` : ending ? statusText(ending.outcome) : '';

describe.each(ways)('%s: while stable has been given the release by somebody else', (_, inputs) => {
  test('a reject takes the canary away, is red, names what stable runs and how to go back', async () => {
    const bed = await overtaken(inputs);
    const ending = await bed.act(without(inputs, 'reject'), web('v2'));
    expect(said(ending)).toBe('STABLE_CHANGED');
    expect(ending).toMatchObject({ standing: { isUnmoved: false, release: expect.any(String) } });
    expect(words(ending)).toMatch(/stable itself runs the rejected release \(demo\/web:v2\).*kubectl rollout undo deployment\/web/);
    expect(await namesIn(bed)).toEqual(['Deployment/web', 'Service/web']);
    expect(said(await bed.act(without(inputs, 'reject'), web('v2')))).toBe('unchanged');
  });

  test('a reject names how to go back in the namespace of the workload, wherever the step stands', async () => {
    const bed = await overtaken(inputs);
    const { namespace } = bed.api;
    const files = web('v2').map(object => ({ ...object, metadata: { ...object.metadata, namespace } }));
    const elsewhere = { kubeconfig: stage.simulation.kubeconfig, namespace: 'default' };
    expect(words(await perform({ inputs: without(inputs, 'reject'), files }, elsewhere))).toContain(`deployment/web -n ${namespace}`);
  });

  test('a promote ends the rollout as promoted, with a notice', async () => {
    const bed = await overtaken(inputs);
    const stream = await bed.traffic('service/web');
    const events: Event[] = [];
    const ending = await bed.act(without(inputs, 'promote'), web('v2'), { onEvent: event => void events.push(event) });
    stream.stop();
    expect(said(ending)).toBe('promoted');
    expect(events.flatMap(event => (event.type === 'notice' ? [event.text] : [])).join('\n')).toMatch(/stable already runs this release/);
    expect(stream.counts().lost).toBe(0);
    expect(await namesIn(bed)).toEqual(['Deployment/web', 'Service/web']);
  });

  test('a further deploy of it is refused with the ways out, and both work', async () => {
    const bed = await overtaken(inputs);
    const ending = await bed.act({ ...inputs, action: 'deploy' }, web('v2'));
    expect(said(ending)).toBe('STABLE_CHANGED');
    expect(words(ending)).toMatch(/Run promote.*put the old version back on stable.*then reject/);
    await applyAsUser(bed.api, web('v1'));
    const rejected = await bed.act(without(inputs, 'reject'), web('v2'));
    expect(said(rejected)).toBe('rejected');
    expect(words(rejected)).toBe('Rejected: stable runs demo/web:v1 and has all the traffic, and nothing of the new version is left.');
    expect(await namesIn(bed)).toEqual(['Deployment/web', 'Service/web']);
  });
});
