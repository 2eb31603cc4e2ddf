/** Where the demo is shown: redrawn in place for a person, line by line for a log. */
import { frameColumns } from './frame.ts';

/** What the demo needs of the process's standard output. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** One of the two: `draw` shows on a terminal only, `log` in a log only. */
export interface Screen {
  readonly isLive: boolean;
  /** Replaces what was drawn before. */
  draw(lines: readonly string[]): void;
  log(text: string): void;
}

/** A frame of so many lines has to fit, or there is nothing to redraw. */
const frameRows = 24;

/** The screen for an output. */
export function screenOn(terminal: Terminal): Screen {
  const isLive = terminal.isTTY === true && (terminal.columns ?? 0) >= frameColumns && (terminal.rows ?? 0) >= frameRows;
  return isLive ? liveOn(terminal) : { isLive, draw: () => undefined, log: text => void terminal.write(`${text}\n`) };
}

function liveOn(terminal: Terminal): Screen {
  let drawn = 0;
  return {
    isLive: true,
    log: () => undefined,
    draw: lines => {
      const back = drawn === 0 ? '' : `\u001b[${drawn}A`;
      drawn = lines.length;
      terminal.write(`${back}${lines.map(line => `${line}\u001b[K\n`).join('')}`);
    },
  };
}
