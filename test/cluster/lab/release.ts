import { expect } from '@jest/globals';
import { ask } from './gateway.ts';
import type { Flags } from './rollout.ts';
import { type Scene, until } from './scene.ts';
import { answeredBy } from './traffic.ts';

/** A way to release through a route, and how to see that it is the way it should be. */
export interface Release {
  readonly name: string;
  readonly flags: Flags;
  /** Percent of the requests by variant, of those that match nothing. */
  readonly shares: Readonly<Record<string, number>>;
  /** What the shares do not show; fails unless it is so. */
  readonly holds?: (scene: Scene) => Promise<void>;
}

const CANARY = 'kubernetes-rollout/variant=canary';
const some: Flags = { strategy: 'canary', 'baseline-and-canary-replicas': 1 };
const full: Flags = { 'baseline-and-canary-replicas': null };
const match = 'header x-canary=always';

/** Every way to release that a route has. */
export const releases: readonly Release[] = [
  { name: 'canary', flags: { ...some, percentage: 20 }, shares: { stable: 80, baseline: 10, canary: 10 } },
  { name: 'blue-green standing by', flags: { ...full, strategy: 'blue-green', percentage: 0 }, shares: { stable: 100 }, holds: isAlone },
  { name: 'blue-green switched', flags: { ...full, strategy: 'blue-green', percentage: 100 }, shares: { canary: 100 } },
  { name: 'A/B', flags: { ...full, strategy: 'ab', match }, shares: { stable: 100 }, holds: hasTesters },
  { name: 'shadow', flags: { ...full, strategy: 'shadow' }, shares: { stable: 100 }, holds: isCopied },
  { name: 'dark launch', flags: { ...some, percentage: 0 }, shares: { stable: 100 }, holds: isAlone },
];

/** Requests that the canary's pods have answered so far, copies among them. */
export const answeredByCanary = (scene: Scene): Promise<number> => answeredByAll(scene, CANARY);

/** Requests that stable's pods have answered so far. */
export const answeredByStable = (scene: Scene): Promise<number> => answeredByAll(scene, 'app=web');

/** Requests that the pods with a label have answered so far, all together. */
export async function answeredByAll(scene: Scene, label: string): Promise<number> {
  return Object.values(await answeredBy(scene, label)).reduce((sum, count) => sum + count, 0);
}

async function isAlone(scene: Scene): Promise<void> {
  expect(await answeredByCanary(scene)).toBe(0);
}

async function hasTesters(scene: Scene): Promise<void> {
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(scene, { 'x-canary': 'always' })));
  expect(answers.map(({ variant }) => variant)).toEqual(answers.map(() => 'canary'));
}

/** The sample has gone by, at 150 requests a second since the mirror is on. */
async function isCopied(scene: Scene): Promise<void> {
  await until('the canary has the copies', async () => (await answeredByCanary(scene)) >= 300);
}
