/** A whole step as a user runs it, against a simulated cluster that nothing may be written to. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Reviewing } from '../../src/commenting.ts';
import { main } from '../../src/entry.ts';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { type Simulation, simulate } from '../../src/simulation/index.ts';
import { contractApi } from '../contract/api.ts';
import { definition } from '../simulation/client.ts';
import { applyAsUser } from '../stage/user.ts';

/** What a row gives. */
export interface Given {
  readonly inputs?: RawInputs;
  /** The content of `web.yaml`; a good one when absent. */
  readonly file?: string | Uint8Array;
  /** Further files, by their paths. */
  readonly files?: Readonly<Record<string, string>>;
  /** Absent: the administrator's of the simulated cluster. */
  readonly kubeconfig?: string;
  /** The pull request that the run is of. */
  readonly reviewing?: Reviewing | null;
}

/** How it ended. */
export interface Ended {
  readonly code: number;
  /** Everything that was printed, warnings and errors among it, each with its level. */
  readonly said: string;
  /** The outputs of the step. */
  readonly outputs: Readonly<Record<string, string>>;
  /** All objects of the cluster are as they were before. */
  readonly isUntouched: boolean;
}

/** One cluster and one folder that all rows share. */
export interface Desk {
  readonly simulation: Simulation;
  readonly folder: string;
  run(given: Given): Promise<Ended>;
  close(): Promise<void>;
}

/** A Deployment and its Service as a user writes them. */
export const GOOD = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: demo/web:2
          ports: [{name: http, containerPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
`;

const pace = {
  schedulingMilliseconds: 1,
  readyMilliseconds: 1,
  terminationMilliseconds: 1,
  endpointsMilliseconds: 1,
  dataPlaneMilliseconds: 1,
};

/** A cluster where version 1 of the good file runs. */
export async function openDesk(): Promise<Desk> {
  const crds = [definition('split.smi-spec.io', 'v1alpha4', 'TrafficSplit', 'trafficsplits')];
  const simulation = await simulate({ pace, crds: crds as never });
  const api = contractApi(simulation, 'default');
  await applyAsUser(api, [deployment, service]);
  const folder = await mkdtemp(join(tmpdir(), 'rollout-bad-'));
  return {
    simulation,
    folder,
    run: given => run(given, simulation, folder),
    close: async () => {
      await simulation.close();
      await rm(folder, { recursive: true });
    },
  };
}

const labels = { app: 'web' };
const container = { name: 'web', image: 'demo/web:1', ports: [{ name: 'http', containerPort: 8080 }] };
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
};
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
};

const BASE: RawInputs = {
  action: 'deploy',
  strategy: 'canary',
  'traffic-split-method': 'smi',
  percentage: '20',
  manifests: 'web.yaml',
  timeout: '5s',
};

let count = 0;

async function run(
  { inputs, file = GOOD, files = {}, kubeconfig, reviewing = null }: Given,
  simulation: Simulation,
  desk: string,
): Promise<Ended> {
  const folder = join(desk, String(++count));
  await mkdir(folder);
  for (const [path, text] of Object.entries({ 'web.yaml': file, ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const before = await versionOf(simulation);
  const said: string[] = [];
  const outputs: Record<string, string> = {};
  const code = await main({
    dialect: 'terminal',
    version: '1.2.3',
    run: { id: 'test', name: 'a test' },
    directory: folder,
    raw: () => ({ ...BASE, ...inputs }),
    connection: async ({ context, skipTlsVerify }) => ({ kubeconfig: kubeconfig ?? simulation.kubeconfig, context, skipTlsVerify }),
    print: line => void said.push(`${line.level}: ${line.text}`),
    mask: () => undefined,
    summarise: async () => undefined,
    fail: () => undefined,
    reviewing: () => reviewing,
    output: (name, value) => {
      outputs[name] = value;
    },
  });
  return { code, said: said.join('\n'), outputs, isUntouched: (await versionOf(simulation)) === before };
}

/** Every write of any object gives the whole cluster another version. */
async function versionOf(simulation: Simulation): Promise<string> {
  const { body } = await contractApi(simulation, 'default').send('GET', '/api/v1/namespaces');
  return (body.metadata as { readonly resourceVersion: string }).resourceVersion;
}
