/** Files that are applied in place, before the first write: every one is tried in a dry run, so that a fault in the fifth leaves no four written. */
import { isSettled } from '../../manifests/owned.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import { toJson } from '../../manifests/template.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Operation } from '../../model/operation.ts';
import type { Session } from '../session.ts';
import { together } from '../together.ts';
import { isBrought } from '../unanswered.ts';
import { refusedAs } from './refused.ts';
import { isPassing, tried, waitsFor } from './untried.ts';

type Applying = Extract<Operation, { do: 'apply' | 'create' }>;

/** An object as it is, and as the API server would store it. */
export interface Tried {
  readonly now: KubeObject;
  readonly after: KubeObject;
}

/**
 * Tries every file, in the order of the files; resolves to what becomes of those that are there.
 * @throws RolloutError with all that the API server refuses, each with its place in the files.
 */
export async function triedInPlace(session: Session, applies: readonly Applying[]): Promise<readonly Tried[]> {
  const { seen, request } = session;
  const objects = applies.map(({ object }) => object);
  const coming = objects.filter(object => !seen.has(keyOf(refOf(object))));
  const tries = applies.map(async (operation): Promise<readonly Tried[]> => {
    const { object } = operation;
    const now = seen.get(keyOf(refOf(object)));
    if (now && isSettled(object, now)) return [];
    const after = await stored(session, operation, now).catch((error: unknown) => {
      const isToCome = waitsFor(coming, object, error) || isBrought(objects, error);
      if (!isToCome && (request.inputs.dryRun || !isPassing(error))) refusedAs({ object, from: placeOf(session, object) })(error);
      return null;
    });
    return now && after ? [{ now, after }] : [];
  });
  return (await together(tries)).flat();
}

const placeOf = ({ request: { manifests } }: Session, object: KubeObject): string | undefined =>
  manifests.find(one => keyOf(refOf(one.object)) === keyOf(refOf(object)))?.from;

/** The count that is kept is the live one. */
async function stored({ cluster, request }: Session, operation: Applying, now: KubeObject | undefined): Promise<KubeObject> {
  const outcome = await tried(operation.object, cluster, { dryRun: true, force: request.inputs.forceConflicts });
  const isKept = operation.do === 'apply' && operation.keepLive.length > 0;
  return isKept ? { ...outcome, spec: toJson({ ...outcome.spec, replicas: now?.spec?.replicas }) } : outcome;
}
