/** `kubernetes-rollout lint -f ...`: what the files alone tell, without a cluster. */
import { machineTime } from '../../src/cluster/clock.ts';
import { fetchThrough } from '../../src/cluster/web.ts';
import { RolloutError } from '../../src/errors.ts';
import { renderer } from '../../src/execute/commands/renderer.ts';
import { parseInputs } from '../../src/inputs/parse.ts';
import type { Finding } from '../../src/lint/finding.ts';
import { lint } from '../../src/lint/lint.ts';
import { surroundings } from '../../src/manifests/files.ts';
import { replaceImages, unmatchedText } from '../../src/manifests/images.ts';
import { type Files, loadPlaced } from '../../src/manifests/load.ts';
import { neutral } from '../../src/report/neutral.ts';
import type { Arguments } from '../arguments.ts';
import type { Streams } from '../platform.ts';
import { formats } from './formats.ts';
import { asText } from './text.ts';

/** GitHub shows as many of one upload. */
const MOST = 5000;

/** Where a lint runs. */
export interface Place {
  readonly directory: string;
  readonly version: string;
}

/** Prints all findings. Resolves to the exit code: 1 for errors, with `--strict` for warnings too. */
export async function showFindings(given: Arguments, streams: Streams, { directory, version }: Place): Promise<number> {
  if (!given.inputs.manifests) {
    streams.err('Error: lint needs files: kubernetes-rollout lint -f FILE');
    return 1;
  }
  try {
    const { inputs, warnings } = parseInputs({ ...given.inputs, action: 'deploy' }, 'terminal');
    for (const text of warnings) streams.err(`Warning: ${text}`);
    const run = renderer({ time: machineTime, signal: new AbortController().signal });
    const around = { cwd: directory, fetch: fetchThrough({ environment: process.env }), run };
    const files = await loadPlaced(inputs.manifests, surroundings(inputs, around));
    const findings = lint({ ...withImages(files, inputs.images), namespace: inputs.namespace, drainSeconds: inputs.drainSeconds });
    const shown = findings.toSorted(errorsFirst).slice(0, MOST);
    const left = findings.length - shown.length;
    streams.out(
      (formats.get(given.output) ?? asText)(
        findings.filter(finding => left === 0 || shown.includes(finding)),
        version,
      ),
    );
    if (left > 0) streams.err(`Warning: ${left} more findings are not shown.`);
    return findings.some(({ level }) => level === 'error' || given.strict) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    streams.err(neutral(`Error: ${error.code}: ${error.message}\nWhat to do: ${error.hint}`));
    return 1;
  }
}

const errorsFirst = (a: Finding, b: Finding): number => Number(b.level === 'error') - Number(a.level === 'error');

/** The images that a deploy would put in; a name that no container has is refused, as there. */
function withImages({ found, faults }: Files, images: readonly string[]): Files {
  const replaced = replaceImages(
    found.map(({ manifest }) => manifest),
    images,
  );
  const fault = faults.length === 0 ? unmatchedText(replaced) : null;
  if (fault !== null)
    throw new RolloutError('INVALID_INPUT', fault, 'Correct the name, or leave the image out: only the tag may differ from the files.');
  return { faults, found: found.map((each, index) => ({ ...each, manifest: replaced.manifests[index] ?? each.manifest })) };
}
