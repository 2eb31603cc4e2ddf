/** `kubernetes-rollout status`: reads, writes nothing. */
import { connect } from '../src/cluster/index.ts';
import { failure, type Platform } from '../src/entry.ts';
import { parseInputs } from '../src/inputs/parse.ts';
import type { BrokenView, RolloutView } from '../src/model/event.ts';
import type { Inputs } from '../src/model/request.ts';
import { type Reporter, reporter } from '../src/report/reporter.ts';
import { statusTree } from '../src/report/status.ts';
import { status } from '../src/status.ts';
import type { Arguments } from './arguments.ts';
import type { Streams } from './platform.ts';

/** Shows the open rollouts of a namespace; resolves to the exit code. */
export async function showStatus(platform: Platform, given: Arguments, streams: Streams): Promise<number> {
  const report = reporter(platform);
  try {
    const { namespace, views } = await read(inputsOf(given), report);
    if (given.output === 'json') streams.out(JSON.stringify(views, null, 2));
    else for (const text of statusTree(views, namespace)) report.say({ level: 'plain', text });
    return 0;
  } catch (error) {
    return report.end(failure(error));
  }
}

/** It takes what every action takes to find a cluster; of the actions, reject is the one that requires nothing. */
function inputsOf(given: Arguments): Inputs {
  return parseInputs({ ...given.inputs, action: 'reject' }, 'terminal').inputs;
}

interface Overview {
  readonly namespace: string;
  readonly views: readonly (RolloutView | BrokenView)[];
}

async function read(inputs: Inputs, report: Reporter): Promise<Overview> {
  const { kubeconfig, context, skipTlsVerify, application } = inputs;
  const connected = await connect({ kubeconfig, context, skipTlsVerify, environment: process.env, onSecret: report.hide });
  try {
    const namespace = inputs.namespace ?? connected.namespace ?? 'default';
    return { namespace, views: await status({ namespace, application }, connected.cluster) };
  } finally {
    await connected.close();
  }
}
