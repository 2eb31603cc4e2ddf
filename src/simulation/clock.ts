/** Time as a port: real, or virtual and moved by hand or by itself. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `task` once after a while; the answer takes it back. */
  after(milliseconds: number, task: () => void): () => void;
}

/** Time that stands still until it is moved. */
export interface VirtualClock extends Clock {
  /** Moves time, running everything that falls due on the way, in order; between two moments the event loop comes round. */
  advance(milliseconds: number): Promise<void>;
  /**
   * From now on time jumps to the next due task whenever the process has been idle for some turns of the event loop; never
   * further than the horizon at once, so that a deadline far away does not strike while a test thinks.
   */
  run(horizonMilliseconds?: number): () => void;
  /** Tells `run` that something happened, so that it waits with the next jump. */
  touch(): void;
  /** The same while something is at work that will end; the answer ends it. */
  hold(): () => void;
}

interface Task {
  readonly due: number;
  readonly run: () => void;
}

/** The machine's own time; waiting tasks do not keep the process alive. */
export function realClock(): Clock {
  return {
    now: () => Date.now(),
    after: (milliseconds, task) => {
      const timer = setTimeout(task, milliseconds).unref();
      return () => clearTimeout(timer);
    },
  };
}

/** Turns of the event loop without any sign of life after which `run` takes the process for idle. */
const idleTurns = 12;

const defaultHorizonMilliseconds = 30_000;

/** A clock that starts at the given time (milliseconds since 1970). */
export function virtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = start;
  let quietTurns = 0;
  let held = 0;
  const tasks = new Set<Task>();

  const due = (until: number): Task | undefined => {
    let first: Task | undefined;
    for (const task of tasks) if (task.due <= until && (first === undefined || task.due < first.due)) first = task;
    return first;
  };
  const fire = (task: Task): void => {
    tasks.delete(task);
    now = Math.max(now, task.due);
    task.run();
  };
  const touch = (): void => {
    quietTurns = 0;
  };
  return {
    now: () => now,
    after: (milliseconds, run) => {
      const task = { due: now + Math.max(0, milliseconds), run };
      tasks.add(task);
      return () => tasks.delete(task);
    },
    touch,
    hold: () => {
      held += 1;
      return () => {
        held -= 1;
        touch();
      };
    },
    advance: async milliseconds => {
      const end = now + milliseconds;
      await turns(3);
      for (let task = due(end); task !== undefined; task = due(end)) {
        fire(task);
        await turns(3);
      }
      now = end;
    },
    run: (horizonMilliseconds = defaultHorizonMilliseconds) => {
      let running = true;
      const jump = (): void => {
        const next = quietTurns > idleTurns ? due(now + horizonMilliseconds) : undefined;
        if (next === undefined) return;
        touch();
        fire(next);
      };
      const turn = (): void => {
        quietTurns = held > 0 ? 0 : quietTurns + 1;
        jump();
        if (running) again();
      };
      const again = (): void => {
        if (held > 0 || due(now + horizonMilliseconds) === undefined) setTimeout(turn, 1).unref();
        else setImmediate(turn);
      };
      turn();
      return () => {
        running = false;
      };
    },
  };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>(resolve => setImmediate(resolve));
}
