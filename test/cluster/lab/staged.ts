import { expect } from '@jest/globals';
import { expectNoTrace, stablePods, succeeded } from './expect.ts';
import { type Published, published, routes } from './gateway.ts';
import { planes, type RouteKind } from './planes.ts';
import { deploy, type Flags, promote, reject } from './rollout.ts';
import { type Snapshot, snapshot } from './snapshot.ts';
import { type Action, behind, type Struck, strike } from './strike.ts';
import { expectNoLoss, expectVariants } from './traffic.ts';
import { web } from './web.ts';

/** A published application before its release: its actions' flags, and what must not change or must come back. */
export interface Staged extends Published {
  readonly flags: Flags;
  readonly state: Snapshot;
  readonly pods: readonly string[];
}

/** Publishes the first version by a route of a kind, to be released over with these flags. */
export async function stage(kind: RouteKind, flags: Flags): Promise<Staged> {
  const preStopSeconds = planes[kind].learnsWithinSeconds;
  const version = (tag: string) => web({ version: tag, ...(preStopSeconds === undefined ? {} : { preStopSeconds }) });
  const there = await published(kind, { v1: version('v1'), v2: version('v2-wait1') });
  const [state, pods] = await Promise.all([snapshot(there.scene), stablePods(there.scene)]);
  return { ...there, flags, state, pods };
}

/** Runs an action to its good end, with other flags beside the scene's. */
export async function act({ scene, path, flags }: Staged, action: Action, more: Flags = {}): Promise<void> {
  const all = { ...flags, ...more };
  const run = {
    deploy: () => deploy(scene, path, all),
    promote: () => promote(scene, { ...all, manifests: path }),
    reject: () => reject(scene, all),
  };
  succeeded(await run[action]());
}

/** Runs an action that is killed behind a write, as `behind` tells it. */
export async function killed(there: Staged, action: Action, point: string): Promise<void> {
  const { code, writes } = await struck(there, action, point);
  expect({ point, code, writes }).toEqual({ point, code: 137, writes });
}

/** More runs than any action has writes to its routes. */
const MOST_RUNS = 12;

/**
 * Runs an action again and again, each time killed behind its next write to a route, until one finds no such write left and ends well. A run that
 * began anew instead of going on would never get there. Tells how often it was killed.
 */
export async function killedBehindEachRoute(there: Staged, action: Action): Promise<number> {
  for (let kills = 0; kills < MOST_RUNS; kills++) {
    const ended = await struck(there, action, 'ANY route 1');
    if (ended.code === 137) continue;
    succeeded(ended);
    return kills;
  }
  throw new Error(`${action} was killed ${MOST_RUNS} times behind a write to a route, and each run wrote one more`);
}

function struck({ scene, path, flags }: Staged, action: Action, point: string): Promise<Struck> {
  const manifests = action === 'reject' ? {} : { manifests: path };
  return strike(scene, { action, flags: { ...flags, ...manifests }, isDue: behind(point) });
}

/** Ends the traffic; fails unless no request was lost, and the cluster is as it was, stable's very pods included. */
export async function expectUntouched({ scene, traffic, before, state, pods }: Staged): Promise<void> {
  await expectVariants(traffic, { stable: 100 }, 200);
  expectNoLoss(await traffic.stop());
  expect(await routes(scene)).toEqual(before);
  expect([await snapshot(scene), await stablePods(scene)]).toEqual([state, pods]);
  await expectNoTrace(scene);
}

/** Ends the traffic; fails unless no request was lost, and the cluster is as if the next version's file had been applied by hand. */
export async function expectPromoted({ scene, traffic, before, state }: Staged): Promise<void> {
  const { images } = await traffic.sample(200);
  expect(Object.keys(images)).toEqual(['example/web:v2-wait1']);
  expectNoLoss(await traffic.stop());
  expect(await routes(scene)).toEqual(before);
  expect(await snapshot(scene)).toEqual(JSON.parse(JSON.stringify(state).replaceAll('web:v1', 'web:v2-wait1')));
  await expectNoTrace(scene);
}
