import { spawn } from 'node:child_process';
import type { KubeObject } from '../../../src/model/kube.ts';
import { underWay } from './journal.ts';

/** How a process ended: its code (or 128 and the signal's number) and everything it printed, in order. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly stdout: string;
}

/** What to give a process beside its arguments. */
export interface Start {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Ends the process by SIGKILL when it takes longer. */
  readonly limitSeconds?: number;
}

/** Runs kubectl and returns what it prints; throws with its words when it fails. */
export async function kubectl(args: readonly string[], start: Start = {}): Promise<string> {
  const over = args[0] === 'get' ? null : underWay(`kubectl ${args.slice(0, 2).join(' ')}`);
  const ended = await run('kubectl', args, start);
  over?.();
  if (ended.code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${ended.output.trim()}`);
  return ended.stdout;
}

/** One object as the API server has it now, or null when there is none. */
export async function live(namespace: string, kind: string, name: string): Promise<KubeObject | null> {
  const text = await kubectl(['get', kind, name, '-n', namespace, '-o', 'json', '--ignore-not-found', '--show-managed-fields']);
  return text.trim() === '' ? null : JSON.parse(text);
}

/** All objects of some kinds (`deployments,services`) in a namespace, narrowed by a label selector. */
export async function list(namespace: string, kinds: string, labels = ''): Promise<readonly KubeObject[]> {
  return JSON.parse(
    await kubectl(['get', kinds, '-n', namespace, '-o', 'json', '--show-managed-fields', ...(labels === '' ? [] : ['-l', labels])]),
  ).items;
}

/** Runs a program to its end, whatever the end is. */
export function run(program: string, args: readonly string[], start: Start = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...start.environment }, stdio: 'pipe' });
    const pieces: string[] = [];
    const said: string[] = [];
    const limit = setTimeout(() => child.kill('SIGKILL'), (start.limitSeconds ?? 300) * 1000);
    child.stdout.on('data', piece => {
      pieces.push(String(piece));
      said.push(String(piece));
    });
    child.stderr.on('data', piece => pieces.push(String(piece)));
    child.on('error', reject);
    child.on('close', code => {
      clearTimeout(limit);
      resolve({ code: code ?? 137, output: pieces.join(''), stdout: said.join('') });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(start.input ?? '');
  });
}
