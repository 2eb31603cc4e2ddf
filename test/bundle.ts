/** Runs a built bundle as its platform would: environment in, output and exit code out. `npm run build` must have been run. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Both outputs. */
  readonly text: string;
}

export interface BundleRun {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Sent to the process once the promise is fulfilled. */
  readonly signal?: Promise<NodeJS.Signals>;
  /** Ctrl-C once it has printed this. */
  readonly interruptedAt?: string;
}

/** Runs it without any variable of this process but PATH. */
export async function runBundle(
  bundle: 'action' | 'task' | 'cli',
  { args = [], env = {}, cwd = process.cwd(), signal, interruptedAt }: BundleRun,
): Promise<Ended> {
  const file = resolve(`${bundle}/dist/index.cjs`);
  if (!existsSync(file)) throw new Error(`${file} is missing: run \`npm run build\` first`);
  const child = spawn(process.execPath, [file, ...args], { cwd, env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env } });
  void signal?.then(name => child.kill(name));
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', chunk => {
    out.push(chunk);
    if (interruptedAt !== undefined && Buffer.concat(out).includes(interruptedAt)) child.kill('SIGINT');
  });
  child.stderr.on('data', chunk => err.push(chunk));
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
  const texts = [Buffer.concat(out).toString(), Buffer.concat(err).toString()];
  return { code, out: texts[0] ?? '', err: texts[1] ?? '', text: texts.join('') };
}
