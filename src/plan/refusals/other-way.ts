import { RolloutError } from '../../errors.ts';
import { SPLIT_BY } from '../../manifests/names.ts';
import { CLAIMED } from '../../model/record.ts';
import { isInstead } from '../../strategies/index.ts';
import type { App } from '../world/app.ts';
import { endItFirst } from '../world/ending.ts';
import { areSameMethods, methodsIn } from '../world/stand-in.ts';

/**
 * Throws where an open rollout cannot be taken over from. Only the routers that split its requests can give them back, and only a strategy that
 * runs beside stable does.
 * @throws RolloutError ROLLOUT_OPEN.
 */
export function refuseOtherWay(app: App): void {
  const { record, routers, request, key } = app;
  const { inputs } = request;
  refuseForgotten(app);
  if (!record || record.stage === CLAIMED || record.originals.stable === null) return;
  const methods = routers.map(({ name }) => name);
  const isInPlace = isInstead(inputs.strategy) && !isInstead(record.strategy);
  if (areSameMethods(methodsIn(record.router), methods) && !isInPlace) return;
  const [opened, asked] = isInPlace ? [record.strategy, inputs.strategy] : [record.router, methods.join(',')];
  throw new RolloutError(
    'ROLLOUT_OPEN',
    `Deployment ${key}: the rollout that ${record.run.name} opened is one of ${opened}, and ${asked} cannot take over from it`,
    `${endItFirst(record, request)}. Or deploy with the same strategy and method as the open one.`,
  );
}

/** Services of a method that alone knows where the requests go: without its record no other one can end that rollout. */
function refuseForgotten({ record, routers, ours, key }: App): void {
  const mute = ours.flatMap(({ metadata }) => metadata.annotations?.[SPLIT_BY] ?? []).find(by => !routers.some(({ name }) => name === by));
  if (mute && (!record || record.stage === CLAIMED)) {
    throw new RolloutError(
      'ROLLOUT_OPEN',
      `Deployment ${key}: a rollout by ${mute} has left its Services, and its record is gone: only ${mute} knows where the requests go`,
      `Reject it with traffic-split-method: ${mute} and the inputs that it was deployed with, then deploy again.`,
    );
  }
}
