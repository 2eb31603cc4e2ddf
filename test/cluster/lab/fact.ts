import { AsyncLocalStorage } from 'node:async_hooks';
import { test } from '@jest/globals';
import { withJournal } from './journal.ts';

type Undo = () => Promise<unknown> | unknown;

const undone = new AsyncLocalStorage<Undo[]>();

/** A test that runs beside the others of its file; what it opened is closed when it ends, however it ends. */
export function fact(name: string, body: () => Promise<void>, limitMilliseconds?: number): void {
  test.concurrent(name, () => closing(body), limitMilliseconds);
}

/** Whether the whole matrix is asked for (`.ci/run full`); otherwise each flow runs once. */
export const isFull: boolean = process.env.LAB_FULL !== undefined;

let turns = 0;

/** What the same flow can run on: all of it in a full run, one after the other by turns otherwise. */
export function byTurns<Item>(items: readonly Item[], turn: number = turns++): readonly Item[] {
  return isFull ? items : items.slice(turn % items.length).slice(0, 1);
}

/** The same for each row of a table; `%s` in the name is the row's first value. */
export function facts<Row extends readonly [string, ...unknown[]]>(
  rows: readonly Row[],
  name: string,
  body: (...row: Row) => Promise<void>,
): void {
  for (const row of rows) fact(name.replace('%s', row[0]), () => body(...row));
}

/** Runs something and closes what was opened in it, however it ends. */
export function closing<Result>(body: () => Promise<Result>): Promise<Result> {
  const undos: Undo[] = [];
  return undone.run(undos, () =>
    withJournal(async () => {
      try {
        return await body();
      } finally {
        for (const undo of undos.reverse()) await undo();
      }
    }),
  );
}

/** Has something done when the test under way ends. */
export function whenOver(undo: Undo): void {
  const undos = undone.getStore();
  if (undos === undefined) throw new Error('this is for the inside of a fact');
  undos.push(undo);
}
