import { describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import { newestReplicaSet } from '../../src/readiness/deployment.ts';
import { readiness } from '../../src/readiness/index.ts';
import type { Seen } from '../../src/readiness/seen.ts';
import { aDeployment } from '../build/deployment.ts';
import { aPod } from '../build/pod.ts';
import { aReplicaSetOf } from '../build/replica-set.ts';

const now = Date.parse('2026-01-01T00:10:00Z');
const seen = (more: Partial<Seen> = {}): Seen => ({ pods: [], events: [], now, ...more });
const web = aDeployment('web').uid('uid-of-web').replicas(3);
const quota = 'pods "web-1-x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1';

describe('a roll is over when', () => {
  test.each([
    ['all pods are of the current template and available', web.counting(3, 3, 3), 'ready', 'web: 3 of 3 pods ready'],
    ['none is wanted and none is left', web.replicas(0).counting(0, 0, 0), 'ready', 'web: 0 of 0 pods ready'],
  ])('%s', (_, deployment, state, text) => {
    expect(readiness(deployment.build(), seen())).toEqual({ state, text });
  });
});

describe('a roll goes on while', () => {
  test.each([
    [
      'the controller has not observed the change',
      web.counting(3, 3, 3).field('metadata.generation', 2),
      'web: the controller has not observed the change yet',
    ],
    ['there is no status at all', web, 'web: the controller has not observed the change yet'],
    ['pods of the old template run', web.counting(4, 3, 4), 'web: 3 of 3 pods updated, 1 to go, 4 ready'],
    ['an old pod is left that takes no requests', web.counting(4, 3, 3), 'web: 3 of 3 pods updated, 1 to go, 3 ready'],
    ['pods of the new one are missing', web.counting(3, 1, 3), 'web: 1 of 3 pods updated, 2 to go, 3 ready'],
    ['a pod is not available yet', web.counting(3, 3, 2), 'web: 2 of 3 pods ready'],
    ['a scaled-down pod is left', web.replicas(2).counting(3, 3, 3), 'web: 3 of 2 pods ready'],
    ['it is being deleted', web.counting(3, 3, 3).deleting(), 'web: is being deleted'],
  ])('%s', (_, deployment, text) => {
    expect(readiness(deployment.build(), seen())).toEqual({ state: 'waiting', text });
  });
});

test('who waits for a paused Deployment learns how it goes on', () => {
  expect(readiness(web.counting(3, 0, 3).field('spec.paused', true).build(), seen())).toEqual({
    state: 'waiting',
    text: 'web: the rollout is paused (kubectl rollout resume goes on)',
    hint: expect.stringContaining('Run kubectl rollout resume deployment/web -n demo, and remove paused: true from the file'),
  });
});

describe('a roll has failed when', () => {
  test('its deadline has passed', () => {
    const late = web
      .counting(1, 1, 0)
      .condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded', message: 'ReplicaSet "web-1" has timed out progressing.' });
    expect(readiness(late.build(), seen())).toMatchObject({
      state: 'failing',
      text: 'web: ProgressDeadlineExceeded: ReplicaSet "web-1" has timed out progressing.',
    });
  });

  test('a quota refuses its pods and nothing moves', () => {
    const refused = web.counting(1, 1, 1).condition('ReplicaFailure', 'True', { reason: 'FailedCreate', message: quota });
    const still = refused.condition('Progressing', 'True', { reason: 'ReplicaSetUpdated', lastUpdateTime: '2026-01-01T00:09:50Z' });
    expect(readiness(still.build(), seen())).toEqual({
      state: 'failing',
      text: `web: FailedCreate: ${quota}`,
      hint: 'Make room in the quota, or ask for fewer replicas or smaller requests.',
      graceSeconds: 30,
    });
  });

  test('but not while it makes its way under a tight quota', () => {
    const refused = web.counting(3, 2, 2).condition('ReplicaFailure', 'True', { reason: 'FailedCreate', message: quota });
    const moving = refused.condition('Progressing', 'True', { reason: 'ReplicaSetUpdated', lastUpdateTime: '2026-01-01T00:09:58Z' });
    expect(readiness(moving.build(), seen()).state).toBe('waiting');
  });

  test('a pod is beyond help, the one with the least patience first', () => {
    const pods = [aPod('web-1').waiting('ImagePullBackOff').build(), aPod('web-2').waiting('CrashLoopBackOff', '', 3).build()];
    expect(readiness(web.counting(3, 3, 1).build(), seen({ pods }))).toMatchObject({
      state: 'failing',
      text: 'web: pod web-2, container web: CrashLoopBackOff: 3 restarts',
      graceSeconds: 0,
    });
  });
});

describe('only pods of the newest template speak for a roll', () => {
  const current = web.image('app:2').counting(3, 1, 3).build();
  const sets: readonly KubeObject[] = [aReplicaSetOf(web.build(), 'old').build(), aReplicaSetOf(current, 'new').build()];
  const crashing = (hash: string) => [aPod(`web-${hash}`).ofTemplate(hash).waiting('CrashLoopBackOff', '', 9).build()];

  test('a crash of the old version does not fail the roll that replaces it', () => {
    expect(readiness(current, seen({ pods: crashing('old'), replicaSets: sets })).state).toBe('waiting');
  });

  test('a crash of the new one does', () => {
    expect(readiness(current, seen({ pods: crashing('new'), replicaSets: sets })).state).toBe('failing');
  });

  test('before the new ReplicaSet is there, no pod does', () => {
    expect(readiness(current, seen({ pods: crashing('old'), replicaSets: sets.slice(0, 1) })).state).toBe('waiting');
  });

  test('of two equal ReplicaSets the oldest is the one, and one of another owner is none', () => {
    const made = (hash: string, day: string) => aReplicaSetOf(current, hash).createdAt(`2026-01-0${day}T00:00:00Z`);
    const foreign = made('a', '1').ownedBy(web.uid('other').build()).build();
    expect(newestReplicaSet(current, [made('c', '3').build(), foreign, made('b', '2').build()])?.metadata.name).toBe('web-b');
  });
});
