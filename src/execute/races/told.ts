/** What a run is told whose plan does not hold any more, because another writer was faster. */
import { RolloutError } from '../../errors.ts';
import { isOutrun, isTaken } from './refusals.ts';

/** Throws what a create is told whose name another object bears. */
export function asTaken(error: unknown): never {
  throw isTaken(error) ? outdated(error, 'it appeared after the plan was made', 'Another run may') : error;
}

/** Throws what a patch is told whose test of the old value failed. */
export function asChanged(error: unknown): never {
  throw isOutrun(error) ? outdated(error, 'it was changed after the plan was made', 'Another run or a person may') : error;
}

const outdated = (cause: RolloutError, what: string, who: string): RolloutError =>
  new RolloutError('CONCURRENT_ROLLOUT', `${cause.message}: ${what}`, `${who} be at work on the same workload. Run the action again.`, {
    cause,
  });

/** The error of a route that another writer changed, though only a rollout writes it. */
export const routeChanged = (what: string): RolloutError =>
  new RolloutError(
    'ROUTE_CHANGED',
    `${what} is not as it was written: somebody else changed it`,
    'Find out who writes it (a GitOps controller, another pipeline), then run the action again.',
  );
