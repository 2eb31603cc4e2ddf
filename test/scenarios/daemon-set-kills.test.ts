/** Releases of DaemonSets, killed behind every write, on the simulated cluster. */
import { afterEach, beforeEach, test } from '@jest/globals';
import { agent, byHand, OLD, onNodes, running, type Spec } from '../build/daemon-set.ts';
import { promote, reject, share } from '../build/stateful-set.ts';
import type { Act } from '../stage/act.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { killedBehindEach } from './killing.ts';

let stage: CrashStage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const flows: readonly (readonly [string, Spec, readonly Act[], Act, string])[] = [
  ['deploy', {}, [], { inputs: share(40), files: agent('v2') }, 'v2 v2 v1 v1 v1'],
  ['a larger share', {}, [{ inputs: share(20), files: agent('v2') }], { inputs: share(60), files: agent('v2') }, 'v2 v2 v2 v1 v1'],
  ['a newer release', {}, [{ inputs: share(60), files: agent('v2') }], { inputs: share(20), files: agent('v3') }, 'v3 v1 v1 v1 v1'],
  ['promote', {}, [{ inputs: share(40), files: agent('v2') }], { inputs: promote, files: agent('v2') }, 'v2 v2 v2 v2 v2'],
  ['reject', {}, [{ inputs: share(60), files: agent('v2') }], { inputs: reject, files: [] }, OLD],
  ['reject by hand', byHand, [{ inputs: share(40), files: agent('v2', byHand) }], { inputs: reject, files: [] }, OLD],
];

test.each(flows)(
  '%s, killed behind any write, ends as if nothing had happened when it is run again, and is taken back by a reject',
  async (_, spec, before, act, end) => {
    const begun = await running(stage, 'v1', spec);
    await killedBehindEach(begun, { before, act, end }, { runs: onNodes, old: OLD, isOver: ({ rejected }) => rejected === 'unchanged' });
  },
);
