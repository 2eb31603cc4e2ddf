import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { whenOver } from './fact.ts';
import { kubectl } from './kubectl.ts';
import { type Scene, until } from './scene.ts';

/** Who answered: counts by the backend Service that the mesh took, by variant, image and pod. Lost: no answer, or none of 2xx. */
export interface Tally {
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  /** The first few losses in words. */
  readonly faults: readonly string[];
  readonly backends: Readonly<Record<string, number>>;
  readonly variants: Readonly<Record<string, number>>;
  readonly images: Readonly<Record<string, number>>;
  readonly pods: Readonly<Record<string, number>>;
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

/** Fails unless no request was lost. */
export function expectNoLoss(tally: Tally): void {
  expect({ lost: tally.lost, faults: tally.faults }).toEqual({ lost: 0, faults: [] });
}

/** Fails unless each share (percent) was measured within three standard deviations; who is not named must have had nothing. */
export function expectShares(counts: Readonly<Record<string, number>>, shares: Readonly<Record<string, number>>): void {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  expect(Object.keys(counts).filter(name => (shares[name] ?? 0) === 0)).toEqual([]);
  const near = Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, within(counts[name] ?? 0, total, share / 100)]));
  expect({ counts, near }).toEqual({ counts, near: Object.fromEntries(Object.keys(shares).map(name => [name, true])) });
}

/**
 * Fails unless the shares by backend Service are as named. Three in a thousand honest samples are outside of three standard
 * deviations, one test run takes dozens: a sample that is outside is therefore taken once more.
 */
export async function expectSplit(traffic: Traffic, shares: Readonly<Record<string, number>>): Promise<void> {
  const first = await traffic.sample(1500);
  expectNoLoss(first);
  try {
    expectShares(first.backends, shares);
  } catch {
    expectShares((await traffic.sample(1500)).backends, shares);
  }
}

function within(count: number, total: number, p: number): boolean {
  return Math.abs(count / total - p) <= 3 * Math.sqrt((p * (1 - p)) / total);
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
