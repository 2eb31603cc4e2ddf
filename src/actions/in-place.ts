/** The files are applied in place: no rollout is opened, and no record is written. */
import type { Means } from '../execute/carry-out.ts';
import { triedInPlace } from '../execute/dry-runs/dry-run-in-place.ts';
import { carryOutAll } from '../execute/execute.ts';
import { foundJob } from '../execute/jobs-found.ts';
import { areInPlace, readFiles, recordsBeside } from '../execute/reads/read-in-place.ts';
import type { Session } from '../execute/session.ts';
import { together } from '../execute/together.ts';
import { sharing } from '../execute/watches/sharing.ts';
import { isGoing } from '../manifests/going.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import type { Live } from '../model/live.ts';
import type { Operation } from '../model/operation.ts';
import { needsInPlace } from '../plan/needs.ts';
import type { Applying } from '../plan/operations/apply.ts';
import { appliesInPlace, filesInPlace, planInPlace } from '../plan/operations/in-place.ts';
import { dueInPlace, type PlacedJob } from '../plan/operations/jobs-in-place.ts';
import { type Course, outcomeInPlace } from '../plan/outcome-in-place.ts';
import { refuseOpenOver } from '../plan/refusals/open-over.ts';
import { fileNotices } from '../plan/words/file-notices.ts';
import { gapNotices } from '../plan/words/gap.ts';
import { describeInPlace, stepsInPlace } from '../plan/words/in-place.ts';
import { beingDeleted } from '../plan/world/going.ts';
import { tellAddresses } from './addresses.ts';
import { refuseUnpermitted } from './permitted.ts';
import { pruningOf } from './pruning.ts';

/**
 * The files are applied as `kubectl apply --server-side` would and awaited. It opens no rollout, and refuses over an open one. Its lease claims
 * nothing: two plain deploys are like two `kubectl apply`.
 * @throws RolloutError ROLLOUT_OPEN, NOT_READY, APPLY_CONFLICT and what the API server refuses.
 */
export async function deployInPlace(means: Means): Promise<void> {
  const { session } = means;
  const { request, emit } = session;
  const applies = await readApplies(session);
  const [pruning, jobs] = await together([pruningOf(session), jobsFound(session, applies)]);
  const plan = planInPlace(applies, { jobs, pruning }, seenBy(session));
  for (const text of fileNotices(request)) emit({ type: 'notice', level: 'warning', text });
  emit({ type: 'planned', steps: stepsInPlace(plan.flat()), waitSeconds: 0, dryRun: request.inputs.dryRun });
  await refuseUnpermitted(session, needsInPlace(plan.flat(), seenBy(session)));
  for (const tried of await triedInPlace(session, applies))
    for (const text of gapNotices(tried)) emit({ type: 'notice', level: 'warning', text });
  const course = request.inputs.dryRun ? null : await carriedOut(plan, means);
  const address = await tellAddresses(session);
  emit({ type: 'outcome', outcome: { ...outcomeInPlace(request, plan.flat(), course), ...address } });
}

/** What is known of the cluster by now. */
const seenBy = ({ seen }: Session): Pick<Live, 'objects'> => ({ objects: Object.fromEntries(seen) });

async function readApplies(session: Session): Promise<readonly Applying[]> {
  const files = filesInPlace(session.request);
  const refuseOpen = async (): Promise<void> => refuseOpenOver(files, await recordsBeside(session, files), session.request);
  await together([refuseOpen(), readFiles(session, files)]);
  const going = files.map(object => session.seen.get(keyOf(refOf(object)))).find(object => object && isGoing(object));
  if (going) throw beingDeleted(going);
  return appliesInPlace(files, session.request, seenBy(session));
}

/** The Jobs that are due, and what is there of them; none where the release is in place already. */
async function jobsFound(session: Session, applies: readonly Operation[]): Promise<readonly PlacedJob[]> {
  const due = dueInPlace(session.request, seenBy(session));
  const jobs = await Promise.all(due.map(async one => ({ due: one, found: await foundJob(one, session) })));
  const isOver = jobs.every(({ found }) => found === null) && jobs.length > 0 && (await areInPlace(session, applies));
  return isOver ? [] : jobs;
}

type Batches = ReturnType<typeof planInPlace>;

async function carriedOut(plan: Batches, means: Means): Promise<Course> {
  const { objects: before } = seenBy(means.session);
  for (const batch of plan) await carryOutAll([batch], { describe: describeInPlace }, withFewWatches(batch, means));
  return { before, after: seenBy(means.session).objects };
}

/** Up to this many workloads are watched one by one: a namespace may hold much else. */
const FEW = 3;

function withFewWatches(batch: readonly Operation[], means: Means): Means {
  const { session } = means;
  const isMany = batch.filter(operation => operation.do === 'await-ready').length > FEW;
  return isMany ? { ...means, session: { ...session, cluster: sharing(session.cluster) } } : means;
}
