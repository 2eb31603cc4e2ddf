/** Records that cannot be read: they bar the way of their own workloads and of nobody else. */
import { APPLICATION, ourLabels } from '../../manifests/names.ts';
import { readRecord, recordBroken, recordName } from '../../manifests/record.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Request } from '../../model/request.ts';

/** A record, and why it cannot be read. */
export interface Broken {
  readonly object: KubeObject;
  readonly why: string;
}

/** The records of a namespace that cannot be read. */
export const brokenIn = (namespace: string, { objects }: Pick<Live, 'objects'>): readonly Broken[] =>
  Object.values(objects).flatMap(object => {
    if (object.kind !== 'ConfigMap' || object.metadata.namespace !== namespace) return [];
    const reading = readRecord(object, objects[keyOf({ ...refOf(object), kind: 'Secret' })] ?? null);
    return reading.state === 'broken' ? [{ object, why: reading.why }] : [];
  });

/**
 * An action without files that finds nothing open must not end well over a record that may be what it was to end.
 * @throws RolloutError RECORD_BROKEN.
 */
export function refuseBroken({ namespace, inputs: { application } }: Request, live: Live): void {
  const meant = brokenIn(namespace, live).find(({ object: { metadata } }) => {
    const workload = metadata.labels?.[APPLICATION];
    return (
      application === null ||
      metadata.name === recordName(application) ||
      workload === undefined ||
      workload === ourLabels('record', application)[APPLICATION]
    );
  });
  if (meant) throw recordBroken(meant.object.metadata, meant.why);
}

/** What an action without files passes over, one sentence each. */
export const passedOver = ({ namespace, manifests }: Request, live: Live): readonly string[] =>
  manifests.length > 0
    ? []
    : brokenIn(namespace, live).map(
        ({ object, why }) => `${nameOf(refOf(object))} is skipped: it cannot be read as the record of a rollout (${why}).`,
      );
