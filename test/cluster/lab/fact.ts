import { AsyncLocalStorage } from 'node:async_hooks';
import { test } from '@jest/globals';

type Undo = () => Promise<unknown> | unknown;

const undone = new AsyncLocalStorage<Undo[]>();

/** A test that runs beside the others of its file; what it opened is closed when it ends, however it ends. */
export function fact(name: string, body: () => Promise<void>, limitMilliseconds?: number): void {
  test.concurrent(name, () => closing(body), limitMilliseconds);
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
  return undone.run(undos, async () => {
    try {
      return await body();
    } finally {
      for (const undo of undos.reverse()) await undo();
    }
  });
}

/** Has something done when the test under way ends. */
export function whenOver(undo: Undo): void {
  const undos = undone.getStore();
  if (undos === undefined) throw new Error('this is for the inside of a fact');
  undos.push(undo);
}
