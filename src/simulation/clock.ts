/** Time as a port: real, or virtual and moved by hand or by itself. */
import { openStillness } from './stillness.ts';

/** Time, whatever it is. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `task` once after a while; the answer takes it back. */
  after(milliseconds: number, task: () => void): () => void;
  /** The same for what nobody waits for, such as a request that is only counted: nothing follows from it but a later count. */
  aside(milliseconds: number, task: () => void): () => void;
}

/** Time that stands still until it is moved. */
export interface VirtualClock extends Clock {
  /** Moves time, running everything that falls due on the way, in order; between two moments the event loop comes round. */
  advance(milliseconds: number): Promise<void>;
  /**
   * From now on time jumps to the next due task whenever the process has been idle for some turns of the event loop, and nothing is on
   * its way between its own sockets or at work outside; never further than the horizon at once, so that a deadline far away does not
   * strike while a test thinks.
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
  readonly isAside: boolean;
}

/** The machine's own time; waiting tasks do not keep the process alive. */
export function realClock(): Clock {
  const after: Clock['after'] = (milliseconds, task) => {
    const timer = setTimeout(task, milliseconds).unref();
    return () => clearTimeout(timer);
  };
  return { now: () => Date.now(), after, aside: after };
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
    after: (milliseconds, run) => agenda.add(milliseconds, run, false),
    aside: (milliseconds, run) => agenda.add(milliseconds, run, true),
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
  add(milliseconds: number, run: () => void, isAside: boolean): () => void;
  /** Whether something falls due until then. */
  has(until: number): boolean;
  /** Moves time to the next moment at which something falls due until then, and runs all of it; false when there is none. */
  runNext(until: number): boolean;
  /** Moves time to the next moment until then for which somebody waits, by way of all that is done aside; without one as `runNext`. */
  runToAwaited(until: number): void;
  moveTo(time: number): void;
}

function createAgenda(start: number): Agenda {
  let now = start;
  const tasks = new Set<Task>();
  // Asked for at every turn of the event loop, and rarely another one.
  let first: Task | null = null;
  const next = (until: number): Task | undefined => {
    if (first === null) for (const task of tasks) if (first === null || task.due < first.due) first = task;
    return first !== null && first.due <= until ? first : undefined;
  };
  const drop = (task: Task): boolean => {
    if (task === first) first = null;
    return tasks.delete(task);
  };
  const runNext = (until: number): boolean => {
    const due = next(until)?.due;
    if (due === undefined) return false;
    now = Math.max(now, due);
    for (const task of [...tasks].filter(other => other.due === due)) if (drop(task)) task.run();
    return true;
  };
  return {
    now: () => now,
    add: (milliseconds, run, isAside) => {
      const task = { due: now + Math.max(0, milliseconds), run, isAside };
      tasks.add(task);
      if (first !== null && task.due < first.due) first = task;
      return () => drop(task);
    },
    has: until => next(until) !== undefined,
    runNext,
    runToAwaited: until => {
      const awaited = Math.min(...[...tasks].filter(({ isAside }) => !isAside).map(({ due }) => due));
      if (awaited > until) runNext(until);
      else while (runNext(awaited) && now < awaited);
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
  const stillness = openStillness();
  const turn = (): void => {
    life.quietTurns = life.held > 0 ? 0 : life.quietTurns + 1;
    if (life.quietTurns > idleTurns) {
      life.quietTurns = 0;
      if (stillness.isStill()) agenda.runToAwaited(agenda.now() + horizonMilliseconds);
    }
    if (running) again();
  };
  const again = (): void => {
    if (life.held > 0 || !agenda.has(agenda.now() + horizonMilliseconds)) setTimeout(turn, 1).unref();
    else setImmediate(turn);
  };
  turn();
  return () => {
    running = false;
    stillness.close();
  };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>(resolve => setImmediate(resolve));
}
