/** `kubernetes-rollout size`: what a soak could find; reads, writes nothing. */

import { sized } from '../src/actions/sizing.ts';
import { machineTime } from '../src/cluster/clock.ts';
import { connect } from '../src/cluster/index.ts';
import { fetchThrough } from '../src/cluster/web.ts';
import { failure } from '../src/ending.ts';
import type { Platform } from '../src/entry.ts';
import { RolloutError } from '../src/errors.ts';
import { renderer } from '../src/execute/commands/renderer.ts';
import { fileOfAnalysis } from '../src/inputs/analysis-of.ts';
import { analysisNamed, parseInputs, type RawInputs } from '../src/inputs/parse.ts';
import { filesOf } from '../src/manifests/files.ts';
import { measured } from '../src/measuring.ts';
import type { Inputs } from '../src/model/request.ts';
import { type Reporter, reporter } from '../src/report/reporter.ts';
import { deploymentAt, isDeployment } from '../src/workloads/deployment.ts';
import type { Arguments } from './arguments.ts';

/** What is reckoned with where nothing else is given. */
const given: RawInputs = { strategy: 'canary', percentage: '10', metrics: 'errors\nlatency' };

/** Says what the soak of a deploy with these inputs could find. Resolves to the exit code. */
export async function showSize(platform: Platform, words: Arguments): Promise<number> {
  const report = reporter(platform);
  try {
    const { percentage: _, ...withoutShare } = given;
    const file = await fileOfAnalysis(analysisNamed(words.inputs), platform.directory);
    const { metrics, ...withoutMetrics } = words.inputs.steps ? withoutShare : given;
    const assumed = file?.metrics ? withoutMetrics : { ...withoutMetrics, metrics };
    const { inputs } = parseInputs({ ...assumed, ...words.inputs, action: 'deploy' }, 'terminal', file);
    await tell(inputs, platform, report);
    return 0;
  } catch (error) {
    if (!(error instanceof RolloutError)) return report.end(failure(error));
    // Nothing was to be deployed: where the requests are is no question.
    report.say({ level: 'error', text: `${error.code}: ${error.message}\nWhat to do: ${error.hint}` });
    return 1;
  }
}

async function tell(inputs: Inputs, platform: Platform, report: Reporter): Promise<void> {
  const { signal } = new AbortController();
  const run = renderer({ time: machineTime, signal });
  const { manifests } = await filesOf(inputs, { cwd: platform.directory, fetch: fetchThrough({ environment: process.env }), run });
  const around = { environment: process.env, onSecret: report.hide };
  const connected = await connect({ ...(await platform.connection(inputs)), ...around });
  try {
    const metrics = await measured(connected, inputs, { ...platform, ...around, signal });
    const fallback = inputs.namespace ?? connected.namespace ?? 'default';
    const deployments = manifests.map(({ object }) => object).filter(isDeployment);
    const told = async (): Promise<void> => {
      for (const {
        metadata: { name, namespace = fallback },
      } of deployments)
        for (const text of await sized(deploymentAt({ namespace, name }), inputs, metrics.cluster)) report.say({ level: 'plain', text });
    };
    await told().finally(metrics.close);
  } finally {
    await connected.close();
  }
}
