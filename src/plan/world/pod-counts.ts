import { RolloutError } from '../../errors.ts';
import { nameOf, refOf } from '../../manifests/refs.ts';
import type { Inputs } from '../../model/request.ts';
import { strategyNamed } from '../../strategies/index.ts';
import { type Crowd, podCounts, shares } from '../../strategies/shares.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import type { App } from './app.ts';
import { strategyOf } from './held.ts';
import { movedPorts } from './ports.ts';
import { podsBeside } from './siblings.ts';
import { untouchedCount } from './size.ts';

/**
 * Throws where counts of pods cannot be the split that is asked for.
 * @throws RolloutError UNSUPPORTED.
 */
export function refusePodCounts(app: App): void {
  if (!sharesByPods(app)) return;
  refuseShares(app);
  refuseMoved(app);
}

const sharesByPods = (app: App): boolean => app.routing === 'pods' && strategyOf(app).reach === 'share';

/** What a deploy says of shares that so few pods cannot make. */
export function shareNotices(app: App): readonly string[] {
  const { stable, record, key, request } = app;
  const { inputs } = request;
  if (!sharesByPods(app) || inputs.action !== 'deploy' || !stable) return [];
  const replicas = untouchedCount({ stable, record });
  const siblings = podsBeside(app);
  const off = (inputs.steps.length > 0 ? inputs.steps : [inputs.percentage ?? 0]).find(percentage => {
    const { asked, got } = reached({ ...inputs, percentage }, { replicas, siblings });
    return Math.abs(got - asked) > asked / 2;
  });
  if (off === undefined) return [];
  const { asked, got, text } = reached({ ...inputs, percentage: off }, { replicas, siblings });
  const ways = [...(inputs.baseline ? ['baseline: false'] : []), 'more replicas', 'a traffic-split-method with weights'];
  return [
    `Deployment ${key}: with ${text} the canary gets ${percent(got)} of the requests, instead of ${percent(asked)}${inputs.baseline ? HALF : ''}. Options: ${ways.join(', or ')}.`,
  ];
}

/** A pod of the new version that carries more than so many of the old one's is tried by its load, not by its code. */
const MOST_LOAD = 2;

/** What a deploy says of a number of pods that is too small for its share. */
export function loadNotices({ stable, record, key, request, routing }: App): readonly string[] {
  const { action, variantReplicas, percentage, steps, strategy, baseline } = request.inputs;
  const isShared = routing === 'weights' && strategyNamed(strategy).reach === 'share';
  if (!isShared || action !== 'deploy' || variantReplicas === null || !stable || !isDeployment(stable)) return [];
  const replicas = untouchedCount({ stable, record });
  const most = Math.max(percentage ?? 0, ...steps);
  const pods = (replicas * (shares({ percentage: most, baseline }).canary ?? 0)) / 1000;
  const times = Math.round((pods / variantReplicas) * 10) / 10;
  if (times <= MOST_LOAD) return [];
  return [
    `Deployment ${key}: at ${most} % each pod of the canary gets ${times} times as many requests as a pod of stable does now. Set baseline-and-canary-replicas: ${Math.ceil(pods)}, or leave it out.`,
  ];
}

function reached(inputs: Inputs & { readonly percentage: number }, crowd: Crowd) {
  const { percentage, baseline, pods } = inputs;
  const counts = podCounts({ ...SPLIT, percentage, baseline, pods }, crowd, 'pods');
  const all = counts.stable + counts.baseline + counts.canary + crowd.siblings;
  const asked = (shares({ percentage, baseline }).canary ?? 0) / 1000;
  return { asked, got: counts.canary / all, text: `${counts.canary} of ${all} pods behind the Service` };
}

/** What counts of pods do not look at. */
const SPLIT = { variantReplicas: null, steps: [], match: [], mirrorPercentage: 0, affinity: 'none' } as const;

/** Who set a percentage reads another one here. */
const HALF = ' (half of the percentage: the baseline gets the other half)';

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;

function refuseShares({ request: { inputs }, autoscaler }: App): void {
  const percentage = inputs.percentage ?? 0;
  if (percentage === 0 && inputs.steps.length === 0) {
    throw new RolloutError(
      'UNSUPPORTED',
      'with pod counts a canary cannot run at 0 %: every ready pod gets requests',
      'Ask for more than 0 %, or use a traffic-split-method that splits by weights.',
    );
  }
  const largest = Math.max(percentage, ...inputs.steps);
  const shrinks = shrinksAt(largest, inputs);
  if (shrinks && inputs.pods !== 'constant' && !inputs.shrinkStable) {
    throw new RolloutError(
      'UNSUPPORTED',
      `with pod counts ${largest} % is possible only if stable gives up pods`,
      'Set shrink-stable: true to allow it, ask for 50 % or less, or use a traffic-split-method that splits by weights.',
    );
  }
  if (shrinks && autoscaler) {
    throw new RolloutError(
      'UNSUPPORTED',
      `stable would have to shrink, and ${nameOf(refOf(autoscaler))} would scale it up again`,
      'Ask for 50 % or less, or use a traffic-split-method that splits by weights.',
    );
  }
}

/** Beyond half of the requests stable has to give up pods; beside a baseline that has as many, beyond two thirds. */
const shrinksAt = (share: number, { pods, baseline }: Inputs): boolean =>
  pods === 'constant' || (share > 50 && !(baseline && share <= 66.6));

/** Old and new pods stand behind the same Service. */
function refuseMoved(app: App): void {
  const [moved] = movedPorts(app);
  if (!moved) return;
  throw new RolloutError(
    'UNSUPPORTED',
    `with pod counts old and new pods stand behind the same Service, and port ${moved.port} of Service ${moved.service} cannot lead to both: the release changes its target port or its selector`,
    'Give the port a name that both versions have among their containerPorts and release the Service with it first, use a traffic-split-method that splits by weights, or replace the pods in place (strategy: recreate).',
  );
}
