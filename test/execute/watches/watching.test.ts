import { afterEach, describe, expect, test } from '@jest/globals';
import { machineTime } from '../../../src/cluster/clock.ts';
import { watchAll } from '../../../src/execute/watches/watching.ts';
import type { Cluster, KubeObject } from '../../../src/model/kube.ts';
import { aPod } from '../../build/pod.ts';
import { fakeCluster } from '../../fakes/cluster.ts';
import { countedTime } from '../../fakes/time.ts';

const time = countedTime(machineTime);

// Behind its end a watch waits for nothing.
afterEach(() => expect(time.waiting()).toBe(0));

const pods = { apiVersion: 'v1', kind: 'Pod' };
const services = { apiVersion: 'v1', kind: 'Service' };

/** A cluster whose watch of a kind shows these sets one after the other, then stays open until it is ended. */
function showing(sets: Readonly<Record<string, readonly (readonly KubeObject[])[]>>, ended: string[] = []): Cluster {
  return {
    ...fakeCluster(),
    time,
    watch: async function* ({ kind }, signal) {
      yield* sets[kind] ?? [];
      if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
      ended.push(kind);
    },
  };
}

describe('several watches as one', () => {
  test('show nothing before each has answered, then all of it by name', async () => {
    const cluster = showing({ Pod: [[aPod('a').build()]], Service: [[]] });
    for await (const snapshot of watchAll(cluster, { pods, services }, new AbortController().signal)) {
      expect([snapshot.pods?.length, snapshot.services]).toEqual([1, []]);
      break;
    }
  });

  test('show what changed', async () => {
    const cluster = showing({ Pod: [[], [aPod('a').build()]] });
    const seen: number[] = [];
    for await (const { pods: shown = [] } of watchAll(cluster, { pods }, new AbortController().signal)) {
      seen.push(shown.length);
      if (shown.length > 0) break;
    }
    expect(seen).toEqual([0, 1]);
  });

  test('end when nobody listens any more', async () => {
    const ended: string[] = [];
    for await (const _snapshot of watchAll(showing({ Pod: [[]], Service: [[]] }, ended), { pods, services }, new AbortController().signal))
      break;
    expect(ended.sort()).toEqual(['Pod', 'Service']);
  });

  test('end with the signal', async () => {
    const stop = new AbortController();
    const ended: string[] = [];
    for await (const _snapshot of watchAll(showing({ Pod: [[]] }, ended), { pods }, stop.signal)) stop.abort();
    expect(ended).toEqual(['Pod']);
  });

  test('fail as one of them does', async () => {
    const cluster: Cluster = {
      ...fakeCluster(),
      time,
      // biome-ignore lint/correctness/useYield: it fails before there is anything to show
      watch: async function* () {
        throw new Error('forbidden');
      },
    };
    await expect(watchAll(cluster, { pods }, new AbortController().signal).next()).rejects.toThrow('forbidden');
  });
});
