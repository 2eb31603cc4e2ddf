/** What a failure proposes to look at is still there behind it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { refusals } from '../../src/execute/soak/refusals.ts';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { web } from '../crash/kills/flows.ts';
import { openBed } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const canary: RawInputs = { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'smi', percentage: '20' };

/** What a deploy of pods that never get ready proposes. */
async function hint(version: string, more: RawInputs): Promise<string> {
  const bed = await openBed(stage, web('v1'));
  const ending = await bed.act({ ...canary, ...more }, web(version), { timeoutSeconds: 5 });
  return ending?.type === 'failed' ? ending.hint : '';
}

describe('a version that is not ready', () => {
  test.each(['v2-crash', 'v2-unready'])('as %s leaves its pods for a look, and the command for it', async version => {
    expect(await hint(version, {})).toContain(' logs web-canary-');
  });

  test.each(['v2-crash', 'v2-unready'])('as %s and is removed is looked at elsewhere', async version => {
    const said = await hint(version, { 'on-failure': 'reject' });
    expect(said).toContain('where they are collected');
    expect(said).not.toContain('kubectl');
  });

  test('for a reason that the cluster names is told what to do about that', async () => {
    expect(await hint('v2-badpull', { 'on-failure': 'reject' })).toMatch(/image/i);
  });
});

test.each([
  [false, 'kubectl logs --previous'],
  [true, 'where they are collected'],
])('a version that goes down under watch, removed: %s, is looked at where its words are', (isRemoved, where) => {
  const nothing = {
    findings: [],
    decided: [],
    critical: [],
    unread: [],
    blind: [],
    isByPrometheus: false,
    isExtended: false,
    soaked: { seconds: 60, metrics: [] },
  };
  const ill = ['pod web-canary-1 restarted 2 times'];
  const tally = { of: () => null } as never;
  expect(refusals.fail('web', { ...nothing, ill, tally, isRemoved })).toMatchObject({ hint: expect.stringContaining(where) });
});
