import { spawn } from 'node:child_process';

/** How a process ended and how long it ran, from its start to its end. */
export interface Timed {
  readonly seconds: number;
  readonly code: number;
  /** Everything it printed, in order. */
  readonly output: string;
}

/** Runs a program to its end, whatever the end is, and takes the time. */
export function timed(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = process.env): Promise<Timed> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const pieces: string[] = [];
    const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', piece => pieces.push(String(piece)));
    child.stderr.on('data', piece => pieces.push(String(piece)));
    child.on('error', reject);
    child.on('close', code => resolve({ seconds: (performance.now() - began) / 1000, code: code ?? 137, output: pieces.join('') }));
  });
}

/** As `timed`, of a program that has to succeed; throws with its words otherwise. */
export async function succeeded(program: string, args: readonly string[]): Promise<Timed> {
  const ended = await timed(program, args);
  if (ended.code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${ended.code}: ${ended.output.trim()}`);
  return ended;
}

/** The middle one of several figures. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

/** Does several things in turn, as often as told, each round in the other order, so that a slow moment hits all of them alike. */
export async function alternating(rounds: number, things: readonly ((round: number) => Promise<void>)[]): Promise<void> {
  for (let round = 0; round < rounds; round++) for (const thing of round % 2 === 0 ? things : things.toReversed()) await thing(round);
}
