import { describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { awaited, readiness } from '../../src/readiness/index.ts';
import type { Seen } from '../../src/readiness/seen.ts';
import { anObject } from '../build/any.ts';
import { anEvent } from '../build/event.ts';
import { aPod } from '../build/pod.ts';

const seen = (more: Partial<Seen> = {}): Seen => ({ pods: [], events: [], now: 0, ...more });
const pulling = (labels: Readonly<Record<string, string>>) => aPod('p').labels(labels).waiting('ImagePullBackOff').build();

describe('what is waited for', () => {
  test.each([
    ['apps/v1', 'Deployment', true],
    ['batch/v1', 'Job', true],
    ['v1', 'Pod', true],
    ['v1', 'Service', false],
    ['v1', 'PersistentVolumeClaim', false],
    ['batch/v1', 'CronJob', false],
    ['example.com/v1', 'Deployment', false],
  ])('%s %s: %s', (apiVersion, kind, expected) => {
    expect(awaited({ apiVersion, kind })).toBe(expected);
  });

  test('a claim that waits for its first pod is no reason to wait', () => {
    const claim = anObject('v1', 'PersistentVolumeClaim', 'data').field('status.phase', 'Pending').build();
    expect(readiness(claim, seen()).state).toBe('ready');
  });
});

describe('a StatefulSet', () => {
  const set = anObject('apps/v1', 'StatefulSet', 'db').field('metadata.generation', 2).field('spec.replicas', 3);
  const counting = (updated: number, ready: number, current = 'new') =>
    set.field('status', {
      observedGeneration: 2,
      replicas: 3,
      updatedReplicas: updated,
      readyReplicas: ready,
      currentRevision: current,
      updateRevision: 'new',
    });

  test.each([
    ['is ready when all pods are of the new revision', counting(3, 3), 'ready', 'db: 3 of 3 pods ready'],
    ['waits for the pods to be replaced', counting(1, 3, 'old'), 'waiting', 'db: 2 to update, 3 of 3 pods ready'],
    ['waits for the roll to be closed', counting(3, 3, 'old'), 'waiting', 'db: 1 to update, 3 of 3 pods ready'],
    ['waits for the last pod', counting(3, 2), 'waiting', 'db: 2 of 3 pods ready'],
    [
      'waits for its controller',
      counting(3, 3).field('metadata.generation', 3),
      'waiting',
      'db: the controller has not observed the change yet',
    ],
    [
      'is ready below its partition with the old revision',
      counting(1, 3, 'old').field('spec.updateStrategy', { type: 'RollingUpdate', rollingUpdate: { partition: 2 } }),
      'ready',
      'db: 3 of 3 pods ready (partition 2: pods below it keep the old template)',
    ],
    [
      'with OnDelete is ready with the old revision',
      counting(0, 3, 'old').field('spec.updateStrategy.type', 'OnDelete'),
      'ready',
      'db: 3 of 3 pods ready (OnDelete: a pod takes the new template when it is deleted)',
    ],
    [
      'with minReadySeconds counts the available',
      counting(3, 3).field('spec.minReadySeconds', 5).field('status.availableReplicas', 2),
      'waiting',
      'db: 2 of 3 pods ready',
    ],
  ])('%s', (_, built, state, text) => {
    expect(readiness(built.build(), seen())).toEqual({ state, text });
  });

  test('fails by pods of the new revision only', () => {
    const judged = (revision: string) =>
      readiness(counting(1, 2, 'old').build(), seen({ pods: [pulling({ 'controller-revision-hash': revision })] })).state;
    expect([judged('old'), judged('new')]).toEqual(['waiting', 'failing']);
  });

  test('fails by a quota, of which only events tell, until a pod is made', () => {
    const object = counting(1, 1).build();
    const refused = anEvent(object, { reason: 'FailedCreate', message: 'create Pod db-1 failed: exceeded quota: q', second: 1 });
    const made = anEvent(object, { reason: 'SuccessfulCreate', message: 'create Pod db-1 successful', second: 2 });
    const now = 60_000;
    expect(readiness(object, seen({ events: [refused], now }))).toMatchObject({ state: 'failing', graceSeconds: 30 });
    expect(readiness(object, seen({ events: [refused, made], now })).state).toBe('waiting');
  });
});

describe('a DaemonSet', () => {
  const set = anObject('apps/v1', 'DaemonSet', 'agent').field('metadata.generation', 1);
  const counting = (updated: number, available: number) =>
    set.field('status', { observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: updated, numberAvailable: available });

  test.each([
    ['is ready on all its nodes', counting(2, 2), 'ready', 'agent: 2 of 2 pods ready'],
    [
      'is ready without nodes',
      set.field('status', { observedGeneration: 1, desiredNumberScheduled: 0 }),
      'ready',
      'agent: 0 of 0 pods ready',
    ],
    ['waits for the old pods to go', counting(1, 2), 'waiting', 'agent: 1 of 2 pods updated, 2 ready'],
    ['waits for the last pod', counting(2, 1), 'waiting', 'agent: 2 of 2 pods updated, 1 ready'],
    [
      'with OnDelete is ready with old pods',
      counting(0, 2).field('spec.updateStrategy.type', 'OnDelete'),
      'ready',
      'agent: 2 of 2 pods ready (OnDelete: a pod takes the new template when it is deleted)',
    ],
  ])('%s', (_, built, state, text) => {
    expect(readiness(built.build(), seen())).toEqual({ state, text });
  });

  describe('names the node that holds up its roll, and on what it waits', () => {
    const HOUR = 3_600_000;
    const on = (node: string, name = `agent-${node}`) => aPod(name).field('spec.nodeName', node);
    const since = (seconds: number) => ({ lastTransitionTime: new Date(HOUR - seconds * 1000).toISOString() });
    const ending = (node: string, seconds: number) =>
      on(node).field('metadata.deletionTimestamp', new Date(HOUR - seconds * 1000).toISOString());
    const judged = (...pods: readonly { build(): KubeObject }[]) =>
      readiness(counting(1, 1).build(), seen({ now: HOUR, pods: pods.map(pod => pod.build()) }));

    test('where a pod does not end', () => {
      expect(judged(on('one'), ending('two', 60))).toMatchObject({
        text: 'agent: 1 of 2 pods updated, 1 ready; held up on two (pod agent-two does not end)',
        hint: expect.stringMatching(/kubectl describe node two.*maxUnavailable/),
      });
    });

    test('where the node does not answer', () => {
      const lost = on('two').condition('Ready', 'False', since(60)).build();
      const events = [anEvent(lost, { reason: 'NodeNotReady', message: 'Node is not ready', second: 1 })];
      expect(readiness(counting(1, 1).build(), seen({ now: HOUR, pods: [lost], events }))).toMatchObject({
        text: 'agent: 1 of 2 pods updated, 1 ready; held up on two (pod agent-two: NodeNotReady: Node is not ready)',
      });
    });

    test('of many the first, and how many there are', () => {
      expect(judged(...['a', 'b', 'c', 'd', 'e'].map(node => ending(node, 60)))).toMatchObject({
        text: expect.stringMatching(/ on a .*, b .*, c .* and 2 more$/),
      });
    });

    test('not before it has had its time', () => {
      const text = 'agent: 1 of 2 pods updated, 1 ready';
      expect(judged(ending('one', 10), on('two').condition('Ready', 'False', since(10)))).toEqual({ state: 'waiting', text });
    });
  });

  test('fails by pods of the newest template only', () => {
    const object = counting(1, 1).annotations({ 'deprecated.daemonset.template.generation': '2' }).build();
    const judged = (generation: string) => readiness(object, seen({ pods: [pulling({ 'pod-template-generation': generation })] })).state;
    expect([judged('1'), judged('2')]).toEqual(['waiting', 'failing']);
  });
});

describe('a Job', () => {
  const job = anObject('batch/v1', 'Job', 'migrate').field('spec.completions', 2).field('status', { succeeded: 1, failed: 3 });

  test('is ready when it is complete, not before', () => {
    expect(readiness(job.condition('SuccessCriteriaMet', 'True').build(), seen())).toEqual({
      state: 'waiting',
      text: 'migrate: 1 of 2 done, 3 failed',
    });
    expect(readiness(job.condition('Complete', 'True').build(), seen()).state).toBe('ready');
  });

  test('has failed when it says so', () => {
    const failed = job.condition('Failed', 'True', {
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
    });
    expect(readiness(failed.build(), seen())).toMatchObject({
      state: 'failing',
      graceSeconds: 0,
      text: 'migrate: BackoffLimitExceeded: Job has reached the specified backoff limit',
    });
  });

  test('may crash as often as its own limit allows, but needs an image', () => {
    const crashing = aPod('p').waiting('CrashLoopBackOff', '', 5).build();
    expect(readiness(job.build(), seen({ pods: [crashing] })).state).toBe('waiting');
    expect(readiness(job.build(), seen({ pods: [crashing, pulling({})] })).state).toBe('failing');
  });

  test('that is suspended is waited for', () => {
    expect(readiness(job.field('spec.suspend', true).build(), seen()).text).toBe('migrate: the job is suspended');
  });
});

describe('a bare pod', () => {
  test.each([
    ['is ready', aPod('p'), 'ready'],
    ['has done its work', aPod('p').notReady().field('status.phase', 'Succeeded'), 'ready'],
    ['starts', aPod('p').starting(), 'waiting'],
    ['cannot pull', aPod('p').waiting('ImagePullBackOff'), 'failing'],
    [
      'has ended for good',
      aPod('p')
        .container({ state: { terminated: { exitCode: 1 } } })
        .field('status.phase', 'Failed'),
      'failing',
    ],
  ])('%s', (_, built, state) => {
    expect(readiness(built.build(), seen()).state).toBe(state);
  });
});

describe('what others need first', () => {
  const crd = anObject('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'x.example.com');
  const space = anObject('v1', 'Namespace', 'demo');

  test.each([
    ['a new definition', crd, 'waiting'],
    ['an established one', crd.condition('Established', 'True'), 'ready'],
    ['one whose names are taken', crd.condition('NamesAccepted', 'False', { reason: 'PluralConflict', message: 'taken' }), 'failing'],
    ['a namespace', space.field('status.phase', 'Active'), 'ready'],
    ['a new namespace', space, 'waiting'],
    ['a namespace that goes away', space.field('status.phase', 'Terminating'), 'failing'],
  ])('%s', (_, built, state) => {
    expect(readiness(built.build(), seen()).state).toBe(state);
  });
});
