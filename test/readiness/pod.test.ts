import { describe, expect, test } from '@jest/globals';
import type { JsonObject, KubeObject } from '../../src/model/kube.ts';
import { why } from '../../src/readiness/pod.ts';
import { anEvent } from '../build/event.ts';
import { aPod } from '../build/pod.ts';

const pod = aPod('web-1');
const about = (of: { build(): KubeObject }, reason: string, message: string, second = 0) =>
  anEvent(of.build(), { reason, message, second });

describe('nothing is wrong with a pod', () => {
  test.each([
    ['that is ready', pod],
    [
      'that was restarted and is ready again',
      pod.field('status.containerStatuses', [{ name: 'web', restartCount: 9, state: { running: {} } }]),
    ],
    ['that has done its work', pod.notReady().field('status.phase', 'Succeeded')],
    ['that goes away', pod.waiting('CrashLoopBackOff', '', 9).deleting()],
  ])('%s', (_, built) => {
    expect(why(built.build(), [])).toBeNull();
  });
});

describe('images', () => {
  test.each(['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull'])('%s is given a minute: the registry may come back', reason => {
    const found = why(pod.waiting(reason, 'Back-off pulling image "app:badpull"').build(), []);
    expect(found?.text).toBe(`pod web-1, container web: ${reason}: Back-off pulling image "app:badpull"`);
    expect(found?.failing?.graceSeconds).toBe(60);
  });

  test('a name that is none will never become one', () => {
    expect(why(pod.waiting('InvalidImageName', 'invalid reference format').build(), [])?.failing?.graceSeconds).toBe(0);
  });
});

describe('crashes', () => {
  const ended = (more: JsonObject): JsonObject => ({ lastState: { terminated: { exitCode: 1, reason: 'Error', ...more } } });
  const looping = (restarts: number, more: JsonObject = {}) =>
    pod
      .container({ state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s' } }, restartCount: restarts, ...ended(more) })
      .build();

  test('two restarts may be a dependency that comes up', () => {
    const found = why(looping(2), []);
    expect(found?.text).toBe('pod web-1, container web: CrashLoopBackOff: exit code 1, 2 restarts');
    expect(found?.failing).toBeUndefined();
  });

  test('three restarts are not waited for, and the hint shows the way to the log', () => {
    expect(why(looping(3), [])?.failing).toEqual({
      graceSeconds: 0,
      hint: "See the program's last output: kubectl -n demo logs web-1 -c web --previous",
    });
  });

  test('a container out of memory is named so', () => {
    const found = why(looping(4, { exitCode: 137, reason: 'OOMKilled' }), []);
    expect(found?.detail).toBe('exit code 137 (OOMKilled), 4 restarts');
    expect(found?.failing?.hint).toContain('memory limit');
  });

  test('the last line of the termination message is told', () => {
    expect(why(looping(3, { message: 'starting\nno database\n' }), [])?.detail).toBe('exit code 1, 3 restarts, "no database"');
  });

  test('between the end and the next start it is a crash already', () => {
    const found = why(pod.container({ state: { terminated: { exitCode: 2 } }, restartCount: 3 }).build(), []);
    expect([found?.reason, found?.detail, found?.failing?.graceSeconds]).toEqual(['Crashed', 'exit code 2, 3 restarts', 0]);
  });

  test('an init container that has done its work is none, and one that crashes is', () => {
    const init = (status: JsonObject) => why(pod.starting().container(status, 'initContainerStatuses').build(), []);
    expect(init({ state: { terminated: { exitCode: 0, reason: 'Completed' } } })?.reason).toBe('Starting');
    expect(init({ name: 'migrate', state: { waiting: { reason: 'CrashLoopBackOff' } }, restartCount: 3 })?.text).toBe(
      'pod web-1, container migrate: CrashLoopBackOff: 3 restarts',
    );
  });

  test('the container beyond help is named before one that may recover', () => {
    const statuses = [
      { name: 'a', state: { waiting: { reason: 'CrashLoopBackOff' } }, restartCount: 1 },
      { name: 'b', state: { waiting: { reason: 'ImagePullBackOff' } }, restartCount: 0 },
      { name: 'c', state: { waiting: { reason: 'InvalidImageName' } }, restartCount: 0 },
    ];
    const named = (count: number) => why(pod.notReady().field('status.containerStatuses', statuses.slice(0, count)).build(), [])?.container;
    expect([named(1), named(2), named(3)]).toEqual(['a', 'b', 'c']);
  });
});

describe('configuration', () => {
  test.each(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'])('%s is given a minute', reason => {
    const found = why(pod.waiting(reason, 'secret "db" not found').build(), []);
    expect([found?.detail, found?.failing?.graceSeconds]).toEqual(['secret "db" not found', 60]);
  });

  test('a volume of a ConfigMap that is missing is given a minute', () => {
    const starting = pod.starting();
    const found = why(starting.build(), [
      about(starting, 'FailedMount', 'MountVolume.SetUp failed for volume "c" : configmap "missing" not found'),
    ]);
    expect(found?.text).toBe('pod web-1: FailedMount: MountVolume.SetUp failed for volume "c" : configmap "missing" not found');
    expect(found?.failing?.graceSeconds).toBe(60);
  });

  test('a disk that is slow to attach is waited for', () => {
    const starting = pod.starting();
    expect(why(starting.build(), [about(starting, 'FailedAttachVolume', 'timed out')])).toMatchObject({
      reason: 'FailedAttachVolume',
      detail: 'timed out',
    });
    expect(why(starting.build(), [about(starting, 'FailedAttachVolume', 'timed out')])?.failing).toBeUndefined();
  });
});

describe('nodes', () => {
  const message = "0/5 nodes are available: 5 node(s) didn't match Pod's node affinity/selector.";
  const unscheduled = pod.unschedulable(message);

  test('no room is waited for: a node may be on its way', () => {
    const found = why(unscheduled.build(), []);
    expect(found?.text).toBe(`pod web-1: Unschedulable: ${message}`);
    expect(found?.failing).toBeUndefined();
  });

  test('an autoscaler that will not add a node ends the wait', () => {
    const found = why(unscheduled.build(), [
      about(unscheduled, 'NotTriggerScaleUp', "pod didn't trigger scale-up: 1 max node group size reached"),
    ]);
    expect(found?.detail).toContain("(autoscaler: pod didn't trigger scale-up: 1 max node group size reached)");
    expect(found?.failing?.graceSeconds).toBe(0);
  });

  test('an autoscaler that changed its mind is waited for again', () => {
    const events = [about(unscheduled, 'NotTriggerScaleUp', 'no', 1), about(unscheduled, 'TriggeredScaleUp', 'pod triggered scale-up', 2)];
    expect(why(unscheduled.build(), events)?.failing).toBeUndefined();
    expect(why(unscheduled.build(), events.toReversed())?.failing).toBeUndefined();
  });

  test('an evicted pod says so and does not end the wait: another takes its place', () => {
    const found = why(
      pod
        .waiting('CrashLoopBackOff', '', 5)
        .field('status.phase', 'Failed')
        .field('status.reason', 'Evicted')
        .field('status.message', 'The node was low on memory.')
        .build(),
      [],
    );
    expect(found).toEqual({
      reason: 'Evicted',
      detail: 'The node was low on memory.',
      text: 'pod web-1: Evicted: The node was low on memory.',
    });
  });
});

describe('probes', () => {
  test('the last words of the probe are told', () => {
    const running = pod.notReady();
    const events = [
      about(running, 'Unhealthy', 'Readiness probe failed: old', 1),
      about(running, 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', 2),
    ];
    expect(why(running.build(), events)?.text).toBe('pod web-1: Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503');
  });

  test('events of an earlier pod by the same name are not its own', () => {
    const running = pod.notReady();
    const found = why(running.build(), [about(pod.uid('other'), 'Unhealthy', 'Readiness probe failed')]);
    expect(found?.text).toBe('pod web-1: NotReady: the containers run, the pod is not ready yet');
  });

  test('events of the newer API are understood', () => {
    const running = pod.notReady().build();
    const event = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'e' },
      regarding: { kind: 'Pod', name: 'web-1' },
      reason: 'Unhealthy',
      note: 'refused',
      eventTime: '2026-01-01T00:00:00.5Z',
    };
    expect(why(running, [event])?.detail).toBe('refused');
  });
});

describe('what waiting cannot help', () => {
  const message = (words: string) => `failed to pull and unpack image "app:9": failed to resolve reference "app:9": ${words}`;

  test.each([
    ['not found', 'app:9: not found', /tag/],
    ['a manifest that the registry does not know', 'manifest unknown: manifest tagged by "9" is not found', /tag/],
    ['denied', 'pull access denied, repository does not exist or may require authorization', /imagePullSecrets/],
    ['no login', 'unexpected status from HEAD request: 401 Unauthorized', /imagePullSecrets/],
  ])('an image that the registry has answered for: %s', (_, words, hint) => {
    const found = why(pod.waiting('ErrImagePull', message(words)).build(), []);
    expect(found?.failing).toEqual({ graceSeconds: 10, hint: expect.stringMatching(hint) });
    expect(found?.text).toContain(words);
  });

  test.each([
    ['app:543', /tag/],
    ['registry.example/forbidden/timeout:9', /tag/],
    ['registry.example:5000/denied:503', /tag/],
  ])('%s is not there, whatever its name holds', (image, hint) => {
    const words = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
    const found = why(pod.waiting('ErrImagePull', words).build(), []);
    expect(found?.failing).toEqual({ graceSeconds: 10, hint: expect.stringMatching(hint) });
  });

  test.each(['dial tcp: lookup registry: no such host', '429 Too Many Requests', 'unexpected status: 503 Service Unavailable'])(
    'is no registry that may come back: %s',
    words => {
      expect(why(pod.waiting('ErrImagePull', message(words)).build(), [])?.failing?.graceSeconds).toBe(60);
    },
  );

  test('an image, also while the status only says that the kubelet waits: the events have its words', () => {
    const waiting = pod.container({
      image: 'app:9',
      state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "app:9"' } },
    });
    const told = about(waiting, 'Failed', `Failed to pull image "app:9": ${message('app:9: not found')}`);
    expect(why(waiting.build(), [told])).toMatchObject({ detail: expect.stringContaining('not found'), failing: { graceSeconds: 10 } });
  });

  const ports = "0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports.";
  test.each([
    ['a hostPort on full nodes', ports, /hostPort/],
    [
      'a claim for one pod',
      '0/2 nodes are available: 2 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod.',
      /strategy: recreate/,
    ],
  ])('%s', (_, words, hint) => {
    const stuck = pod.unschedulable(words);
    expect(why(stuck.build(), [])?.failing).toEqual({ graceSeconds: 60, hint: expect.stringMatching(hint) });
    expect(why(stuck.build(), [about(stuck, 'TriggeredScaleUp', 'pod triggered scale-up')])?.failing).toBeUndefined();
  });

  test('a claim that another node has mounted', () => {
    const stuck = pod.starting();
    const told = about(stuck, 'FailedAttachVolume', 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-0');
    expect(why(stuck.build(), [told])?.failing).toEqual({ graceSeconds: 60, hint: expect.stringContaining('strategy: recreate') });
  });
});
