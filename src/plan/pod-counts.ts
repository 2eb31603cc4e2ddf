import { RolloutError } from '../errors.ts';
import { nameOf, refOf } from '../manifests/refs.ts';
import type { App } from './app.ts';
import { movedPorts } from './ports.ts';

/**
 * Throws where counts of pods cannot be the split that is asked for.
 * @throws RolloutError UNSUPPORTED.
 */
export function refusePodCounts(app: App): void {
  if (app.routing !== 'pods' || app.request.inputs.strategy !== 'canary') return;
  refuseShares(app);
  refuseMoved(app);
}

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
  const isConstant = inputs.pods === 'constant';
  const shrinks = isConstant || (largest > 50 && !(inputs.baseline && largest <= 66.6));
  if (shrinks && !isConstant && !inputs.shrinkStable) {
    throw new RolloutError(
      'UNSUPPORTED',
      `with pod counts ${largest} % is only reached when stable gives up pods`,
      'Set shrink-stable: true to allow it, ask for 50 % or less, or use a traffic-split-method that splits by weights.',
    );
  }
  if (shrinks && autoscaler) {
    throw new RolloutError(
      'UNSUPPORTED',
      `stable would have to shrink, and ${nameOf(refOf(autoscaler))} would grow it again`,
      'Ask for 50 % or less, or use a traffic-split-method that splits by weights.',
    );
  }
}

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
