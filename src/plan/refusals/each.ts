/** Refusals of several workloads in one. */
import { RolloutError } from '../../errors.ts';
import type { App } from '../world/app.ts';

/** So many are told. */
const MOST = 5;

/**
 * Looks at every workload before it refuses, so that whoever releases ten corrects what is wrong in all of them at once.
 * @throws RolloutError the first refusal, with those of the same code.
 */
export function refuseEach(apps: readonly App[], refuse: (app: App) => void): void {
  const refusals = apps.flatMap(app => refusalOf(() => refuse(app)));
  const [first] = refusals;
  if (!first) return;
  const alike = refusals.filter(({ code }) => code === first.code);
  const messages = [...new Set(alike.map(({ message }) => message))];
  if (messages.length === 1) throw first;
  const rest = messages.length > MOST ? [`and ${messages.length - MOST} more`] : [];
  const hints = [...new Set(alike.map(({ hint }) => hint))].slice(0, MOST);
  throw new RolloutError(first.code, [...messages.slice(0, MOST), ...rest].join('\n'), hints.join('\n'));
}

function refusalOf(refuse: () => void): readonly RolloutError[] {
  try {
    refuse();
    return [];
  } catch (error) {
    if (error instanceof RolloutError) return [error];
    throw error;
  }
}
