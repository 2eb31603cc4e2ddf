import { describe, expect, test } from '@jest/globals';
import { troublesIn } from '../../src/actions/unready.ts';
import { RolloutError } from '../../src/errors.ts';
import { explain, suspect } from '../../src/readiness/explain.ts';
import type { Seen } from '../../src/readiness/seen.ts';
import { aDeployment } from '../build/deployment.ts';
import { anEvent } from '../build/event.ts';
import { aPod } from '../build/pod.ts';
import { fakeCluster } from '../fakes/cluster.ts';

const web = aDeployment('web').replicas(3).counting(3, 3, 0);
const seen = (more: Partial<Seen>): Seen => ({ pods: [], events: [], now: 0, ...more });

describe('the explanation of a workload that does not get ready', () => {
  test('puts pods with the same trouble on one line, whatever their addresses', () => {
    const pods = ['web-1', 'web-2', 'web-3'].map(name => aPod(name).notReady().build());
    const events = pods.map((pod, index) =>
      anEvent(pod, { reason: 'Unhealthy', message: `Readiness probe failed: Get "http://10.244.0.${index}:8080/": connection refused` }),
    );
    expect(explain(web.build(), seen({ pods, events }))).toEqual([
      '3 pods: Unhealthy: Readiness probe failed: Get "http://10.244.0.0:8080/": connection refused (such as web-1)',
    ]);
  });

  test('begins with what will not mend itself', () => {
    const pods = [
      aPod('web-1').starting().build(),
      aPod('web-2').unschedulable('0/5 nodes are available').build(),
      aPod('web-3').waiting('ImagePullBackOff', 'Back-off pulling image "app:2"').build(),
      aPod('web-4').waiting('CrashLoopBackOff', '', 3).build(),
      aPod('web-5').build(),
    ];
    const refused = web.condition('ReplicaFailure', 'True', { reason: 'FailedCreate', message: 'exceeded quota' });
    expect(explain(refused.build(), seen({ pods }))).toEqual([
      'FailedCreate: exceeded quota',
      'pod web-4, container web: CrashLoopBackOff: 3 restarts',
      'pod web-3, container web: ImagePullBackOff: Back-off pulling image "app:2"',
      'pod web-2: Unschedulable: 0/5 nodes are available',
      'pod web-1: Starting: the containers are being created',
    ]);
  });

  test('is at most eight lines long and says how much it leaves out', () => {
    const pods = 'abcdefghijkl'.split('').map(letter => aPod(`web-${letter}`).waiting('CreateContainerError', `no ${letter}`).build());
    const lines = explain(web.build(), seen({ pods }));
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)).toBe('and 5 more');
  });

  test('names a pause and a passed deadline', () => {
    const late = web
      .field('spec.paused', true)
      .condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded', message: 'timed out' });
    expect(explain(late.build(), seen({}))).toEqual(['the rollout is paused', 'ProgressDeadlineExceeded: timed out']);
  });

  test('is empty when all is well', () => {
    expect(explain(web.build(), seen({ pods: [aPod('web-1').build()] }))).toEqual([]);
  });
});

describe('what a crash does not say', () => {
  const pod = aPod('web-4').waiting('CrashLoopBackOff', '', 3).build();
  const events = [
    anEvent(pod, { reason: 'Unhealthy', message: 'Liveness probe failed: HTTP probe failed with statuscode: 503' }),
    anEvent(pod, { reason: 'Unhealthy', message: 'Readiness probe failed: HTTP probe failed with statuscode: 503' }),
  ];

  test('is which probe failed, and with which answer', () => {
    expect(explain(web.build(), seen({ pods: [pod], events }))).toEqual([
      'pod web-4, container web: CrashLoopBackOff: 3 restarts',
      'Readiness probe failed: HTTP probe failed with statuscode: 503',
      'Liveness probe failed: HTTP probe failed with statuscode: 503',
    ]);
  });

  test('may be said by the container itself, in the run before', () => {
    const crashed = { ...pod, status: { ...pod.status, containerStatuses: [{ name: 'web', restartCount: 3, ...CRASHED }] } };
    expect(suspect(web.build(), seen({ pods: [crashed] }))).toMatchObject({ pod: 'web-4', container: 'web', previous: true });
  });

  test('is said by no container that never ran', () => {
    const unpulled = aPod('web-3').waiting('ImagePullBackOff', 'no such image').build();
    expect(suspect(web.build(), seen({ pods: [unpulled] }))).toBeNull();
    expect(suspect(web.build(), seen({ pods: [aPod('web-1').build()] }))).toBeNull();
  });
});

const CRASHED = { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } };

describe('what status says of a Deployment that is not ready', () => {
  const troubles = (code: 'FORBIDDEN' | 'UNREACHABLE') =>
    troublesIn('demo', { ...fakeCluster(), list: () => Promise.reject(new RolloutError(code, 'no', 'Try again.')) })(web.build());

  test('is nothing where the Role does not let its pods be read', async () => {
    expect(await troubles('FORBIDDEN')).toEqual({});
  });

  test('is no guess where reading them fails', async () => {
    await expect(troubles('UNREACHABLE')).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });
});
