/** Acts that are killed behind each of their writes: what the same act, or a reject, makes of what is left. */
import { expect } from '@jest/globals';
import { reject } from '../build/stateful-set.ts';
import type { Act } from '../stage/act.ts';
import { type Bed, said } from '../stage/bed.ts';

/** An act, and what came before it. */
export interface Flow {
  readonly before: readonly Act[];
  readonly act: Act;
  /** What runs when nobody has killed it. */
  readonly end: string;
}

/** Where an act was killed, and what a reject said behind it. */
export interface Killed {
  /** The method and path of the last write that was done. */
  readonly write: string;
  readonly isLast: boolean;
  readonly rejected: string;
}

/** What workloads of one kind have of their own. */
export interface Kind {
  /** "v1 v1 v2": what each pod runs. */
  readonly runs: (bed: Bed) => Promise<string>;
  /** What all pods run before the first act. */
  readonly old: string;
  /** The act was over behind this write: a reject finds nothing that it could take back. */
  readonly isOver: (killed: Killed) => boolean;
}

/** Kills a flow's act behind each write: run again it ends as if nothing had happened, and a reject leaves what was there. */
export async function killedBehindEach(begun: Bed, { before, act, end }: Flow, { runs, old, isOver }: Kind): Promise<void> {
  const untouched = await begun.snapshot();
  for (const { inputs, files } of before) expect(said(await begun.act(inputs, files))).toBe('deployed');
  const [writes, whole] = await begun.inCopy(async bed => {
    const all = await bed.dieBehind(1000, act);
    expect([all.length > 2, await runs(bed)]).toEqual([true, end]);
    return [all, await bed.snapshot()] as const;
  });
  const triedAgain = (i: number, write: string) =>
    begun.inCopy(async again => {
      expect(await again.dieBehind(i + 1, act)).toHaveLength(i + 1);
      await again.act(act.inputs, act.files, { laterSeconds: 61 });
      expect([i, write, await again.snapshot(), await runs(again)]).toEqual([i, write, whole, end]);
    });
  const takenBack = (i: number, write: string) =>
    begun.inCopy(async back => {
      expect(await back.dieBehind(i + 1, act)).toHaveLength(i + 1);
      const rejected = said(await back.act(reject, [], { laterSeconds: 61 }));
      const isLate = i >= writes.length - 2;
      if (isOver({ write, isLast: i === writes.length - 1, rejected }))
        expect([i, write, isLate, rejected, await runs(back)]).toEqual([i, write, true, 'unchanged', end]);
      else expect([i, write, await back.snapshot(), await runs(back)]).toEqual([i, write, untouched, old]);
    });
  for (const [i, write] of writes.entries()) {
    // The first writes are tried both ways, the others by turns.
    const isAgain = i < 2 || i % 2 === 0;
    if (isAgain) await triedAgain(i, write);
    if (i < 2 || !isAgain || i === writes.length - 1) await takenBack(i, write);
  }
}
