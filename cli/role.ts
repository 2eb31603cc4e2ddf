/** `kubernetes-rollout role -f ...`: the least Role for these files, strategy and method, ready to apply. */

import { locate } from '../src/actions/locate.ts';
import { ROLE } from '../src/actions/permitted.ts';
import { machineTime } from '../src/cluster/clock.ts';
import { connect } from '../src/cluster/index.ts';
import { fetchThrough } from '../src/cluster/web.ts';
import { RolloutError } from '../src/errors.ts';
import { renderer } from '../src/execute/commands/renderer.ts';
import { spelled, spelledByRule } from '../src/execute/reads/spelled.ts';
import { parseInputs } from '../src/inputs/parse.ts';
import { filesOf } from '../src/manifests/files.ts';
import { isUnspaced } from '../src/manifests/plural.ts';
import { rolesFor } from '../src/manifests/role.ts';
import type { Cluster } from '../src/model/kube.ts';
import type { Need } from '../src/model/permission.ts';
import type { Inputs, Manifest } from '../src/model/request.ts';
import { rightsOf } from '../src/plan/operations/rights.ts';
import { neutral } from '../src/report/neutral.ts';
import { strategyNamed } from '../src/strategies/index.ts';
import type { Arguments } from './arguments.ts';
import type { Streams } from './platform.ts';

/** Nobody waits longer for a cluster that is not needed. */
const PATIENCE_MILLISECONDS = 5_000;

/** Prints the Role. Resolves to the exit code. */
export async function showRole(given: Arguments, streams: Streams, directory: string): Promise<number> {
  if (!given.inputs.manifests) {
    streams.err('Error: role needs files: kubernetes-rollout role -f FILE');
    return 1;
  }
  try {
    const { inputs } = parseInputs({ ...given.inputs, action: 'deploy' }, 'terminal');
    const run = renderer({ time: machineTime, signal: new AbortController().signal });
    const { manifests, notices } = await filesOf(inputs, { cwd: directory, fetch: fetchThrough({ environment: process.env }), run });
    for (const { text } of notices) streams.err(`Note: ${text}`);
    const needs = await askedOf(inputs, manifests, streams);
    const method = strategyNamed(inputs.strategy).place !== 'beside' ? '' : ` and traffic-split-method ${inputs.router}`;
    streams.out(`# What deploy, promote and reject of these files need by strategy ${inputs.strategy}${method}.\n${rolesFor(needs, ROLE)}`);
    return 0;
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    streams.err(neutral(`Error: ${error.code}: ${error.message}\nWhat to do: ${error.hint}`));
    return 1;
  }
}

/** The cluster knows best how its kinds are spelled; without one the rule of plurals is as good as always. */
async function askedOf(inputs: Inputs, manifests: readonly Manifest[], streams: Streams): Promise<readonly Need[]> {
  const alone = (namespace: string): readonly Need[] => {
    const placed = manifests.map(manifest => placedIn(manifest, namespace));
    return spelledByRule(rightsOf({ inputs, manifests: placed, namespace }).always);
  };
  try {
    return await asked(inputs, manifests);
  } catch (error) {
    if (!(error instanceof RolloutError) || !UNASKED.includes(error.code)) throw error;
    streams.err(
      'Note: no cluster was contacted, so resource names follow the rule (kind Policy: policies), and policies of a mesh are left out.',
    );
    return alone(inputs.namespace ?? 'default');
  }
}

const UNASKED: readonly string[] = ['INVALID_KUBECONFIG', 'UNREACHABLE', 'UNAUTHORIZED', 'TOKEN_EXPIRED', 'LOGIN_FAILED', 'FORBIDDEN'];

async function asked(inputs: Inputs, manifests: readonly Manifest[]): Promise<readonly Need[]> {
  const { kubeconfig, context, skipTlsVerify } = inputs;
  const login = { kubeconfig, context, skipTlsVerify, environment: process.env, onSecret: () => undefined };
  const connected = await connect(login);
  try {
    const namespace = inputs.namespace ?? connected.namespace ?? 'default';
    return await soon(needsBy(connected.cluster, { inputs, manifests, namespace }));
  } finally {
    await connected.close();
  }
}

interface Given {
  readonly inputs: Inputs;
  readonly manifests: readonly Manifest[];
  readonly namespace: string;
}

async function needsBy(cluster: Cluster, { inputs, manifests, namespace }: Given): Promise<readonly Need[]> {
  const run = { id: 'role', name: 'role' };
  const located = await locate({ inputs, manifests, namespace, release: null, run, process: 'role' }, cluster);
  const { always, whereServed } = rightsOf(located);
  return [...(await spelled(always, cluster)), ...(await spelled(whereServed, cluster))];
}

async function soon<T>(work: Promise<T>): Promise<T> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, fail) => {
    cancel = machineTime.after(PATIENCE_MILLISECONDS, () => fail(new RolloutError('UNREACHABLE', 'the cluster does not answer', '')));
  });
  return await Promise.race([work, late]).finally(cancel);
}

function placedIn({ object, ...manifest }: Manifest, namespace: string): Manifest {
  const { namespace: own, ...metadata } = object.metadata;
  return { ...manifest, object: { ...object, metadata: isUnspaced(object) ? metadata : { ...metadata, namespace: own ?? namespace } } };
}
