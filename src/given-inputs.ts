/** The inputs on the way from a platform to the core: parsed, and held against the files of this machine that the run will need later. */
import { resolve } from 'node:path';
import { unstartable } from './execute/commands/startable.ts';
import type { AnalysisFile } from './inputs/analysis-file.ts';
import { fileOfAnalysis } from './inputs/analysis-of.ts';
import type { Dialect } from './inputs/input.ts';
import { spelling } from './inputs/names.ts';
import { analysisNamed, type ParsedInputs, parseInputs, type RawInputs, refuseFaults } from './inputs/parse.ts';
import type { InputName } from './inputs/spec.ts';
import type { Inputs } from './model/request.ts';
import { unwritable } from './reporting.ts';

/** Who hands them over, and where relative paths start. */
export interface Giving {
  readonly dialect: Dialect;
  readonly directory: string;
}

/** The inputs of a run. Throws INVALID_INPUT for what is wrong with them, and for a file that would be missed when the rollout is open. */
export async function givenInputs(raw: RawInputs, giving: Giving): Promise<ParsedInputs> {
  const file = await fileOfAnalysis(analysisNamed(raw), giving.directory);
  const parsed = parseInputs(raw, giving.dialect, file);
  const called: Called = name => placeIn(file, name) ?? `${spelling(name, giving.dialect)}:`;
  const faults = await Promise.all([...commandFaults(parsed.inputs, called), ...reportFaults(parsed.inputs, called, giving.directory)]);
  refuseFaults(faults.flat(), giving.dialect);
  return parsed;
}

/** What a line about an input begins with. */
type Called = (name: InputName) => string;

function placeIn(file: AnalysisFile | null, name: InputName): string | null {
  const place = file?.place(name) ?? null;
  return place === null ? null : `${place}:`;
}

/** Commands start where this process runs. */
function commandFaults({ script, measures }: Inputs, called: Called): readonly Promise<readonly string[]>[] {
  const commands = [
    ...(script === null ? [] : [[called('script'), script] as const]),
    ...measures.filter(({ from }) => from === 'script').map(({ metric, query }) => [`${called('metrics')} ${metric}:`, query] as const),
  ];
  const ground = { directory: process.cwd(), environment: process.env, platform: process.platform };
  return commands.map(async ([place, command]) => {
    const why = await unstartable(command, ground);
    return why === null ? [] : [`${place} ${why}`];
  });
}

function reportFaults({ reports }: Inputs, called: Called, directory: string): readonly Promise<readonly string[]>[] {
  return reports.map(async path => {
    const why = await unwritable(resolve(directory, path));
    return why === null ? [] : [`${called('report')} ${path} ${why}`];
  });
}
