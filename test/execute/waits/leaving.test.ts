import { expect, test } from '@jest/globals';
import { RolloutError } from '../../../src/errors.ts';
import { pause } from '../../../src/execute/session.ts';
import { awaitReadyMeanwhile } from '../../../src/execute/waits/leaving.ts';
import type { KubeObject } from '../../../src/model/kube.ts';
import type { Operation } from '../../../src/model/operation.ts';
import { aDeployment } from '../../build/deployment.ts';
import { aSession } from '../../build/session.ts';
import { fakeCluster } from '../../fakes/cluster.ts';
import { hurriedTime } from '../../fakes/time.ts';

const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name: 'web' };
const drain: Operation = { do: 'drain', seconds: 15 };
const remove: Operation = { do: 'remove', ref: { ...ref, name: 'web-baseline' } };
const awaited = { do: 'await-ready', ref, template: null, isStable: false, leaving: [drain, remove] } as const;

/** Stable as its controller shows it: rolled out from a second on, or as soon as the baseline is gone. */
function rolling(readySeconds: number) {
  const waits: number[] = [];
  const time = hurriedTime(waits);
  const done: string[] = [];
  const shown = (): KubeObject => {
    const isReady = time.elapsed() >= readySeconds * 1000 || done.includes('remove');
    const count = isReady ? 1 : 0;
    const base = aDeployment('web').build();
    return { ...base, status: { observedGeneration: 1, replicas: 1, updatedReplicas: count, availableReplicas: count } };
  };
  const cluster = {
    ...fakeCluster(),
    time,
    get: async () => shown(),
    watch: async function* (_of: unknown, signal: AbortSignal) {
      while (!signal.aborted) {
        yield [shown()];
        await new Promise<void>(resolve => void time.after(1000, resolve));
      }
    },
  };
  const does = async (operation: Operation, at: Parameters<typeof pause>[0]): Promise<void> => {
    if (operation.do === 'drain') await pause(at, operation.seconds);
    done.push(operation.do);
  };
  return { session: aSession(cluster), done, does };
}

test('what leaves is left to the steps behind a roll that is quick', async () => {
  const { session, done, does } = rolling(0);
  await awaitReadyMeanwhile(session, awaited, does);
  expect(done).toEqual([]);
});

test('what leaves goes once its requests are over, where the roll takes longer', async () => {
  const { session, done, does } = rolling(60);
  await awaitReadyMeanwhile(session, awaited, does);
  expect(done).toEqual(['drain', 'remove']);
});

test('a roll that was given up for want of room gets another try when there is some', async () => {
  const { session, done, does } = rolling(60);
  const short = { ...session, request: { ...session.request, inputs: { ...session.request.inputs, timeoutSeconds: 2 } } };
  await awaitReadyMeanwhile(short, awaited, does);
  expect(done).toEqual(['drain', 'remove']);
});

test('what cannot leave ends the action', async () => {
  const { session } = rolling(60);
  const lost = async (): Promise<void> => {
    throw new RolloutError('CONCURRENT_ROLLOUT', 'lost', 'Wait.');
  };
  const short = { ...session, request: { ...session.request, inputs: { ...session.request.inputs, timeoutSeconds: 2 } } };
  await expect(awaitReadyMeanwhile(short, awaited, lost)).rejects.toBeInstanceOf(RolloutError);
});
