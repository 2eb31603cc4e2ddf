/** `kubernetes-rollout simulate`: a simulated cluster that stays, to play with the actions by hand. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { machineTime } from '../../src/cluster/clock.ts';
import { fetchThrough } from '../../src/cluster/web.ts';
import { RolloutError } from '../../src/errors.ts';
import { renderer } from '../../src/execute/commands/renderer.ts';
import { parseInputs } from '../../src/inputs/parse.ts';
import { filesOf as filesIn } from '../../src/manifests/files.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Manifest } from '../../src/model/request.ts';
import type { Listener } from '../../src/simulation/index.ts';
import type { Streams } from '../platform.ts';
import { openPlayground, type Playground } from '../playground/playground.ts';
import { webObjects, webRoute } from '../playground/web.ts';
import { applyTo } from './apply.ts';
import { type Entry, entriesOf } from './entries.ts';
import { hints, type Served } from './hints.ts';

/** The options as they were written: files, one per line; `serve` is `true` or the first port to listen on. */
export interface SimulateOptions {
  readonly manifests: string | undefined;
  readonly serve: string | undefined;
  readonly port: string | undefined;
}

/** Starts it, says how to use it, and runs until the process is told to stop. Resolves to the exit code. */
export async function simulateFor(options: SimulateOptions, streams: Streams): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'kubernetes-rollout-'));
  try {
    const files = await filesOf(options, folder);
    const playground = await openPlayground({ port: portOf('port', options.port) });
    await runOn({ playground, files, folder }, options, streams).finally(() => playground.close());
    return 0;
  } catch (error) {
    const known = isPortTaken(error) ? taken(error) : error;
    if (!(known instanceof RolloutError)) throw known;
    streams.err(`Error: ${known.code}: ${known.message}\nWhat to do: ${known.hint}`);
    return 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Files {
  /** As the user would name them to `deploy`. */
  readonly named: string;
  readonly manifests: readonly Manifest[];
  /** What is there beside them. */
  readonly routes: readonly KubeObject[];
}

interface Ground {
  readonly playground: Playground;
  readonly files: Files;
  readonly folder: string;
}

/** Without files of the user's there is a web application, in a file to be deployed again, and a route to it. */
async function filesOf({ manifests }: SimulateOptions, folder: string): Promise<Files> {
  const named = manifests ?? join(folder, 'web.json');
  if (manifests === undefined) await writeFile(named, listText(webObjects('demo/web:v1')));
  return {
    named: named.split('\n').join(','),
    manifests: await loaded(named),
    routes: manifests === undefined ? [webRoute()] : [],
  };
}

async function loaded(manifests: string): Promise<readonly Manifest[]> {
  const { inputs } = parseInputs({ action: 'deploy', manifests, namespace: 'default', 'helm-hooks': 'leave-out' }, 'terminal');
  const run = renderer({ time: machineTime, signal: new AbortController().signal });
  return (await filesIn(inputs, { cwd: process.cwd(), fetch: fetchThrough({ environment: process.env }), run })).manifests;
}

function listText(items: readonly KubeObject[]): string {
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2)}\n`;
}

async function runOn(ground: Ground, options: SimulateOptions, streams: Streams): Promise<void> {
  const { playground, files, folder } = ground;
  const kubeconfig = join(folder, 'kubeconfig');
  // Whoever reads it may do everything, if only in a simulation.
  await writeFile(kubeconfig, playground.simulation.kubeconfig, { mode: 0o600 });
  const { cluster } = playground.connected;
  await applyTo(cluster, files.manifests, text => streams.out(text));
  await Promise.all(files.routes.map(route => cluster.apply(route)));
  const served = options.serve === undefined ? [] : await listenOn(playground, files, options.serve);
  // Before anyone can read how to end it.
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  for (const line of hints({ kubeconfig, manifests: files, served, server: playground.simulation.url })) streams.out(line);
  await ended;
  await Promise.all(served.map(({ listener }) => listener.close()));
}

type Listening = Served & { readonly listener: Listener };

async function listenOn({ simulation }: Playground, { manifests, routes }: Files, serve: string): Promise<readonly Listening[]> {
  const first = serve === 'true' ? 0 : portOf('serve', serve);
  const entries = entriesOf([...routes, ...manifests.map(({ object }) => object)]);
  const listen = async (entry: Entry, index: number): Promise<Listening> => {
    const listener = await simulation.listen({ ...entry, port: first === 0 ? 0 : first + index });
    await answers(listener.url);
    return { entry, url: listener.url, listener };
  };
  return Promise.all(entries.map(listen));
}

/** The data plane knows an endpoint a moment after it is ready; what never gets one is shown as it is. */
async function answers(url: string): Promise<void> {
  const until = performance.now() + PATIENCE_MILLISECONDS;
  while (performance.now() < until) {
    const { status } = await fetch(url);
    if (status !== 503) return;
    await setTimeout(50);
  }
}

const PATIENCE_MILLISECONDS = 3_000;

/** 0, a free one, where none is given. */
function portOf(option: string, text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new RolloutError('INVALID_INPUT', `--${option}: "${text}" is no port`, `Use a number from 0 (a free one) to 65535.`);
}

function isPortTaken(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');
}

function taken(error: Error): RolloutError {
  return new RolloutError('INVALID_INPUT', `the port cannot be used: ${error.message}`, 'Use another one, or none for a free one.');
}
