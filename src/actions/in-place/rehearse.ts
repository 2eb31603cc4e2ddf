/** Strategy `none`, before its first write: every file is tried in a dry run, so that a fault in the fifth leaves no four written. */
import { refusedAs } from '../../execute/refused.ts';
import type { Session } from '../../execute/session.ts';
import { together } from '../../execute/together.ts';
import { isBrought } from '../../execute/unanswered.ts';
import { isPassing, tried, waitsFor } from '../../execute/untried.ts';
import { isSettled } from '../../manifests/owned.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import { toJson } from '../../manifests/template.ts';
import type { KubeObject } from '../../model/kube.ts';
import { keepsReplicas } from '../../plan/world/size.ts';
import { warnOfGap } from './gap.ts';

/**
 * Tries every file; `objects` are those of the request, in its order.
 * @throws RolloutError with all that the API server refuses, each with its place in the files.
 */
export async function rehearseFiles(session: Session, objects: readonly KubeObject[]): Promise<void> {
  const { manifests, inputs } = session.request;
  const isAbsent = (object: KubeObject): boolean => !session.seen.has(keyOf(refOf(object)));
  const coming = objects.filter(isAbsent);
  const isKnown = (object: KubeObject): boolean => {
    const live = session.seen.get(keyOf(refOf(object)));
    return live !== undefined && isSettled(object, live);
  };
  const tries = objects.map(object =>
    isKnown(object)
      ? null
      : rehearse(session, object).catch((error: unknown) => {
          const isToCome = waitsFor(coming, object, error) || isBrought(objects, error);
          if (!isToCome && (inputs.dryRun || !isPassing(error)))
            refusedAs({ object, from: manifests.find(one => keyOf(refOf(one.object)) === keyOf(refOf(object)))?.from })(error);
        }),
  );
  await together(tries);
}

async function rehearse(session: Session, object: KubeObject): Promise<void> {
  const { cluster, request } = session;
  const options = { dryRun: true, force: request.inputs.forceConflicts };
  const outcome = await tried(object, cluster, options);
  const now = session.seen.get(keyOf(refOf(object)));
  if (!now) return;
  const isKept = keepsReplicas(object, now, Object.fromEntries(session.seen));
  warnOfGap(session, now, isKept ? { ...outcome, spec: toJson({ ...outcome.spec, replicas: now.spec?.replicas }) } : outcome);
}
