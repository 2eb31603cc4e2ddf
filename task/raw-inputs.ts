/**
 * The INPUT_ variables as the agent set them. azure-pipelines-task-lib moves them out of the environment when it is loaded, and can then
 * no longer be asked which there were; this module must therefore be imported before it.
 */
import type { RawInputs } from '../src/inputs/parse.ts';

/** Every input that the agent handed over, also misspelt ones that `task.json` does not declare. */
export const rawInputs: RawInputs = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    name.startsWith('INPUT_') ? [[name.slice('INPUT_'.length), value] as const] : [],
  ),
);
