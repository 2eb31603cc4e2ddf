/**
 * How fast each data plane takes a write: `npm run bench:planes [-- --writes 20] [--keep]` on a lab that runs some of them. Each write takes all
 * requests from one Service to another, every second time to one that was made just before and whose endpoints the API server calls ready.
 * Measured from the API server's answer: to the first request that the new version answered, and to the last one that the old version still did.
 * With `--keep` the figures go into `scripts/bench/planes/measured.json`, and by `npm run generate` into docs/matrix.md. On another cluster, name
 * two images that listen on port 8080 and a text in the answers of each: `--images mine:1,mine:2 --answers one,two`.
 */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Connected, connect } from '../../src/cluster/index.ts';
import { type Figures, type Means, measured, type Version } from './planes/measuring.ts';
import { ways } from './planes/ways.ts';

const KEPT = 'scripts/bench/planes/measured.json';

const { values } = parseArgs({
  options: {
    writes: { type: 'string', default: '20' },
    keep: { type: 'boolean' },
    images: { type: 'string', default: 'example/web:v1,example/web:v2' },
    answers: { type: 'string', default: 'example/web:v1,example/web:v2' },
  },
});
const [images, answers] = [values.images.split(','), values.answers.split(',')];
const [old, fresh] = [0, 1].map(i => ({ image: images[i] ?? '', answer: answers[i] ?? '' })) as [Version, Version];
const means: Means = { old, fresh, writes: Number(values.writes) };

if (ways.length === 0) {
  process.stderr.write('No data plane runs here. See docs/matrix.md for how to name one.\n');
  process.exitCode = 1;
} else {
  const connected = await connect({ kubeconfig: null, context: null, skipTlsVerify: false, environment: process.env, onSecret: () => {} });
  const all: Figures[] = [];
  for (const way of ways) all.push(await inNamespace(connected, namespace => measured(way, { namespace, connected }, means)));
  await connected.close();
  process.stdout.write(`${all.map(told).join('\n')}\n`);
  if (values.keep) await keep(all);
}

async function inNamespace<T>(connected: Connected, run: (namespace: string) => Promise<T>): Promise<T> {
  const name = `planes-${randomBytes(4).toString('hex')}`;
  await connected.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  try {
    return await run(name);
  } finally {
    await connected.cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name });
  }
}

function told({ what, writes: count, lost, lostAtOnce, ...figures }: Figures): string {
  const { firstMedian, firstMost, lastMedian, lastMost } = figures;
  const took = `first request by the new weights after ${firstMedian} ms (at most ${firstMost}), last by the old after ${lastMedian} ms (at most ${lastMost})`;
  return `${what}: ${count} writes; ${took}; lost: ${lost}, at once: ${lostAtOnce ?? '-'}`;
}

/** What other data planes were measured with stays. */
async function keep(all: readonly Figures[]): Promise<void> {
  const before: readonly Figures[] = JSON.parse(await readFile(KEPT, 'utf8').catch(() => '[]'));
  const others = before.filter(({ what }) => !all.some(figures => figures.what === what));
  const sorted = [...others, ...all].toSorted((a, b) => (a.what < b.what ? -1 : 1));
  await writeFile(KEPT, `${JSON.stringify(sorted, null, 2)}\n`);
}
