/**
 * The benchmark: `npm run bench [-- --check] [--rounds N] [--only start|big|in-place|canary|far]` on any cluster that serves TrafficSplits; `big`
 * needs none. All comparisons are within the run, since machines differ; with `--check` a broken promise ends it with 1.
 */
import { parseArgs } from 'node:util';
import { measureBigInputs } from './bench/big-inputs.ts';
import { measureCanarySteps } from './bench/canary-step.ts';
import { measureFar } from './bench/far.ts';
import { measureInPlace } from './bench/in-place.ts';
import { measureStarts } from './bench/start-up.ts';
import { isKept, type Row, table } from './bench/table.ts';

const { values } = parseArgs({
  options: {
    check: { type: 'boolean' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'start,big,in-place,canary,far' },
  },
});
const rounds = Number(values.rounds);
const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  start: () => measureStarts(rounds * 4),
  big: () => measureBigInputs(rounds),
  'in-place': () => measureInPlace(rounds),
  canary: () => measureCanarySteps(rounds),
  far: () => measureFar(rounds),
};

if (process.env.KUBECONFIG === undefined && values.only !== 'big') {
  process.stderr.write(
    'The benchmark needs a cluster with the TrafficSplit definition, empty and idle: set KUBECONFIG, then npm run bench.\n',
  );
  process.exitCode = 1;
} else {
  const rows = await measured(values.only.split(','));
  process.stdout.write(`${table(rows)}\n\nMedians of ${rounds} rounds (starts: ${rounds * 4}), Node ${process.versions.node}.\n`);
  if (values.check && !rows.every(isKept)) process.exitCode = 1;
}

/** One after the other: side by side they would slow each other down. */
async function measured(names: readonly string[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const name of names) rows.push(...((await parts[name]?.()) ?? []));
  return rows;
}
