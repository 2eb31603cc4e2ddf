import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { kubeconfigText } from './lab.ts';
import { root } from './rollout.ts';
import type { Scene } from './scene.ts';
import { azureStep, githubStep, type PipelineRun, type StepEnded, type StepInputs } from './step.ts';

/** A pipeline file, parsed: its shape is the platform's. */
export type Pipeline = Readonly<Record<string, unknown>>;

/** Reads a sample's pipeline. */
export async function pipeline(path: string): Promise<Pipeline> {
  return load(await readFile(join(root, 'samples', path), 'utf8')) as Pipeline;
}

/** Puts the samples where a checkout would put them. */
export async function checkout(scene: Scene): Promise<void> {
  await cp(join(root, 'samples'), join(scene.folder, 'samples'), { recursive: true });
}

/** What stands at a path of keys ("jobs.promote.steps"); a number is a place in a list. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}

/** The inputs of the step of ours among these steps, of Azure (`task`) or GitHub (`uses`). */
export function ourInputs(steps: unknown): StepInputs {
  const all = steps as readonly Readonly<Record<string, unknown>>[];
  const ours = all.find(step => /KubernetesRollout@|kubernetes-rollout@/.test(String(step.task ?? step.uses)));
  const given = Object.entries((ours?.inputs ?? ours?.with) as object);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

/** The macros and expressions of a step's inputs replaced, as often as they lead to others; unknown ones stay as they are. */
export function expanded(inputs: StepInputs, values: Readonly<Record<string, string>>): StepInputs {
  const once = (text: string) =>
    text.replace(/\$\(([\w.]+)\)|\$\{\{ ([\w.]+) \}\}/g, (whole, macro, expression) => values[macro ?? expression] ?? whole);
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, once(once(value))]));
}

/** Runs a step of ours as the Azure agent would, the service connection `production` leading to the lab. */
export async function azurePipelineStep(
  scene: Scene,
  steps: unknown,
  values: Readonly<Record<string, string>>,
  run?: PipelineRun,
): Promise<StepEnded> {
  const connected = {
    ENDPOINT_URL_production: 'https://127.0.0.1:16443/',
    ENDPOINT_AUTH_SCHEME_production: 'Kubernetes',
    ENDPOINT_DATA_production_AUTHORIZATIONTYPE: 'Kubeconfig',
    ENDPOINT_AUTH_PARAMETER_production_KUBECONFIG: await kubeconfigText(),
  };
  const inputs = { connectionType: 'kubernetesServiceConnection', ...expanded(ourInputs(steps), values) };
  return azureStep(scene, inputs, { number: 1, ...run, environment: connected });
}

/** Runs a step of ours as the GitHub runner would, the secret KUBECONFIG leading to the lab. */
export async function githubPipelineStep(
  scene: Scene,
  steps: unknown,
  values: Readonly<Record<string, string>>,
  run?: PipelineRun,
): Promise<StepEnded> {
  const known = { 'secrets.KUBECONFIG': await kubeconfigText(), ...values };
  return githubStep(scene, expanded(ourInputs(steps), known), { number: 1, ...run });
}
