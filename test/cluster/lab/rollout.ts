import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { underWay } from './journal.ts';
import type { Ended } from './kubectl.ts';
import type { Scene } from './scene.ts';

/** The repository's root. */
export const root = join(import.meta.dirname, '..', '..', '..');

/** A command of ours: the action, then flags by name; null leaves a default of the tests away. */
export type Flags = Readonly<Record<string, string | number | boolean | null>>;

/** How the command is started beside its flags. */
export interface Circumstances {
  readonly kubeconfig?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly limitSeconds?: number;
}

/** A command under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has printed so far. */
  output(): string;
}

/** A data plane that lags needs the default delay, which is made for it. */
const quick: Flags = { drain: '2s', 'traffic-delay': process.env.LAB_LAG ? null : '1s', timeout: '180s' };
const split: Flags = { strategy: 'canary', 'traffic-split-method': 'smi', 'baseline-and-canary-replicas': 1 };

/** Deploys files as a canary by SMI, with short waits unless the flags say otherwise. */
export function deploy(scene: Scene, manifests: string, flags: Flags, circumstances: Circumstances = {}): Promise<Ended> {
  return rollout(scene, 'deploy', { ...split, manifests, ...flags }, circumstances);
}

/** Promotes; with the files when `manifests` is given. */
export function promote(scene: Scene, flags: Flags = {}, circumstances: Circumstances = {}): Promise<Ended> {
  return rollout(scene, 'promote', { ...split, ...flags }, circumstances);
}

/** Rejects; with the files when `manifests` is given. */
export function reject(scene: Scene, flags: Flags = {}, circumstances: Circumstances = {}): Promise<Ended> {
  return rollout(scene, 'reject', { ...split, ...flags }, circumstances);
}

/** Runs the built command to its end. Every command of a scene is of run "1" unless `run` says otherwise. */
export function rollout(scene: Scene, action: string, flags: Flags, circumstances: Circumstances = {}): Promise<Ended> {
  return start(scene, action, flags, circumstances).ended;
}

/** Starts the built command and lets it run. */
export function start(scene: Scene, action: string, flags: Flags, circumstances: Circumstances = {}): Running {
  const args = words({ namespace: scene.namespace, run: '1', ...(action === 'status' ? {} : quick), ...flags });
  const child = spawn(process.execPath, [join(root, 'cli', 'dist', 'index.cjs'), action, ...args], {
    env: {
      ...plain(),
      ...(circumstances.kubeconfig === undefined ? {} : { KUBECONFIG: circumstances.kubeconfig }),
      ...circumstances.environment,
    },
    cwd: scene.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const over = underWay(told(action, flags));
  const running = watched(child, circumstances.limitSeconds ?? 600);
  running.ended.then(over, over);
  return running;
}

function watched(child: ChildProcess, limitSeconds: number): Running {
  const all: string[] = [];
  const said: string[] = [];
  child.stdout?.on('data', piece => {
    all.push(String(piece));
    said.push(String(piece));
  });
  child.stderr?.on('data', piece => all.push(String(piece)));
  const limit = setTimeout(() => child.kill('SIGKILL'), limitSeconds * 1000);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      resolve({ code: code ?? (signal === 'SIGKILL' ? 137 : 143), output: all.join(''), stdout: said.join('') });
    });
  });
  return { child, ended, output: () => all.join('') };
}

/** The action with what tells it from another of the same fact. */
function told(action: string, { percentage, strategy }: Flags): string {
  return [action, strategy ?? '', percentage === undefined || percentage === null ? '' : `${percentage} %`].filter(Boolean).join(' ');
}

function words(flags: Flags): readonly string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    return value === null ? [] : [`--${name}`, String(value)];
  });
}

/** The environment without what would make the command believe it runs on a platform. */
function plain(): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(CI|GITHUB_|TF_BUILD|INPUT_|SYSTEM_|BUILD_|AGENT_)/.test(name)),
  );
}
