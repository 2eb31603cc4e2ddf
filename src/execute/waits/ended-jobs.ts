/** Jobs that the cluster removes as soon as they have ended (`ttlSecondsAfterFinished`). */
import { at } from '../../manifests/json.ts';
import { keyOf, nameOf } from '../../manifests/refs.ts';
import type { Readiness } from '../../model/event.ts';
import type { Ref } from '../../model/kube.ts';
import { told } from '../../readiness/seen.ts';
import type { Session } from '../session.ts';
import { eventsOf } from '../watches/news.ts';

/** How a Job ended that is gone, by its events, which outlive it. Null where the cluster does not remove it at its end. */
export async function endOfJob({ cluster, seen }: Session, ref: Ref): Promise<Readiness | null> {
  const known = seen.get(keyOf(ref));
  if (ref.kind !== 'Job' || known === undefined || at(known, 'spec.ttlSecondsAfterFinished') === undefined) return null;
  const events = await eventsOf(cluster, ref.namespace);
  const end = told(known, events).find(({ reason }) => reason === COMPLETED || FAILURES.includes(reason));
  if (end?.reason === COMPLETED) return { state: 'ready', text: `${ref.name}: complete, and removed since` };
  if (end) return { state: 'failing', text: `${ref.name}: ${end.reason}: ${end.message}`, hint: LONGER, graceSeconds: 0 };
  return {
    state: 'failing',
    text: `${nameOf(ref)} has been removed, and no Event says how it ended`,
    hint: UNTOLD,
    graceSeconds: UNTOLD_SECONDS,
  };
}

const COMPLETED = 'Completed';
const FAILURES = ['BackoffLimitExceeded', 'DeadlineExceeded', 'PodFailurePolicy', 'FailedIndexes', 'MaxFailedIndexesExceeded'];

/** An event comes a moment after what it tells of. */
const UNTOLD_SECONDS = 10;
const LONGER = 'Raise its ttlSecondsAfterFinished, so that its pods and their logs can be seen.';
const UNTOLD = 'Raise its ttlSecondsAfterFinished, so that its end can be seen, or let the Role list events.';
