/** A time that passes as soon as it is waited for. */
import type { Time } from '../../src/model/time.ts';

/** Every wait is over at once, and is noted with its milliseconds. */
export function hurriedTime(waits: number[]): Time {
  let elapsed = 0;
  return {
    elapsed: () => elapsed,
    after: (milliseconds, task) => {
      waits.push(milliseconds);
      const soon = setImmediate(() => {
        elapsed += milliseconds;
        task();
      });
      return () => clearImmediate(soon);
    },
  };
}
