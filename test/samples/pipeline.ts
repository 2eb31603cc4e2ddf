/** Pipelines as files: what a platform reads of them before it runs a step. */
import { readFile } from 'node:fs/promises';
import { load } from 'js-yaml';

/** A pipeline file, parsed: its shape is the platform's. */
export type Pipeline = Readonly<Record<string, unknown>>;

/** The inputs of a step as its author wrote them, by name. */
export type Given = Readonly<Record<string, string>>;

/** Reads a file of this repository. */
export async function pipeline(path: string): Promise<Pipeline> {
  return load(await readFile(path, 'utf8')) as Pipeline;
}

/** What stands at a path of keys ("jobs.promote.steps"); a number is a place in a list. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}

/** The inputs of the step of ours among these steps, of Azure (`task`) or GitHub (`uses`). */
export function ourInputs(steps: unknown): Given {
  const all = steps as readonly Readonly<Record<string, unknown>>[];
  const ours = all.find(step => /KubernetesRollout@|kubernetes-rollout@/.test(String(step.task ?? step.uses)));
  const given = Object.entries((ours?.inputs ?? ours?.with) as object);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

/** The macros and expressions of a step's inputs replaced, as often as they lead to others; unknown ones stay as they are. */
export function expanded(inputs: Given, values: Readonly<Record<string, string>>): Given {
  const once = (text: string) =>
    text.replace(/\$\(([\w.]+)\)|\$\{\{ ([\w.]+) \}\}/g, (whole, macro, expression) => values[macro ?? expression] ?? whole);
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, once(once(value))]));
}
