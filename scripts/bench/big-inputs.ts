import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI } from './place.ts';
import type { Row } from './table.ts';
import { median, timed } from './timing.ts';

const MOST_SECONDS = 3;
const MOST_MEGABYTES = 400;

const document = (i: number): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map-${i}}\n`;

/** Small texts that are much to read, as files: their bytes, their documents, and what their aliases become. */
const inputs: Readonly<Record<string, string>> = {
  '10 MB of newlines': '\n'.repeat(10_000_000),
  '10 MB of `---`': '---\n'.repeat(2_500_000),
  '20,000 documents': Array.from({ length: 20_000 }, (_, i) => document(i)).join('---\n'),
  'aliases of a long text': `a: &a ${'x'.repeat(100_000)}\nb: [${Array.from({ length: 900 }, () => '*a').join(', ')}]\n`,
  'aliases of aliases': Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(9)}1]`)
    .join('\n')
    .replace('*l0, '.repeat(9), ''),
};

const PEAK = 'data:text/javascript,process.on("exit",()=>process.stderr.write("\\npeak "+process.resourceUsage().maxRSS+"\\n"))';

/** Reads each of them by `lint`, which asks no cluster: whatever it says of them, soon and in little memory. */
export async function measureBigInputs(rounds: number): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'big-'));
  try {
    const rows: Row[] = [];
    for (const [what, text] of Object.entries(inputs)) {
      const path = join(folder, 'web.yaml');
      await writeFile(path, text);
      const runs: Reading[] = [];
      for (let i = 0; i < rounds; i++) runs.push(await reading(path));
      rows.push(...rowsOf(what, runs));
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Reading {
  readonly seconds: number;
  readonly megabytes: number;
}

async function reading(path: string): Promise<Reading> {
  const { seconds, code, output } = await timed(process.execPath, ['--import', PEAK, CLI, 'lint', '-f', path]);
  const [, peak] = /^peak (\d+)$/m.exec(output) ?? [];
  if (peak === undefined || code > 1) throw new Error(`lint ended with ${code}: ${output.slice(0, 2000)}`);
  return { seconds, megabytes: Number(peak) / 1024 };
}

function rowsOf(what: string, runs: readonly Reading[]): readonly Row[] {
  const seconds = median(runs.map(run => run.seconds));
  const megabytes = median(runs.map(run => run.megabytes));
  return [
    { what, ours: `${seconds.toFixed(2)} s`, beside: '', measured: seconds, most: MOST_SECONDS, unit: 's' },
    { what: `${what}, memory`, ours: `${megabytes.toFixed(0)} MB`, beside: '', measured: megabytes, most: MOST_MEGABYTES, unit: 'MB' },
  ];
}
