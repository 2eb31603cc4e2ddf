/**
 * `npm run bench:bad`: what a version costs that fails a fifth of its requests, and how long it takes to hear of one that never starts: by
 * kubectl alone, and by a canary by SMI. For the lab: it needs a mesh that splits by TrafficSplits, and pods that do as their images' tags say.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { application } from './applications.ts';
import { CLI, inNamespace, withFiles } from './place.ts';
import { sending, type Tally } from './requests.ts';
import { succeeded, timed } from './timing.ts';

/** How long nobody looks, in the story of kubectl alone. */
const UNNOTICED_SECONDS = 60;
const files = {
  v1: application('web', 'v1', 4),
  failing: application('web', 'v2-err20', 4),
  missing: application('web', 'v2-badpull', 4),
};
const canary = ['--strategy', 'canary', '--traffic-split-method', 'smi', '--percentage', '10'];

interface Place {
  readonly namespace: string;
  readonly path: (name: string) => string;
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(0)} s`;
const told = ({ sent, failed }: Tally): string => `${failed} of ${sent} requests failed`;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

await withFiles(files, async path => {
  await inNamespace(namespace => failingByKubectl({ namespace, path }));
  await inNamespace(namespace => failingByCanary({ namespace, path }));
  await inNamespace(namespace => missingByKubectl({ namespace, path }));
  await inNamespace(namespace => missingByCanary({ namespace, path }));
});

async function failingByKubectl({ namespace, path }: Place): Promise<void> {
  const requests = await underWay({ namespace, path });
  const began = performance.now();
  await apply(namespace, path('failing'));
  say(`kubectl apply: v2 has replaced v1 after ${seconds(began)}; exit code 0`);
  await sleep(UNNOTICED_SECONDS * 1000);
  const noticed = performance.now();
  await succeeded('kubectl', ['rollout', 'undo', 'deployment/web', '-n', namespace]);
  await rolledOut(namespace);
  say(`kubectl rollout undo, ${UNNOTICED_SECONDS} s later, took ${seconds(noticed)}; ${told(await requests.stop())}`);
}

async function failingByCanary({ namespace, path }: Place): Promise<void> {
  const requests = await underWay({ namespace, path });
  const before = await objects(namespace);
  const began = performance.now();
  const judged = ['--soak', '5m', '--metrics', 'errors', '--on-failure', 'reject'];
  const { code, output } = await timed(process.execPath, [CLI, 'deploy', ...canary, ...judged, '-n', namespace, '-f', path('failing')]);
  const [, error = ''] = /^Error: (\w+)/m.exec(output) ?? [];
  say(
    `canary with 10 %: v2 was caught and taken back after ${seconds(began)}; exit code ${code}, ${error}; ${told(await requests.stop())}`,
  );
  const after = await objects(namespace);
  say(`left in the namespace: ${after === before ? 'the same objects as before' : after}`);
}

async function missingByKubectl({ namespace, path }: Place): Promise<void> {
  const requests = await underWay({ namespace, path });
  await succeeded('kubectl', ['apply', '-n', namespace, '-f', path('missing')]);
  const wait = ['rollout', 'status', 'deployment/web', '-n', namespace, `--timeout=${UNNOTICED_SECONDS}s`];
  const { output } = await timed('kubectl', wait);
  say(
    `kubectl apply of an image that is not there: after ${UNNOTICED_SECONDS} s "${output.trim().split('\n').at(-1)}"; ${told(await requests.stop())}`,
  );
}

async function missingByCanary({ namespace, path }: Place): Promise<void> {
  const requests = await underWay({ namespace, path });
  const began = performance.now();
  const { code, output } = await timed(process.execPath, [CLI, 'deploy', ...canary, '-n', namespace, '-f', path('missing')]);
  const [error = ''] = /^Error: .*/m.exec(output) ?? [];
  say(`canary of an image that is not there: exit code ${code} after ${seconds(began)}, "${error}"; ${told(await requests.stop())}`);
}

/** v1 under traffic. */
async function underWay({ namespace, path }: Place): Promise<ReturnType<typeof sending>> {
  await apply(namespace, path('v1'));
  const { output } = await succeeded('kubectl', ['get', 'service', 'web', '-n', namespace, '-o', 'jsonpath={.spec.clusterIP}']);
  const url = `http://${output.trim()}/`;
  while (!(await fetch(url).catch(() => null))?.ok) await sleep(100);
  return sending(url);
}

async function apply(namespace: string, file: string): Promise<void> {
  await succeeded('kubectl', ['apply', '-n', namespace, '-f', file]);
  await rolledOut(namespace);
}

async function rolledOut(namespace: string): Promise<void> {
  await succeeded('kubectl', ['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=300s']);
}

async function objects(namespace: string): Promise<string> {
  const kinds = 'deployments,services,configmaps,secrets,trafficsplits';
  return (await succeeded('kubectl', ['get', kinds, '-n', namespace, '-o', 'name'])).output;
}
