import { at, records, text } from '../manifests/json.ts';
import type { KubeObject } from '../model/kube.ts';
import { type Cause, words } from './container.ts';
import { type Told, told } from './seen.ts';

const graceSeconds = 60;

/** The scheduler's words of a pod that no node takes before its volumes are there. */
const UNBOUND = /unbound immediate PersistentVolumeClaims|binding volumes/;
const ABSENT = /persistentvolumeclaim "([^"]+)" not found/;

/** Where a claim tells nothing of these, or something else, the provisioner is at work or tries again. */
const HOPELESS: readonly { readonly says: RegExp; readonly hint: string }[] = [
  {
    says: /^storageclass\S* "[^"]*" not found/,
    hint: 'Create the StorageClass, or correct storageClassName. A claim keeps the class that it was created with, so delete the unbound claim after the correction.',
  },
  {
    says: /no persistent volumes available for this claim and no storage class is set/,
    hint: 'Create a PersistentVolume that fits the claim, mark a StorageClass of the cluster as the default, or set storageClassName (a claim keeps the class that it was created with, so delete the unbound claim then).',
  },
];

/** Why the pod waits for its claims, in the words of the scheduler and of the claims' own events; null when it does not. */
export function whyUnclaimed(pod: KubeObject, scheduler: string, events: readonly KubeObject[]): Cause | null {
  const absent = ABSENT.exec(scheduler)?.[1];
  if (absent !== undefined)
    return {
      reason: 'Unschedulable',
      detail: `PersistentVolumeClaim ${absent} does not exist`,
      failing: { graceSeconds, hint: 'Create the claim that the volume names, or correct the name.' },
    };
  if (!UNBOUND.test(scheduler)) return null;
  const claims = claimsOf(pod).flatMap(name => {
    const last = lastOf(name, events);
    return last ? [{ name, last }] : [];
  });
  const found = claims.find(({ last }) => hintOf(last)) ?? claims.find(({ last }) => last.reason !== ASKED) ?? claims[0];
  if (!found) return { reason: 'Unschedulable', detail: words(scheduler) };
  const hint = hintOf(found.last);
  const detail = words(`PersistentVolumeClaim ${found.name} is not bound: ${found.last.reason}: ${found.last.message}`);
  return { reason: 'Unschedulable', detail, ...(hint ? { failing: { graceSeconds, hint } } : {}) };
}

/** The provisioner was asked, and has not answered. */
const ASKED = 'ExternalProvisioning';

const hintOf = ({ message }: Told): string | undefined => HOPELESS.find(({ says }) => says.test(message))?.hint;

/** A claim that waits for its pod says nothing of why that pod waits. */
function lastOf(name: string, events: readonly KubeObject[]): Told | undefined {
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name } };
  return told(claim, events).find(({ reason }) => ['FailedBinding', 'ProvisioningFailed', ASKED].includes(reason));
}

function claimsOf(pod: KubeObject): readonly string[] {
  return records(at(pod, 'spec.volumes')).flatMap(volume => {
    const named = text(at(volume, 'persistentVolumeClaim.claimName'));
    if (named !== '') return [named];
    return volume.ephemeral === undefined ? [] : [`${pod.metadata.name}-${text(volume.name)}`];
  });
}
