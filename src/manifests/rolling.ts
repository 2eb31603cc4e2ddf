/** What a Deployment's strategy makes of its pods while it rolls. */
import { at, text } from './json.ts';

/** The API server's own values where a file says nothing. */
const DEFAULT = '25%';

/** How many pods of so many stay up while others are replaced, as the Deployment controller resolves the strategy. */
export function staysUp(strategy: unknown, replicas: number): number {
  if (isRecreate(strategy)) return 0;
  const unavailable = resolved(unavailableIn(strategy), replicas, Math.floor);
  const isStuck = unavailable === 0 && resolved(surgeIn(strategy), replicas, Math.ceil) === 0;
  return Math.max(0, replicas - (isStuck ? 1 : unavailable));
}

/** Why pods of so many may go before new ones are ready, as a clause: `strategy is Recreate`. */
export function goingBy(strategy: unknown, replicas: number): string {
  if (isRecreate(strategy)) return 'strategy is Recreate';
  const up = staysUp(strategy, replicas);
  const fields = `maxUnavailable ${String(unavailableIn(strategy))} and maxSurge ${String(surgeIn(strategy))}`;
  return `strategy (${fields}) keeps ${up === 0 ? 'none' : up} of ${replicas} ${replicas === 1 ? 'pod' : 'pods'} up`;
}

const isRecreate = (strategy: unknown): boolean => at(strategy, 'type') === 'Recreate';
const unavailableIn = (strategy: unknown): unknown => at(strategy, 'rollingUpdate.maxUnavailable') ?? DEFAULT;
const surgeIn = (strategy: unknown): unknown => at(strategy, 'rollingUpdate.maxSurge') ?? DEFAULT;

const resolved = (value: unknown, replicas: number, round: (count: number) => number): number => amountOf(value, replicas, round) ?? 0;

/** A number of pods, or a percentage of so many, rounded so; null for what is neither. */
export function amountOf(value: unknown, replicas: number, round: (count: number) => number): number | null {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(text(value))?.[1];
  return percent === undefined ? null : round((Number(percent) * replicas) / 100);
}
