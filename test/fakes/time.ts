/** A time that passes as soon as it is waited for. */
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
