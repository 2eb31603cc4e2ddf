import { applications } from './applications.ts';
import { CLI, inNamespace, withFiles } from './place.ts';
import type { Row } from './table.ts';
import { alternating, median, succeeded } from './timing.ts';

/** A first and an unchanged second deploy of twenty applications with strategy none, beside kubectl. */
export async function measureInPlace(rounds: number): Promise<readonly Row[]> {
  const ours: Pair[] = [];
  const kubectls: Pair[] = [];
  await withFiles({ applications }, path =>
    alternating(rounds, [
      async () => void ours.push(await twice(namespace => deploy(path('applications'), namespace))),
      async () => void kubectls.push(await twice(namespace => applyAndWait(path('applications'), namespace))),
    ]),
  );
  return [
    row('20 applications, first deploy', {
      ours: ours.map(({ first }) => first),
      kubectls: kubectls.map(({ first }) => first),
      most: 1.05,
    }),
    row('20 applications, unchanged', {
      ours: ours.map(({ second }) => second),
      kubectls: kubectls.map(({ second }) => second),
      most: 0.5,
    }),
  ];
}

/** Seconds of a first run and of the same again. */
interface Pair {
  readonly first: number;
  readonly second: number;
}

function twice(run: (namespace: string) => Promise<number>): Promise<Pair> {
  return inNamespace(async namespace => ({ first: await run(namespace), second: await run(namespace) }));
}

async function deploy(path: string, namespace: string): Promise<number> {
  const { seconds } = await succeeded(process.execPath, [CLI, 'deploy', '--strategy', 'none', '-n', namespace, '-f', path]);
  return seconds;
}

async function applyAndWait(path: string, namespace: string): Promise<number> {
  const applied = await succeeded('kubectl', ['apply', '--server-side', '-n', namespace, '-f', path]);
  const waited = await succeeded('kubectl', [
    'wait',
    '--for=condition=Available',
    'deployment',
    '--all',
    '-n',
    namespace,
    '--timeout=120s',
  ]);
  return applied.seconds + waited.seconds;
}

interface Figures {
  readonly ours: readonly number[];
  readonly kubectls: readonly number[];
  readonly most: number;
}

function row(what: string, { ours, kubectls, most }: Figures): Row {
  const [own, others] = [median(ours), median(kubectls)];
  return { what, ours: `${own.toFixed(2)} s`, beside: `kubectl ${others.toFixed(2)} s`, measured: own / others, most, unit: 'times' };
}
