/** What a soak costs that reads 60 pods every five seconds: `npm run bench:pods`. Its own process is measured, by what Linux counts of it. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as ask, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Simulation, simulate } from '../../src/simulation/index.ts';
import { definition } from '../../test/simulation/client.ts';
import { succeeded } from './timing.ts';

const PROGRAM = 'cli/dist/index.cjs';

/** Of stable ten pods are read at most. */
const STABLE_PODS = 10;
const VARIANT_PODS = 25;
/** What reading may cost beside watching health alone; more ends the benchmark with 1. */
const MOST_PERCENT = 5;
const MOST_MEGABYTES = 60;
const WARM_UP_SECONDS = 12;
const WATCHED_SECONDS = 30;

/** What a page of a real program has beside the counters that are looked for: its runtime, and histograms of other things. */
const FILLER = Array.from({ length: 25 }, (_, family) => {
  const name = `runtime_part_${family}_seconds`;
  const buckets = Array.from({ length: 20 }, (_, i) => `${name}_bucket{part="worker",le="${i / 10}"} ${i * 7}`);
  return [`# HELP ${name} How long a part took.`, `# TYPE ${name} histogram`, ...buckets, `${name}_sum 12.5`, `${name}_count 140`].join(
    '\n',
  );
}).join('\n');

const manifest = (version: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${STABLE_PODS}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "demo/web:${version}", ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
`;

/** Stands before the simulated API server: the pods' pages become as large as those of real programs, and are counted. */
async function withLargePages({ url }: Simulation): Promise<{ readonly server: Server; pages(): number }> {
  let pages = 0;
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url: path = '' } = incoming;
    const isPage = path.includes('/proxy/');
    if (isPage) pages += 1;
    const passed = ask(new URL(path, url), { method, headers }, answer => {
      const { 'content-length': _length, ...kept } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 500, kept);
      answer.pipe(outgoing, { end: !isPage });
      if (isPage) answer.on('end', () => outgoing.end(`\n${FILLER}\n`));
    });
    outgoing.on('close', () => passed.destroy());
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { server, pages: () => pages };
}

/** What a process has used up to now: seconds of CPU, and the most megabytes that it ever had. */
async function usedBy(pid: number): Promise<{ readonly cpuSeconds: number; readonly megabytes: number }> {
  const [stat, status] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile(`/proc/${pid}/status`, 'utf8')]);
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  // Linux counts in hundredths of a second, whatever the machine.
  return { cpuSeconds: (user + system) / 100, megabytes: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024 };
}

/** Deploys, then watches; printed is what the watching took. */
async function measure(folder: string, simulation: Simulation): Promise<string> {
  const { server, pages } = await withLargePages(simulation);
  const config = join(folder, 'config');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await writeFile(config, simulation.kubeconfig.replaceAll(new URL(simulation.url).origin, address));
  const common = ['-n', 'default', '--kubeconfig', config, '--strategy', 'canary', '--traffic-split-method', 'smi'];
  const deploy = async (version: string, ...more: readonly string[]): Promise<void> => {
    await writeFile(join(folder, 'web.yaml'), manifest(version));
    await succeeded('node', [PROGRAM, 'deploy', ...common, '-f', join(folder, 'web.yaml'), ...more]);
  };
  await deploy('v1');
  await deploy('v2', '--percentage', '40', '--baseline-and-canary-replicas', String(VARIANT_PODS));
  const traffic = simulation.traffic({ namespace: 'default', entry: 'service/web', requestsPerSecond: 150 });
  const soak = `${2 * (WARM_UP_SECONDS + WATCHED_SECONDS)}s`;
  const watch = (...more: readonly string[]) =>
    spawn('node', [PROGRAM, 'analyze', '-n', 'default', '--kubeconfig', config, '--soak', soak, ...more], { stdio: 'ignore' });
  // A tolerance that so few requests prove nothing about: the soak stands for all of its time. Beside it one that watches health alone.
  const children = [watch('--metrics', 'errors tolerance=0.001%\nlatency tolerance=0.1%'), watch()];
  const used = () => Promise.all(children.map(({ pid = 0 }) => usedBy(pid)));
  await sleep(WARM_UP_SECONDS * 1000);
  const [before, pagesBefore, began] = [await used(), pages(), performance.now()];
  await sleep(WATCHED_SECONDS * 1000);
  const [after, read, seconds] = [await used(), pages() - pagesBefore, (performance.now() - began) / 1000];
  for (const child of children) child.kill();
  traffic.stop();
  server.closeAllConnections();
  server.close();
  const shares = after.map(({ cpuSeconds }, i) => (100 * (cpuSeconds - (before[i]?.cpuSeconds ?? 0))) / seconds);
  const told = (what: string, i: number): string =>
    `${what}: ${shares[i]?.toFixed(1)} % of a core, ${after[i]?.megabytes.toFixed(0)} MB at most`;
  const [more = 0, least = 0] = shares;
  const megabytes = (after[0]?.megabytes ?? 0) - (after[1]?.megabytes ?? 0);
  if (more - least > MOST_PERCENT || megabytes > MOST_MEGABYTES) process.exitCode = 1;
  return [
    `${read} pages of ${Math.round(FILLER.length / 1000)} kB from ${STABLE_PODS + 2 * VARIANT_PODS} pods in ${seconds.toFixed(0)} s.`,
    told('with metrics', 0),
    told('health alone', 1),
  ].join('\n');
}

const folder = await mkdtemp(join(tmpdir(), 'rollout-pods-'));
const crds = [definition('split.smi-spec.io', 'v1alpha4', 'TrafficSplit', 'trafficsplits')];
const simulation = await simulate({ crds: crds as never });
process.stdout.write(`${await measure(folder, simulation)}\n`);
await simulation.close();
await rm(folder, { recursive: true });
