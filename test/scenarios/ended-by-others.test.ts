/** What an end proposes over an open rollout is something that the run which reads it can do, on the simulated cluster. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { gatewayRoute, web } from '../crash/kills/flows.ts';
import type { Ending } from '../stage/act.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const bySmi: RawInputs = { 'traffic-split-method': 'smi', 'baseline-and-canary-replicas': '1' };
const canary: RawInputs = { strategy: 'canary', ...bySmi, percentage: '20' };
const hintOf = (ending: Ending): string => (ending?.type === 'failed' ? ending.hint : '');
const nextOf = (ending: Ending): string => (ending?.type === 'outcome' ? ending.outcome.next.join(' ') : '');

async function opened(inputs: RawInputs): Promise<Bed> {
  const bed = await openBed(stage, [...web('v1'), gatewayRoute]);
  expect(said(await bed.act({ ...inputs, action: 'deploy' }, web('v2')))).toBe('deployed');
  return bed;
}

describe('over the rollout of another run', () => {
  test.each<[string, RawInputs, string]>([
    ['undo', { action: 'undo', manifests: '' }, ''],
    ['a deploy in place', { action: 'deploy', strategy: 'none' }, 'v3'],
    ['a deploy by another method', { ...canary, 'traffic-split-method': 'gateway-api', action: 'deploy' }, 'v3'],
    ['copies', { strategy: 'shadow', 'traffic-split-method': 'gateway-api', 'variant-name': 'b', action: 'deploy' }, 'v3'],
  ])('%s proposes a reject that ends it', async (_, inputs, version) => {
    const bed = await opened(canary);
    const ending = await bed.act(inputs, version === '' ? [] : web(version), { run: 2 });
    expect(said(ending)).toBe('ROLLOUT_OPEN');
    expect(hintOf(ending)).toContain('reject it with reject-any: true');
    expect(said(await bed.act({ action: 'reject', 'reject-any': 'true' }, [], { run: 2 }))).toBe('rejected');
  });

  test('its own run rejects it without more', async () => {
    const bed = await opened(canary);
    const hint = hintOf(await bed.act({ action: 'undo', manifests: '' }));
    expect(hint).toContain('reject it. ');
    expect(said(await bed.act({ action: 'reject' }))).toBe('rejected');
  });
});

test('undo says nothing of the running version where a promote may have been at work on it', async () => {
  const bed = await opened(canary);
  await bed.dieBehind(4, { inputs: { ...canary, action: 'promote' }, files: web('v2') });
  const ending = await bed.act({ action: 'undo', manifests: '' }, [], { laterSeconds: 61 });
  expect(ending).toMatchObject({ code: 'ROLLOUT_OPEN', message: expect.stringContaining('its promote has not ended') });
});

describe('what follows an analysis is what the rollout can still take', () => {
  const analyze: RawInputs = { action: 'analyze', manifests: '', soak: '5s' };

  test.each<[string, RawInputs, string]>([
    ['a share', canary, 'Promote it, give it a larger share, or reject it.'],
    ['all requests', { ...canary, percentage: '100', baseline: 'false' }, 'Promote it, or reject it.'],
    ['none until a switch', { strategy: 'blue-green', ...bySmi }, 'Promote it, deploy again with percentage 100 to switch, or reject it.'],
    ['copies', { strategy: 'shadow', 'traffic-split-method': 'gateway-api' }, 'Promote it, or reject it.'],
  ])('of what gets %s', async (_, inputs, next) => {
    const { 'baseline-and-canary-replicas': _replicas, ...own } = inputs;
    const bed = await opened(inputs.strategy === 'canary' ? inputs : own);
    expect(nextOf(await bed.act(analyze))).toBe(next);
  });

  test('of a promote that has not ended', async () => {
    const bed = await opened(canary);
    await bed.dieBehind(2, { inputs: { ...canary, action: 'promote' }, files: web('v2') });
    expect(nextOf(await bed.act(analyze, [], { run: 2, laterSeconds: 61 }))).toBe(
      'Promote it again to finish it, or reject it with reject-any: true.',
    );
    // Behind its removal there is no canary to judge, and no deploy gets past the promote.
    const promote = { inputs: { ...canary, action: 'promote' }, files: web('v2') };
    const { length: writes } = await (await opened(canary)).dieBehind(99, promote);
    const late = await opened(canary);
    await late.dieBehind(writes - 1, promote);
    const ending = await late.act(analyze, [], { laterSeconds: 61 });
    expect(said(ending)).toBe('NO_DATA');
    expect(hintOf(ending)).toBe('Promote it again to finish it, or reject it.');
  });
});
