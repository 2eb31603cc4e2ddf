/** The user's files in dry runs, before anything is written: what they would change, and what of them the API server refuses. */
import { RolloutError } from '../../errors.ts';
import { MANAGER } from '../../manifests/names.ts';
import { isChangedBy, isSettled } from '../../manifests/owned.ts';
import { isPhased } from '../../manifests/phases.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import type { ApplyOptions, Cluster, KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Request } from '../../model/request.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import { refusedAs } from '../dry-runs/refused.ts';
import { isPassing, tried, waitsFor } from '../dry-runs/untried.ts';
import { together } from '../together.ts';
import { isBrought } from '../unanswered.ts';
import { recordedFiles } from './recorded.ts';

/**
 * Which of the files' objects an apply would change. It is also the dry run that finds misspelt fields, immutable fields, conflicts and refusals of
 * admission before a canary exists.
 */
export async function changedBy(
  { manifests, inputs }: Request,
  cluster: Cluster,
  live: Pick<Live, 'objects' | 'unspaced'>,
): Promise<readonly string[]> {
  const files = manifests.length > 0 ? manifests.map(({ object }) => object) : recordedFiles(inputs, live);
  if (inputs.action === 'reject') return [];
  const coming = files.filter(file => !live.objects[keyOf(refOf(file))]);
  // A route of the user's that we patched is put back before its file is applied, so that only changes of others are in the way.
  const options = { dryRun: true, force: inputs.forceConflicts, yields: MANAGER };
  const changes = files.map(async (file, i) => {
    const object = asTried(file);
    const key = keyOf(refOf(object));
    const refused = refusedAs({ object, from: manifests[i]?.from });
    const now = live.objects[key];
    if (now) {
      if (isSettled(object, now)) return [];
      // A webhook of these very files does not answer yet: the write itself will tell.
      const outcome = await cluster
        .apply(object, { ...options, ...readAs(object, now) })
        .catch(error => (isBrought(files, error) ? null : refused(error)));
      return outcome && !isChangedBy(now, outcome) ? [] : [key];
    }
    // Deployments are tried by a name of their own.
    if (!isDeployment(object)) await tried(object, cluster, options).catch(error => isUntried(coming, object, error) || refused(error));
    return isPhased(object) ? [] : [key];
  });
  return (await together(changes)).flat();
}

/** An object that was read by another apiVersion than the file's spells its fields otherwise. */
const readAs = ({ apiVersion }: KubeObject, live: KubeObject): Pick<ApplyOptions, 'live'> =>
  live.apiVersion === apiVersion ? { live } : {};

/** A Job of a phase will have another name than its file. */
function asTried(file: KubeObject): KubeObject {
  if (!isPhased(file)) return file;
  return { ...file, metadata: { ...file.metadata, name: '', generateName: `${file.metadata.name}-` } };
}

/** A right that only a later action needs is told as missing by that action. */
const isUntried = (coming: readonly KubeObject[], object: KubeObject, error: unknown): boolean =>
  waitsFor(coming, object, error) || isPassing(error) || (error instanceof RolloutError && error.code === 'FORBIDDEN');
