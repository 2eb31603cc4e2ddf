import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expanded, ourInputs } from '../../samples/pipeline.ts';
import { isFull } from './fact.ts';
import { kubeconfigText } from './lab.ts';
import { root } from './rollout.ts';
import type { Scene } from './scene.ts';
import { azureStep, githubStep, type PipelineRun, type StepEnded } from './step.ts';

/** Puts the samples where a checkout would put them. */
export async function checkout(scene: Scene): Promise<void> {
  await cp(join(root, 'samples'), join(scene.folder, 'samples'), { recursive: true });
}

/** What a sample leaves to the defaults is waited for in a full run; otherwise its facts are about its steps. */
const waits = isFull ? null : '1s';

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
  const short = waits === null ? {} : { trafficDelay: waits, drain: waits };
  const inputs = { ...short, connectionType: 'kubernetesServiceConnection', ...expanded(ourInputs(steps), values) };
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
  const short = waits === null ? {} : { 'traffic-delay': waits, drain: waits };
  return githubStep(scene, { ...short, ...expanded(ourInputs(steps), known) }, { number: 1, ...run });
}
