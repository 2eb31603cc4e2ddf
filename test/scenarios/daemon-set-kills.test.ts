/** Releases of DaemonSets, killed behind every write, on the simulated cluster. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { agent, everywhere, onNodes, type Spec } from '../build/daemon-set.ts';
import { promote, reject, share } from '../build/stateful-set.ts';
import type { Act } from '../stage/act.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const OLD = 'v1 v1 v1 v1 v1';
const byHand = { updateStrategy: { type: 'OnDelete' } };

const running = async (spec: Spec): Promise<Bed> => {
  const bed = await openBed(stage, agent('v1', spec));
  await everywhere(bed);
  return bed;
};

const flows: readonly (readonly [string, Spec, readonly Act[], Act, string])[] = [
  ['deploy', {}, [], { inputs: share(40), files: agent('v2') }, 'v2 v2 v1 v1 v1'],
  ['a larger share', {}, [{ inputs: share(20), files: agent('v2') }], { inputs: share(60), files: agent('v2') }, 'v2 v2 v2 v1 v1'],
  ['a newer release', {}, [{ inputs: share(60), files: agent('v2') }], { inputs: share(20), files: agent('v3') }, 'v3 v1 v1 v1 v1'],
  ['promote', {}, [{ inputs: share(40), files: agent('v2') }], { inputs: promote, files: agent('v2') }, 'v2 v2 v2 v2 v2'],
  ['reject', {}, [{ inputs: share(60), files: agent('v2') }], { inputs: reject, files: [] }, OLD],
  ['reject by hand', byHand, [{ inputs: share(40), files: agent('v2', byHand) }], { inputs: reject, files: [] }, OLD],
];

test.each(flows)(
  '%s, killed behind any write, ends as if nothing had happened when it is run again, and is taken back by a reject',
  async (...flow) => {
    const [, spec, before, act, end] = flow;
    const begun = async (): Promise<Bed> => {
      const bed = await running(spec);
      for (const { inputs, files } of before) expect(said(await bed.act(inputs, files))).toBe('deployed');
      return bed;
    };
    const untouched = await (await running(spec)).snapshot();
    const whole = await begun();
    const writes = await whole.dieBehind(1000, act);
    expect([writes.length > 2, await onNodes(whole)]).toEqual([true, end]);
    for (const [i] of writes.entries()) {
      // The first writes are tried both ways, the others by turns.
      if (i < 2 || i % 2 === 0) {
        const again = await begun();
        await again.dieBehind(i + 1, act);
        await again.act(act.inputs, act.files, { laterSeconds: 61 });
        expect([i, writes[i], await again.snapshot(), await onNodes(again)]).toEqual([i, writes[i], await whole.snapshot(), end]);
      }
      if (i >= 2 && i % 2 === 0 && i < writes.length - 1) continue;
      const back = await begun();
      await back.dieBehind(i + 1, act);
      const last = said(await back.act(reject, [], { laterSeconds: 61 }));
      if (last === 'unchanged') expect([i >= writes.length - 2, await onNodes(back)]).toEqual([true, end]);
      else expect([i, writes[i], await back.snapshot(), await onNodes(back)]).toEqual([i, writes[i], untouched, OLD]);
    }
  },
);
