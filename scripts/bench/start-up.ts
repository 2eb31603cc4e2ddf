import { stat } from 'node:fs/promises';
import { CLI } from './place.ts';
import type { Row } from './table.ts';
import { alternating, median, timed } from './timing.ts';

interface Start {
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** Without inputs the action and the task end with what is missing: everything they load at their start is loaded by then. */
const bare = { PATH: process.env.PATH, HOME: process.env.HOME };
const empty: Start = { name: 'empty', args: ['-e', '0'], environment: bare };
const bundles: readonly (Start & { readonly path: string })[] = [
  { name: 'terminal (--version)', path: CLI, args: [CLI, '--version'], environment: bare },
  { name: 'action (an input is missing)', path: 'action/dist/index.cjs', args: ['action/dist/index.cjs'], environment: bare },
  { name: 'task (an input is missing)', path: 'task/dist/index.cjs', args: ['task/dist/index.cjs'], environment: bare },
];

/** What the bundles weigh, and what they take to start beyond an empty Node program. */
export async function measureStarts(rounds: number): Promise<readonly Row[]> {
  const figures = new Map<Start, number[]>([empty, ...bundles].map(start => [start, []]));
  const starts = [...figures].map(([start, taken]) => async () => {
    taken.push((await timed(process.execPath, start.args, start.environment)).seconds * 1000);
  });
  await alternating(rounds, starts);
  const least = median(figures.get(empty) ?? []);
  const rows = bundles.map(bundle => startRow(bundle.name, median(figures.get(bundle) ?? []), least));
  return [...rows, ...(await Promise.all(bundles.map(({ path }) => sizeRow(path))))];
}

function startRow(name: string, ms: number, leastMs: number): Row {
  return {
    what: `start of the ${name}`,
    ours: `${Math.round(ms)} ms`,
    beside: `an empty program ${Math.round(leastMs)} ms`,
    measured: ms - leastMs,
    most: 120,
    unit: 'ms',
  };
}

async function sizeRow(path: string): Promise<Row> {
  const { size } = await stat(path);
  return { what: `size of ${path}`, ours: `${Math.round(size / 1000)} kB`, beside: '', measured: size / 1000, most: 1500, unit: 'kB' };
}
