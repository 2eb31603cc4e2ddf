import { connect } from '../../src/cluster/index.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { application } from './applications.ts';
import { CLI, inNamespace, withFiles } from './place.ts';
import type { Row } from './table.ts';
import { median, succeeded } from './timing.ts';

const files = { v1: application('web', 'v1', 3), v2: application('web', 'v2', 3) };
const SECONDS_MORE = 0.5;

/** Canary steps by SMI: what they take beyond the waits that the plan names and, where pods start, the time that such pods take by themselves. */
export async function measureCanarySteps(rounds: number): Promise<readonly Row[]> {
  const done: Round[] = [];
  await withFiles(files, async path => {
    for (let i = 0; i < rounds; i++) done.push(await inNamespace(namespace => round(path, namespace)));
  });
  const ready = median(done.map(({ readySeconds }) => readySeconds));
  return [
    row('canary step, 10 %', { steps: done.map(({ ten }) => ten), ready }),
    row('canary step, 20 %', { steps: done.map(({ twenty }) => twenty), ready: 0 }),
  ];
}

interface Step {
  readonly seconds: number;
  readonly waitSeconds: number;
}

interface Round {
  readonly ten: Step;
  readonly twenty: Step;
  /** From the write of a Deployment with one pod until it is rolled out. */
  readonly readySeconds: number;
}

async function round(path: (name: string) => string, namespace: string): Promise<Round> {
  await succeeded('kubectl', ['apply', '-n', namespace, '-f', path('v1')]);
  await succeeded('kubectl', ['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=120s']);
  const readySeconds = await bareReadiness(namespace);
  const ten = await step(path('v2'), namespace, 10);
  return { readySeconds, ten, twenty: await step(path('v2'), namespace, 20) };
}

async function step(file: string, namespace: string, percentage: number): Promise<Step> {
  const options = ['--traffic-split-method', 'smi', '--percentage', String(percentage), '--traffic-delay', '1s', '-n', namespace];
  const { seconds, output } = await succeeded(process.execPath, [CLI, 'deploy', '--strategy', 'canary', ...options, '-f', file]);
  const [, waits] = /This includes waits of ([\d.]+) s in total/.exec(output) ?? [];
  if (waits === undefined) throw new Error('the plan no longer says "This includes waits of N s in total": adapt the benchmark');
  return { seconds, waitSeconds: Number(waits) };
}

async function bareReadiness(namespace: string): Promise<number> {
  const { cluster, close } = await connect({
    kubeconfig: null,
    context: null,
    skipTlsVerify: false,
    environment: process.env,
    onSecret: () => undefined,
  });
  const [deployment] = application('bare', 'v2', 1);
  const over = new AbortController();
  try {
    await cluster.served('apps/v1', 'Deployment');
    const began = performance.now();
    const object = { ...deployment, metadata: { name: 'bare', namespace } } as KubeObject;
    await cluster.create(object);
    for await (const [live] of cluster.watch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'bare' }, over.signal))
      if (live?.status?.availableReplicas === 1) over.abort();
    return (performance.now() - began) / 1000;
  } finally {
    await close();
  }
}

function row(what: string, { steps, ready }: { readonly steps: readonly Step[]; readonly ready: number }): Row {
  const [first] = steps;
  return {
    what,
    ours: `${median(steps.map(({ seconds }) => seconds)).toFixed(2)} s`,
    beside: `pods ${ready.toFixed(2)} s, waits of the plan ${first?.waitSeconds ?? 0} s`,
    measured: median(steps.map(({ seconds, waitSeconds }) => seconds - waitSeconds)) - ready,
    most: SECONDS_MORE,
    unit: 's',
  };
}
