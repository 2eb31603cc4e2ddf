import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { whenOver } from './fact.ts';
import { stepsAt } from './journal.ts';
import { kubectl } from './kubectl.ts';
import { type Scene, until } from './scene.ts';

/** An honest sample is outside of five standard deviations once in 1.7 million. */
const SIGMAS = 5;

/** Who answered: counts by the backend Service that the mesh took, by variant, image and pod. Lost: no answer, or none of 2xx. */
export interface Tally {
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  /** The first ten. */
  readonly losses: readonly Loss[];
  readonly backends: Readonly<Record<string, number>>;
  readonly variants: Readonly<Record<string, number>>;
  readonly images: Readonly<Record<string, number>>;
  readonly pods: Readonly<Record<string, number>>;
}

/** A request that got no answer, or none of 2xx; times are milliseconds since 1970. */
export interface Loss {
  readonly sentAt: number;
  readonly lostAt: number;
  /** The status and body that came, or why none came. */
  readonly told: string;
  /** The Service that the mesh took; empty where the data plane does not tell. */
  readonly backend: string;
  /** Who answered, where a pod did. */
  readonly pod?: string;
  readonly variant?: string;
}

/** Where requests go and how many. */
export interface Stream {
  readonly url: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly perSecond?: number;
}

/** A running stream of requests. */
export interface Traffic {
  /** The tally of the next so many requests. */
  sample(requests: number): Promise<Tally>;
  /** Ends the stream; the tally of all of it. */
  stop(): Promise<Tally>;
}

/** Starts a stream in a process of its own, so that a busy test loses nothing. */
export function startTraffic(stream: Stream): Traffic {
  const order = JSON.stringify({ perSecond: 150, ...stream });
  const child = fork(join(import.meta.dirname, 'generator.ts'), [order], { execArgv: ['--import', 'tsx'], stdio: 'inherit' });
  whenOver(() => child.kill());
  let next = 0;
  const ask = (message: object): Promise<Tally> => answerOf(child, ++next, { ...message, id: next });
  return {
    sample: requests => ask({ type: 'sample', requests }),
    stop: async () => {
      const tally = await ask({ type: 'stop' });
      child.disconnect();
      return tally;
    },
  };
}

/** The stream on a Service's cluster IP, once it answers there. */
export async function trafficOn(scene: Scene, service: string, perSecond = 150): Promise<Traffic> {
  const url = await address(scene, service);
  await until(`${service} answers`, async () => (await fetch(url).catch(() => ({ ok: false }))).ok);
  return startTraffic({ url, perSecond });
}

/** A Service's address as pods reach it. */
export async function address(scene: Scene, service: string): Promise<string> {
  return `http://${await kubectl(['get', 'service', service, '-n', scene.namespace, '-o', 'jsonpath={.spec.clusterIP}:{.spec.ports[0].port}'])}/`;
}

/** Requests that each pod of a selector has answered since it runs, by its own count; the pod's name is the key. */
export async function answeredBy(scene: Scene, labels: string): Promise<Readonly<Record<string, number>>> {
  const form = 'jsonpath={range .items[*]}{.metadata.name} {.status.podIP}:{.spec.containers[0].ports[0].containerPort}{"\\n"}{end}';
  const text = await kubectl(['get', 'pods', '-n', scene.namespace, '-l', labels, '-o', form]);
  const pods = text
    .split('\n')
    .filter(line => line.includes(' '))
    .map(line => line.split(' '));
  return Object.fromEntries(await Promise.all(pods.map(async ([name = '', at = '']) => [name, await counted(at)] as const)));
}

/** What is counted once the requests that were under way are counted too: the same twice. */
export async function settled<Counted>(count: () => Promise<Counted>): Promise<Counted> {
  let now = await count();
  await until('no request is under way', async () => {
    const before = now;
    now = await count();
    return JSON.stringify(now) === JSON.stringify(before);
  });
  return now;
}

/** Fails unless no request was lost; tells the first ten losses with the step that was under way. */
export function expectNoLoss({ lost, losses, sent }: Tally): void {
  expect({ lost, losses: losses.map(spoken) }).toEqual({ lost: 0, losses: [] });
  expect(sent).toBeGreaterThan(0);
}

function spoken({ sentAt, lostAt, told, backend, pod, variant }: Loss): string {
  const from = [backend && `backend ${backend}`, variant && `variant ${variant}`, pod && `pod ${pod}`].filter(Boolean);
  const where = from.length === 0 ? 'answered by no pod' : from.join(', ');
  return `${new Date(sentAt).toISOString()} +${lostAt - sentAt} ms: ${told} (${where}; ${stepsAt(sentAt)})`;
}

/** Fails unless each share (percent) was measured within five standard deviations; who is not named must have had nothing. */
export function expectShares(counts: Readonly<Record<string, number>>, shares: Readonly<Record<string, number>>): void {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  expect(Object.keys(counts).filter(name => (shares[name] ?? 0) === 0)).toEqual([]);
  const near = Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, within(counts[name] ?? 0, total, share / 100)]));
  expect({ counts, near }).toEqual({ counts, near: Object.fromEntries(Object.keys(shares).map(name => [name, true])) });
}

/** Fails unless the shares by backend Service are as named, over the next so many requests. */
export async function expectSplit(traffic: Traffic, shares: Readonly<Record<string, number>>, requests = 1500): Promise<void> {
  const tally = await traffic.sample(requests);
  expectNoLoss(tally);
  expectShares(tally.backends, shares);
}

/** Fails unless the shares by variant are as named, over the next so many requests. */
export async function expectVariants(traffic: Traffic, shares: Readonly<Record<string, number>>, requests = 1500): Promise<void> {
  const tally = await traffic.sample(requests);
  expectNoLoss(tally);
  expectShares(tally.variants, shares);
}

function within(count: number, total: number, p: number): boolean {
  return Math.abs(count / total - p) <= SIGMAS * Math.sqrt((p * (1 - p)) / total);
}

async function counted(at: string): Promise<number> {
  const text = await (await fetch(`http://${at}/metrics`)).text();
  return [...text.matchAll(/^http_requests_total\{[^}]*\} (\S+)$/gm)].reduce((sum, match) => sum + Number(match[1]), 0);
}

function answerOf(child: ChildProcess, id: number, message: object): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the traffic generator ended with ${code}`));
    const listen = (answer: { readonly id: number; readonly tally: Tally }) => {
      if (answer.id !== id) return;
      child.off('message', listen);
      child.off('exit', ended);
      resolve(answer.tally);
    };
    child.on('message', listen);
    child.once('exit', ended);
    child.send(message);
  });
}
