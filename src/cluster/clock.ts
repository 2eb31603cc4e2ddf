import type { Time } from '../model/time.ts';

/** The API server's clock as its answers tell it. */
export interface Clock {
  /** Takes the `Date` header of an answer that just arrived. */
  observe(date: string | undefined): void;
  /** Milliseconds since 1970. */
  now(): number;
}

const STEPPED_BACK_MS = 5000;

/** Starts with this machine's clock; `elapsed` never goes back, whatever happens to that one. */
export function openClock({ elapsed }: Pick<Time, 'elapsed'>): Clock {
  let offsetMs: number | null = null;
  return {
    // The header is cut to seconds and was written before it arrived: each is a lower bound, the highest one is the nearest.
    observe: date => {
      const told = Date.parse(date ?? '');
      if (Number.isNaN(told)) return;
      const bound = told - elapsed();
      offsetMs = offsetMs === null || bound > offsetMs || bound < offsetMs - STEPPED_BACK_MS ? bound : offsetMs;
    },
    now: () => Math.round(offsetMs === null ? Date.now() : offsetMs + elapsed()),
  };
}

/** The machine's own time. */
export const machineTime: Time = {
  elapsed: () => performance.now(),
  after: (milliseconds, task) => {
    const timer = setTimeout(task, milliseconds);
    return () => clearTimeout(timer);
  },
};
