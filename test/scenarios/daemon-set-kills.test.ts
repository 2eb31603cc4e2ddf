/** Releases of DaemonSets, killed behind every write, on the simulated cluster. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { agent, byHand, OLD, onNodes, running, type Spec } from '../build/daemon-set.ts';
import { promote, reject, share } from '../build/stateful-set.ts';
import type { Act } from '../stage/act.ts';
import { said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

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
    const begun = await running(stage, 'v1', spec);
    const untouched = await begun.snapshot();
    for (const { inputs, files } of before) expect(said(await begun.act(inputs, files))).toBe('deployed');
    const [writes, whole] = await begun.inCopy(async bed => {
      const all = await bed.dieBehind(1000, act);
      expect([all.length > 2, await onNodes(bed)]).toEqual([true, end]);
      return [all, await bed.snapshot()];
    });
    const triedAgain = (i: number) =>
      begun.inCopy(async again => {
        expect(await again.dieBehind(i + 1, act)).toHaveLength(i + 1);
        await again.act(act.inputs, act.files, { laterSeconds: 61 });
        expect([i, writes[i], await again.snapshot(), await onNodes(again)]).toEqual([i, writes[i], whole, end]);
      });
    const takenBack = (i: number) =>
      begun.inCopy(async back => {
        expect(await back.dieBehind(i + 1, act)).toHaveLength(i + 1);
        const last = said(await back.act(reject, [], { laterSeconds: 61 }));
        if (last === 'unchanged') expect([i >= writes.length - 2, await onNodes(back)]).toEqual([true, end]);
        else expect([i, writes[i], await back.snapshot(), await onNodes(back)]).toEqual([i, writes[i], untouched, OLD]);
      });
    for (const [i] of writes.entries()) {
      // The first writes are tried both ways, the others by turns.
      const isAgain = i < 2 || i % 2 === 0;
      if (isAgain) await triedAgain(i);
      if (i < 2 || !isAgain || i === writes.length - 1) await takenBack(i);
    }
  },
);
