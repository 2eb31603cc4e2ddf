/** Releases of StatefulSets, killed behind every write, on the simulated cluster. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { db, pods, promote, reject, share } from '../build/stateful-set.ts';
import type { Act } from '../stage/act.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const three = (version: string): readonly KubeObject[] => db(version, { replicas: 3 });

describe('killed behind any write', () => {
  const flows: readonly (readonly [string, readonly Act[], Act])[] = [
    ['deploy', [], { inputs: share(40), files: three('v2') }],
    ['a larger share', [{ inputs: share(20), files: three('v2') }], { inputs: share(67), files: three('v2') }],
    ['a newer release', [{ inputs: share(40), files: three('v2') }], { inputs: share(20), files: three('v3') }],
    ['promote', [{ inputs: share(40), files: three('v2') }], { inputs: promote, files: three('v2') }],
    ['reject', [{ inputs: share(40), files: three('v2') }], { inputs: reject, files: [] }],
  ];

  const begun = async (before: readonly Act[]): Promise<Bed> => {
    const bed = await openBed(stage, three('v1'));
    for (const { inputs, files } of before) expect(said(await bed.act(inputs, files))).toBe('deployed');
    return bed;
  };

  test.each(flows)('%s ends as if nothing had happened when it is run again, and is taken back by a reject', async (_, before, act) => {
    const whole = await begun(before);
    const untouched = await (await openBed(stage, three('v1'))).snapshot();
    const writes = await whole.dieBehind(1000, act);
    const end = [await whole.snapshot(), await pods(whole)];
    expect(writes.length).toBeGreaterThan(2);
    // The first writes are tried both ways, the others by turns.
    for (const [i] of writes.entries()) {
      if (i < 2 || i % 2 === 0) {
        const again = await begun(before);
        await again.dieBehind(i + 1, act);
        await again.act(act.inputs, act.files, { laterSeconds: 61 });
        expect([i, writes[i], await again.snapshot(), await pods(again)]).toEqual([i, writes[i], ...end]);
      }
      if (i >= 2 && i % 2 === 0 && i < writes.length - 1) continue;
      const back = await begun(before);
      await back.dieBehind(i + 1, act);
      const last = await back.act(reject, [], { laterSeconds: 61 });
      const isEnded = i === writes.length - 1 && writes[i]?.includes('DELETE') === true;
      if (isEnded) expect(said(last)).toBe('unchanged');
      else expect([i, writes[i], await back.snapshot(), await pods(back)]).toEqual([i, writes[i], untouched, 'v1 v1 v1']);
    }
  });
});
