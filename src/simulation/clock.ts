/** Time as a port: real, or virtual and moved by hand or by itself. */

/** Time, whatever it is. */
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
  const agenda = createAgenda(start);
  const life = { quietTurns: 0, held: 0 };
  const touch = (): void => {
    life.quietTurns = 0;
  };
  return {
    now: agenda.now,
    after: agenda.add,
    touch,
    hold: () => {
      life.held += 1;
      return () => {
        life.held -= 1;
        touch();
      };
    },
    advance: milliseconds => advance(agenda, agenda.now() + milliseconds),
    run: (horizonMilliseconds = defaultHorizonMilliseconds) => runByItself(agenda, life, horizonMilliseconds),
  };
}

/** Tasks by the time at which they fall due. */
interface Agenda {
  now(): number;
  add(milliseconds: number, run: () => void): () => void;
  /** Whether something falls due until then. */
  has(until: number): boolean;
  /** Moves time to the next moment at which something falls due until then, and runs all of it; false when there is none. */
  runNext(until: number): boolean;
  moveTo(time: number): void;
}

function createAgenda(start: number): Agenda {
  let now = start;
  const tasks = new Set<Task>();
  const next = (until: number): Task | undefined => {
    let first: Task | undefined;
    for (const task of tasks) if (task.due <= until && (first === undefined || task.due < first.due)) first = task;
    return first;
  };
  return {
    now: () => now,
    add: (milliseconds, run) => {
      const task = { due: now + Math.max(0, milliseconds), run };
      tasks.add(task);
      return () => tasks.delete(task);
    },
    has: until => next(until) !== undefined,
    runNext: until => {
      const first = next(until);
      if (first === undefined) return false;
      now = Math.max(now, first.due);
      for (const task of [...tasks].filter(({ due }) => due === first.due)) if (tasks.delete(task)) task.run();
      return true;
    },
    moveTo: time => {
      now = Math.max(now, time);
    },
  };
}

async function advance(agenda: Agenda, end: number): Promise<void> {
  await turns(3);
  while (agenda.runNext(end)) await turns(3);
  agenda.moveTo(end);
}

interface Life {
  quietTurns: number;
  held: number;
}

function runByItself(agenda: Agenda, life: Life, horizonMilliseconds: number): () => void {
  let running = true;
  const turn = (): void => {
    life.quietTurns = life.held > 0 ? 0 : life.quietTurns + 1;
    if (life.quietTurns > idleTurns && agenda.runNext(agenda.now() + horizonMilliseconds)) life.quietTurns = 0;
    if (running) again();
  };
  const again = (): void => {
    if (life.held > 0 || !agenda.has(agenda.now() + horizonMilliseconds)) setTimeout(turn, 1).unref();
    else setImmediate(turn);
  };
  turn();
  return () => {
    running = false;
  };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>(resolve => setImmediate(resolve));
}
