/** A way to write, measured: a namespace of its own, requests on it, and write after write. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connected } from '../../../src/cluster/index.ts';
import type { KubeObject, Ref } from '../../../src/model/kube.ts';
import { applicationOf } from '../applications.ts';
import { median } from '../timing.ts';
import { type Sent, watching } from './watching.ts';
import { FRESH, OLD, type Way } from './ways.ts';

/** What was measured of a way, in milliseconds from the API server's answer to a write. */
export interface Figures {
  readonly method: string;
  readonly what: string;
  readonly writes: number;
  /** To the first request that the other version answered. */
  readonly firstMedian: number;
  readonly firstMost: number;
  /** To the last one that the version before still answered. */
  readonly lastMedian: number;
  readonly lastMost: number;
  /** Of all requests meanwhile. */
  readonly lost: number;
  /** Of about as many, where each new Service gets requests with the very write that names it; null where no write does both. */
  readonly lostAtOnce: number | null;
}

/** A write has been taken when the other version has answered nothing for this long. */
const STILL_MILLISECONDS = 1000;
/** A data plane may take a write before its answer arrives here. */
const SOON_MILLISECONDS = 500;
/** Time for a data plane to hear of a Service that gets no request yet. */
const HEARD_MILLISECONDS = 3000;
/** Longest beat of a data plane that is known: Traefik's. Writes are spread over it, since the end of one would give the next its place in it. */
const BEAT_MILLISECONDS = 2000;
const GOLDEN = 0.618;
const LIMIT_MILLISECONDS = 60_000;

/** A version of a program that listens on port 8080, and a text that its answers contain. */
export interface Version {
  readonly image: string;
  readonly answer: string;
}

/** What is measured with: the first version and the second, and how many writes. */
export interface Means {
  readonly old: Version;
  readonly fresh: Version;
  readonly writes: number;
}

/** Where it is measured. */
export interface Place {
  readonly namespace: string;
  readonly connected: Connected;
}

/** Both versions and their routes laid down, requests on them, and the writes one by one: first as a rollout writes, then at once. */
export async function measured(way: Way, place: Place, means: Means): Promise<Figures> {
  const [host, { writes }] = [way.host(place.namespace), means];
  for (const [name, { image }] of [[OLD, means.old] as const, [FRESH, means.fresh] as const]) {
    await lay(applicationOf(name, image, 2) as readonly KubeObject[], place);
    await served(name, place);
  }
  await lay(way.objects(host), place);
  const stream = watching(await addressOf(way, place), host);
  await until('the route answers', () => isBy(means.old, stream.sent.at(-1)));
  const series = async (isKnown: boolean): Promise<{ readonly taken: readonly Taken[]; readonly lost: number }> => {
    const [taken, began]: [Taken[], number] = [[], stream.sent.length];
    for (let i = 0; i < writes; i++) taken.push(await writeOne(i, way, { ...place, means, sent: stream.sent, isKnown }));
    return { taken, lost: stream.sent.slice(began).filter(({ answer }) => answer === null).length };
  };
  const { taken, lost } = await series(true);
  const atOnce = way.isFixed ? null : await series(false);
  await stream.stop();
  return { method: way.method, what: way.what, writes, ...summary(taken), lost, lostAtOnce: atOnce?.lost ?? null };
}

/** Milliseconds from a write's answer. */
interface Taken {
  readonly first: number;
  readonly last: number;
}

const isBy = ({ answer: text }: Version, sent: Sent | undefined): boolean => sent?.answer?.includes(text) ?? false;

interface Trial extends Place {
  readonly means: Means;
  readonly sent: readonly Sent[];
  /** Whether the route names a new Service with 0 first, as a rollout's does. */
  readonly isKnown: boolean;
}

/** There by even writes, each to a Service of its own; back by odd ones. */
async function writeOne(i: number, way: Way, trial: Trial): Promise<Taken> {
  const goes = i % 2 === 0;
  const fresh = way.isFixed ? FRESH : `${FRESH}-${trial.isKnown ? 'known' : 'new'}-${i - (i % 2)}`;
  const write = async (percent: number): Promise<void> => {
    await trial.connected.cluster.patch(refTo(way, trial), [
      { op: 'replace', path: way.field, value: way.value({ old: OLD, fresh, percent }) },
    ]);
  };
  if (goes && fresh !== FRESH) await introduce(fresh, trial, () => write(0));
  await sleep(((i * GOLDEN) % 1) * BEAT_MILLISECONDS);
  await write(goes ? 100 : 0);
  const answered = performance.now();
  const { old, fresh: other } = trial.means;
  const [next, before] = goes ? [other, old] : [old, other];
  const by = (version: Version): readonly number[] =>
    trial.sent.flatMap(sent => (sent.at >= answered - SOON_MILLISECONDS && isBy(version, sent) ? [sent.at - answered] : []));
  const last = (): number => Math.max(0, ...by(before));
  await until('the write is taken', () => by(next).length > 0 && performance.now() - answered - last() > STILL_MILLISECONDS);
  return { first: Math.max(0, Math.min(...by(next))), last: last() };
}

/** A new Service over the pods of the second version, as far as a rollout has it before it sends requests there. */
async function introduce(name: string, trial: Trial, write: () => Promise<void>): Promise<void> {
  const spec = { selector: { app: FRESH }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] };
  await lay([{ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec }], trial);
  await served(name, trial);
  if (!trial.isKnown) return;
  await write();
  await sleep(HEARD_MILLISECONDS);
}

async function lay(objects: readonly KubeObject[], { namespace, connected }: Place): Promise<void> {
  for (const object of objects) await connected.cluster.create({ ...object, metadata: { ...object.metadata, namespace } });
}

function refTo(way: Way, { namespace }: Place): Ref {
  const { apiVersion = '', kind = '' } = way.objects('').find(object => object.kind === way.kind && object.metadata.name === 'web') ?? {};
  return { apiVersion, kind, namespace, name: 'web' };
}

/** What a rollout waits for before it sends requests: two ready endpoints. */
async function served(service: string, { namespace, connected }: Place): Promise<void> {
  await until(`${service} has endpoints`, async () => {
    const slices = await connected.cluster.list({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      namespace,
      labels: `kubernetes.io/service-name=${service}`,
    });
    const endpoints = slices.flatMap(slice => (slice.endpoints ?? []) as readonly { readonly conditions?: { readonly ready?: boolean } }[]);
    return endpoints.filter(({ conditions }) => conditions?.ready).length >= 2;
  });
}

async function addressOf(way: Way, { namespace, connected }: Place): Promise<string> {
  if (way.address !== '') return `${way.address}/`;
  const found = await connected.cluster.get({ apiVersion: 'v1', kind: 'Service', namespace, name: OLD });
  return `http://${(found?.spec as { readonly clusterIP?: string } | undefined)?.clusterIP}/`;
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LIMIT_MILLISECONDS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${LIMIT_MILLISECONDS / 1000} s in vain until ${what}`);
    await sleep(50);
  }
}

function summary(taken: readonly Taken[]): Pick<Figures, 'firstMedian' | 'firstMost' | 'lastMedian' | 'lastMost'> {
  const firsts = taken.map(({ first }) => first);
  const lasts = taken.map(({ last }) => last);
  return {
    firstMedian: Math.round(median(firsts)),
    firstMost: Math.round(Math.max(...firsts)),
    lastMedian: Math.round(median(lasts)),
    lastMost: Math.round(Math.max(...lasts)),
  };
}
