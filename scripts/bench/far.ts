import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { application } from './applications.ts';
import { CLI, inNamespace, withFiles } from './place.ts';
import type { Row } from './table.ts';
import { alternating, median, succeeded, timed } from './timing.ts';

/** There and back. */
const MILLISECONDS = 100;
const SECONDS_MORE = 2;

const files = { v1: application('web', 'v1', 3), v2: application('web', 'v2', 3) };
const SMI = ['--strategy', 'canary', '--traffic-split-method', 'smi', '--traffic-delay', '1s', '--drain', '2s'];

const steps: readonly { readonly what: string; readonly args: readonly string[] }[] = [
  { what: 'deploy 10 %', args: ['deploy', '--percentage', '10'] },
  { what: 'deploy 20 %', args: ['deploy', '--percentage', '20'] },
  { what: 'promote', args: ['promote'] },
];

/** The steps of a release by SMI with and without a long way to the API server, as from a hosted runner to a cluster elsewhere. */
export async function measureFar(rounds: number): Promise<readonly Row[]> {
  const near: (readonly number[])[] = [];
  const far: (readonly number[])[] = [];
  await withFiles(files, path =>
    withFarKubeconfig(kubeconfig =>
      alternating(rounds, [
        async () => void near.push(await inNamespace(namespace => release(path, namespace, process.env))),
        async () => void far.push(await inNamespace(namespace => release(path, namespace, { ...process.env, KUBECONFIG: kubeconfig }))),
      ]),
    ),
  );
  return steps.map(({ what }, i) => row(what, { near: seconds(near, i), far: seconds(far, i) }));
}

const seconds = (releases: readonly (readonly number[])[], step: number): number => median(releases.map(each => each[step] ?? Number.NaN));

async function release(path: (name: string) => string, namespace: string, environment: NodeJS.ProcessEnv): Promise<readonly number[]> {
  await succeeded('kubectl', ['apply', '-n', namespace, '-f', path('v1')]);
  await succeeded('kubectl', ['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=120s']);
  const took: number[] = [];
  for (const { args } of steps) {
    const ended = await timed(process.execPath, [CLI, ...args, ...SMI, '-n', namespace, '-f', path('v2')], environment);
    if (ended.code !== 0) throw new Error(`${args.join(' ')} ended with ${ended.code}: ${ended.output.trim()}`);
    took.push(ended.seconds);
  }
  return took;
}

/** Runs something with a kubeconfig of the same cluster whose way is long. */
async function withFarKubeconfig(run: (path: string) => Promise<void>): Promise<void> {
  const config = JSON.parse(spawnSync('kubectl', ['config', 'view', '--raw', '--flatten', '--minify', '-o', 'json']).stdout.toString());
  const { cluster } = config.clusters[0];
  const { protocol, hostname, port } = new URL(cluster.server);
  const way = await openLongWay(hostname, Number(port || (protocol === 'https:' ? 443 : 80)));
  const folder = await mkdtemp(join(tmpdir(), 'rollout-far-'));
  try {
    Object.assign(cluster, { server: `${protocol}//127.0.0.1:${way.port}` });
    if (protocol === 'https:' && !cluster['tls-server-name']) Object.assign(cluster, { 'tls-server-name': hostname });
    await writeFile(join(folder, 'kubeconfig'), JSON.stringify(config), { mode: 0o600 });
    await run(join(folder, 'kubeconfig'));
  } finally {
    way.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Passes bytes on after half the time; a connection first takes as long as its handshake. */
async function openLongWay(host: string, port: number): Promise<{ readonly port: number; close(): void }> {
  const open = new Set<Socket>();
  const server = createServer(near => {
    const far = connect({ host, port });
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy());
    }
    passOn(near, far, MILLISECONDS);
    passOn(far, near, 0);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Pieces arrive in the order in which they were sent. */
function passOn(from: Socket, to: Socket, handshake: number): void {
  let last = performance.now() + handshake;
  const later = (does: () => void): void => {
    last = Math.max(last, performance.now() + MILLISECONDS / 2);
    setTimeout(does, last - performance.now());
  };
  from.on('data', piece => later(() => void to.write(piece)));
  from.on('close', () => later(() => void to.end()));
}

function row(what: string, { near, far }: { readonly near: number; readonly far: number }): Row {
  return {
    what: `${what}, API server ${MILLISECONDS} ms away`,
    ours: `${far.toFixed(2)} s`,
    beside: `none away ${near.toFixed(2)} s`,
    measured: far - near,
    most: SECONDS_MORE,
    unit: 's',
  };
}
