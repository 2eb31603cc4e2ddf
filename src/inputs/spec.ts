/** THE table of inputs: what parsing, `action.yml`, `task.json`, the terminal's flags and the reference are made from. */
import type { InputSpec } from './input.ts';
import { analysis } from './table/analysis.ts';
import { cluster } from './table/cluster.ts';
import { files } from './table/files.ts';
import { prometheus } from './table/prometheus.ts';
import { rollout } from './table/rollout.ts';
import { safety } from './table/safety.ts';
import { strategy } from './table/strategy.ts';
import { timing } from './table/timing.ts';

/** The inputs by canonical name (GitHub's and the terminal's), in the order in which they are shown. */
export const specs = { ...rollout, ...strategy, ...files, ...cluster, ...timing, ...analysis, ...prometheus, ...safety } satisfies Readonly<
  Record<string, InputSpec>
>;

/** Canonical name of an input. */
export type InputName = keyof typeof specs;

/** Every input with its canonical name, in the order of the table. */
export function entries(): readonly (readonly [InputName, InputSpec])[] {
  return (Object.keys(specs) as InputName[]).map(name => [name, specs[name]] as const);
}
