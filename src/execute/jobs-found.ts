/** The Jobs of moments that are there. */
import { RolloutError } from '../errors.ts';
import { ourApplication } from '../manifests/names.ts';
import { isMadeFor, jobOf, PHASE } from '../manifests/phases.ts';
import { nameOf, refOf } from '../manifests/refs.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Due } from '../model/phase.ts';
import type { Session } from './session.ts';

/**
 * The Job of a moment, if it was made.
 * @throws RolloutError NAME_TAKEN where its name is another's.
 */
export async function foundJob(due: Due, { cluster }: Pick<Session, 'cluster'>): Promise<KubeObject | null> {
  const there = await cluster.get(refOf(jobOf(due)));
  if (!there || isMadeFor(there, due)) return there;
  throw new RolloutError(
    'NAME_TAKEN',
    `${nameOf(refOf(there))} exists, and no phase of this release created it`,
    'Rename the Job in the files, or delete the existing one.',
  );
}

/** The Jobs of all releases and moments that were made for a workload. */
export async function jobsFor(
  { namespace, workload }: { readonly namespace: string; readonly workload: string },
  { cluster }: Session,
): Promise<readonly KubeObject[]> {
  const labels = [PHASE, ...Object.entries(ourApplication(workload)).map(([key, value]) => `${key}=${value}`)].join(',');
  return await cluster.list({ apiVersion: 'batch/v1', kind: 'Job', namespace, labels });
}
