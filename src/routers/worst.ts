import type { Readiness } from '../model/event.ts';

/** The state of several routes: failing before waiting before ready. */
export function worst(states: readonly Readiness[]): Readiness {
  const found = states.find(({ state }) => state === 'failing') ?? states.find(({ state }) => state === 'waiting') ?? states[0];
  return found ?? { state: 'ready', text: 'no route reports a status: the step waits for the traffic delay instead' };
}
