import { describe, expect, test } from '@jest/globals';
import { awaitStopped } from '../../../src/execute/waits/stopped.ts';
import { keyOf, refOf } from '../../../src/manifests/refs.ts';
import type { Cluster, KubeObject } from '../../../src/model/kube.ts';
import { aDeployment } from '../../build/deployment.ts';
import { aPod } from '../../build/pod.ts';
import { aReplicaSetOf } from '../../build/replica-set.ts';
import { aRequest } from '../../build/request.ts';
import { aSession } from '../../build/session.ts';
import { fakeCluster } from '../../fakes/cluster.ts';

const stopped = aDeployment('web').uid('web').replicas(0).counting(0, 0, 0).build();
const down = { observedGeneration: 1, replicas: 0 };
const set = aReplicaSetOf(stopped, 'aaa').uid('web-aaa').field('spec.replicas', 0).field('status', down).build();

const podOf = (name: string, owner: string, hash: string) =>
  aPod(name)
    .labels({ app: 'web', 'pod-template-hash': hash })
    .field('metadata.ownerReferences', [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true }]);

/** A cluster whose watches show what is there, once. */
function showing(...objects: readonly KubeObject[]): Cluster {
  const cluster = fakeCluster(...objects);
  return {
    ...cluster,
    watch: async function* (of) {
      const found = [...cluster.objects.values()].filter(object => object.kind === of.kind);
      yield 'name' in of ? found.filter(object => keyOf(refOf(object)) === keyOf(of)) : found;
    },
  };
}

/** "stopped", or why not yet. */
async function look(next: string | null, ...objects: readonly KubeObject[]): Promise<string> {
  const session = { ...aSession(showing(...objects)), request: aRequest({ parsed: { timeoutSeconds: 0 } }) };
  const ref = refOf(stopped);
  return await awaitStopped(session, next === null ? { ref } : { ref, next }).then(
    () => 'stopped',
    (error: Error) => error.message,
  );
}

describe('a Deployment is stopped', () => {
  test('when no pod of it is left', async () => {
    expect(await look(null, stopped, set)).toBe('stopped');
  });

  test('not while a pod is being terminated', async () => {
    expect(await look(null, stopped, set, podOf('web-1', 'web-aaa', 'aaa').deleting().build())).toContain('web-1 (being terminated');
  });

  test('not while a pod runs whose ReplicaSet is gone already', async () => {
    expect(await look(null, stopped, podOf('web-1', 'web-aaa', 'aaa').deleting().build())).toContain('web-1');
  });

  test('whatever runs of another Deployment with the same labels, and where its own pods have ended', async () => {
    const another = podOf('web-worker-1', 'web-worker-bbb', 'bbb').build();
    const ended = podOf('web-1', 'web-aaa', 'aaa').field('status.phase', 'Failed').build();
    expect(await look(null, stopped, set, another, ended)).toBe('stopped');
  });

  test('not before its controllers have seen that it is to stop: pods may still be made', async () => {
    const unseen = aReplicaSetOf(stopped, 'aaa').uid('web-aaa').field('spec.replicas', 3).field('status', down).build();
    expect(await look(null, stopped, unseen)).toContain('are not done yet');
    const late = aDeployment('web').uid('web').replicas(0).field('metadata.generation', 2).field('status', down).build();
    expect(await look(null, late, set)).toContain('are not done yet');
  });

  test('for what comes next, when only pods of that template run', async () => {
    const running = aDeployment('web').uid('web').replicas(1).build();
    const next = podOf('web-2', 'web-bbb', 'bbb').build();
    expect(await look('bbb', running, set, next)).toBe('stopped');
    expect(await look('bbb', running, set, next, podOf('web-1', 'web-aaa', 'aaa').build())).toContain('1 pod still runs: web-1');
  });

  test('never where somebody has started it again, which stops the wait', async () => {
    expect(await look(null, aDeployment('web').uid('web').replicas(2).build(), set)).toContain('was scaled to 2 by somebody else');
  });
});
