/** Times for tests: one that passes as soon as it is waited for, and one that knows who still waits. */
import type { Time } from '../../src/model/time.ts';

/** Every wait is over at once, and is noted with its milliseconds; one of `limits` is no wait, and never strikes. */
export function hurriedTime(waits: number[], limits: readonly number[] = []): Time {
  let elapsed = 0;
  return {
    elapsed: () => elapsed,
    after: (milliseconds, task) => {
      if (limits.includes(milliseconds)) return () => undefined;
      waits.push(milliseconds);
      const soon = setImmediate(() => {
        elapsed += milliseconds;
        task();
      });
      return () => clearImmediate(soon);
    },
  };
}

/** The same time, and how many of its waits are neither over nor taken back: each keeps a process that has nothing else to do. */
export function countedTime(time: Time): Time & { waiting(): number } {
  const open = new Set<object>();
  return {
    elapsed: () => time.elapsed(),
    after: (milliseconds, task) => {
      const wait = {};
      open.add(wait);
      const cancel = time.after(milliseconds, () => {
        open.delete(wait);
        task();
      });
      return () => {
        open.delete(wait);
        cancel();
      };
    },
    waiting: () => open.size,
  };
}
