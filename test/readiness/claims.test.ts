import { describe, expect, test } from '@jest/globals';
import { explain } from '../../src/readiness/explain.ts';
import { why } from '../../src/readiness/pod.ts';
import { statefulSet } from '../../src/readiness/stateful-set.ts';
import { anObject } from '../build/any.ts';
import { anEvent } from '../build/event.ts';
import { aPod } from '../build/pod.ts';

const UNBOUND = '0/5 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found';
const waiting = aPod('db-0')
  .unschedulable(UNBOUND)
  .field('spec.volumes', [
    { name: 'config', configMap: { name: 'db' } },
    { name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } },
    { name: 'scratch', ephemeral: { volumeClaimTemplate: {} } },
  ]);
const pod = waiting.build();

function of(claim: string, reason: string, message: string, second = 0) {
  return anEvent({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: claim } }, { reason, message, second });
}

const noClass = of('data-db-0', 'ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found');
const noVolume = of('data-db-0', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set');

describe('a claim that is not bound', () => {
  test.each([
    ['of a class that is not there', noClass, 'storageClassName'],
    ['of no class', noVolume, 'PersistentVolume'],
  ])('%s, ends the wait after a minute, with what to do', (_, event, hint) => {
    const found = why(pod, [event]);
    expect(found?.text).toBe(
      `pod db-0: Unschedulable: PersistentVolumeClaim data-db-0 is not bound: ${String(event.reason)}: ${String(event.message)}`,
    );
    expect(found?.failing).toEqual({ graceSeconds: 60, hint: expect.stringContaining(hint) });
  });

  test.each([
    ['ExternalProvisioning', 'Waiting for a volume to be created either by the external provisioner "disk" or manually'],
    ['ProvisioningFailed', 'rpc error: code = Unavailable desc = quota of disks'],
  ])('is told and waited for while its provisioner is at work or tries again: %s', (reason, message) => {
    const found = why(pod, [of('data-db-0', reason, message)]);
    expect(found?.text).toContain(`PersistentVolumeClaim data-db-0 is not bound: ${reason}: ${message}`);
    expect(found?.failing).toBeUndefined();
  });

  test('is judged by the newest word on it, and the volume that a pod brings along is one too', () => {
    const later = of('data-db-0', 'ExternalProvisioning', 'Waiting for a volume', 9);
    expect(why(pod, [noClass, later])?.failing).toBeUndefined();
    expect(why(pod, [later, of('db-0-scratch', 'ProvisioningFailed', 'storageclass.storage.k8s.io "x" not found')])?.text).toContain(
      'PersistentVolumeClaim db-0-scratch is not bound',
    );
  });

  test('is not taken for a lack of nodes by the word of an autoscaler that is asked meanwhile', () => {
    const refusal = anEvent(pod, { reason: 'NotTriggerScaleUp', message: 'pod did not trigger scale-up' });
    expect(why(pod, [refusal])?.failing).toBeUndefined();
    expect(why(pod, [refusal, noVolume])?.failing?.graceSeconds).toBe(60);
  });

  test('without leave to list events the scheduler is told, and of another claim nothing', () => {
    expect(why(pod, [])?.text).toBe(`pod db-0: Unschedulable: ${UNBOUND}`);
    expect(why(pod, [of('data-web-0', 'FailedBinding', 'no')])?.text).toBe(`pod db-0: Unschedulable: ${UNBOUND}`);
  });
});

test('a claim that does not exist ends the wait, though an autoscaler was asked', () => {
  const absent = aPod('db-0').unschedulable('0/5 nodes are available: persistentvolumeclaim "data" not found.').build();
  const refusal = anEvent(absent, { reason: 'NotTriggerScaleUp', message: 'pod did not trigger scale-up' });
  expect(why(absent, [refusal])).toMatchObject({
    text: 'pod db-0: Unschedulable: PersistentVolumeClaim data does not exist',
    failing: { graceSeconds: 60, hint: 'Create the claim that the volume names, or correct the name.' },
  });
});

test('a StatefulSet fails by the claims of its pods, and tells pods with the same trouble together', () => {
  const set = anObject('apps/v1', 'StatefulSet', 'db')
    .field('spec', { replicas: 2, podManagementPolicy: 'Parallel' })
    .field('status', { observedGeneration: 1, replicas: 2 })
    .build();
  const other = waiting
    .field('metadata.name', 'db-1')
    .field('spec.volumes', [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } }]);
  const events = [noClass, of('data-db-1', 'ProvisioningFailed', String(noClass.message))];
  const seen = { pods: [pod, other.build()], events, now: 0 };
  expect(statefulSet(set, seen)).toMatchObject({ state: 'failing', graceSeconds: 60 });
  expect(explain(set, seen)).toEqual([expect.stringMatching(/^2 pods: .* not found \(such as db-0\)$/)]);
});
