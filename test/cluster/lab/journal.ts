/** What a fact had under way, and when: a lost request is told with the step that lost it. */
import { AsyncLocalStorage } from 'node:async_hooks';

interface Entry {
  readonly what: string;
  readonly from: number;
  until: number | null;
}

const journals = new AsyncLocalStorage<Entry[]>();

/** Runs something with a journal of its own. */
export function withJournal<Result>(body: () => Promise<Result>): Promise<Result> {
  return journals.run([], body);
}

/** Notes that a step begins; the answer notes its end. */
export function underWay(what: string): () => void {
  const entry: Entry = { what, from: Date.now(), until: null };
  journals.getStore()?.push(entry);
  return () => {
    entry.until = Date.now();
  };
}

/** The steps that were under way at a time (milliseconds since 1970), or the last one before it and how long it was over. */
export function stepsAt(time: number): string {
  const begun = (journals.getStore() ?? []).filter(({ from }) => from <= time);
  const running = begun.filter(({ until }) => until === null || until >= time);
  if (running.length > 0) return running.map(({ what, from }) => `${what}, ${time - from} ms after it began`).join('; ');
  const last = begun.toSorted((one, other) => (one.until ?? 0) - (other.until ?? 0)).at(-1);
  return last === undefined ? 'before the first step' : `${time - (last.until ?? time)} ms after the end of ${last.what}`;
}
