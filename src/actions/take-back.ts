/** What was deployed in place goes back: no record tells of it, so the Deployments' own revisions do. */

import { RolloutError } from '../errors.ts';
import type { Means } from '../execute/carry-out.ts';
import { carryOutAs } from '../execute/execute.ts';
import type { Session } from '../execute/session.ts';
import { together } from '../execute/together.ts';
import type { Outcome } from '../model/event.ts';
import type { JsonObject, KubeObject } from '../model/kube.ts';
import type { Request } from '../model/request.ts';
import { afterTurn, byRelease, type Pace, takingBack, type WayBack, wayBack } from '../plan/operations/take-back.ts';
import { takenBack } from '../plan/outcome-taken-back.ts';
import { gapNotices } from '../plan/words/gap.ts';
import { stayingNotices, stepsOfWays, stopNotice, textOfWay, titleOfWay } from '../plan/words/take-back.ts';
import { isInstead } from '../strategies/index.ts';
import { DEPLOYMENT, deploymentAt, isDeployment } from '../workloads/deployment.ts';
import { revisionsOf } from '../workloads/workload.ts';

/**
 * Takes a release back that was deployed in place: every Deployment that runs just this release goes back to its previous revision, as
 * `kubectl rollout undo` would, and is awaited; where nothing may run twice, none of its pods runs any more when the first of the revision before
 * starts. Tells its plan and its steps; resolves to what they make of the outcome. `rendered` are the release's templates by workload.
 * @throws RolloutError INVALID_INPUT without manifests, which alone tell what was released; INVALID, UNSUPPORTED, NOT_READY.
 */
export async function rejectInPlace(means: Means, rendered: Readonly<Record<string, JsonObject>>): Promise<(outcome: Outcome) => Outcome> {
  const { session } = means;
  const { manifests, inputs } = session.request;
  if (manifests.length === 0) throw nothingNamed(inputs.strategy);
  const files = manifests.map(({ object }) => object).filter(isDeployment);
  const found = await together(files.map(file => wayOf(session, file, rendered)));
  const ways = leaveFirst(session, leaveEarlier(session, found.flat()));
  const paced = await together(ways.map(async way => ({ way, pace: await paceOf(session, way) })));
  announce(session, paced);
  if (!inputs.dryRun) await together(paced.map(({ way, pace }) => carryOutAs(textOfWay(way), takingBack(way, pace), means)));
  return outcome => takenBack(outcome, ways);
}

interface Paced {
  readonly way: WayBack;
  readonly pace: Pace;
}

/** The plan is made here, by revisions; nothing is told where nothing goes back. */
function announce({ request, emit }: Session, paced: readonly Paced[]): void {
  const steps = stepsOfWays(paced.map(({ way }) => way));
  const notices = [...(steps.length > 0 ? stayingNotices(request) : []), ...paced.flatMap(costOf)];
  for (const text of notices) emit({ type: 'notice', level: 'warning', text });
  if (steps.length > 0) emit({ type: 'planned', steps, waitSeconds: 0, dryRun: request.inputs.dryRun });
}

function costOf({ way, pace }: Paced): readonly string[] {
  const { live, before } = way;
  if (!before) return [];
  return pace.isAlone ? [stopNotice(live)] : gapNotices({ now: live, after: afterTurn(way, before, pace) });
}

/** What never had another revision is not what a deploy of several changed: the others go back without it. */
function leaveFirst({ emit }: Session, ways: readonly WayBack[]): readonly WayBack[] {
  const first = ways.filter(({ state }) => state === 'first').map(titleOfWay);
  const others = ways.filter(({ state }) => state !== 'first');
  if (first.length === 0) return ways;
  if (others.length === 0) {
    throw new RolloutError(
      'UNSUPPORTED',
      `Deployment ${first.join(', ')} has no previous revision to go back to`,
      'Deploy the version that you want instead.',
    );
  }
  const text = `Deployment ${first.join(', ')} has no previous revision and stays as it is.`;
  emit({ type: 'notice', level: 'warning', text });
  return others;
}

/** What this release did not change stays: an earlier release brought the version that it runs, and the others go back without it. */
function leaveEarlier({ emit, request: { inputs } }: Session, ways: readonly WayBack[]): readonly WayBack[] {
  const { earlier, own } = byRelease(ways, inputs.timeoutSeconds);
  for (const { live } of earlier) {
    const { namespace = '', name } = live.metadata;
    const text =
      `Deployment ${namespace}/${name} was last applied long before the others: this release did not change it, so it stays. ` +
      `To take it back too: kubectl rollout undo deployment/${name} --namespace ${namespace}`;
    emit({ type: 'notice', level: 'warning', text });
  }
  return own;
}

async function wayOf({ cluster }: Session, file: KubeObject, rendered: Readonly<Record<string, JsonObject>>): Promise<readonly WayBack[]> {
  const { namespace = '', name } = file.metadata;
  const key = `${namespace}/${name}`;
  const live = await cluster.get(deploymentAt({ namespace, name }));
  const released = rendered[key];
  if (!live) return [];
  if (!released) throw unrendered(key);
  const way = wayBack({ live, file, sets: await cluster.list({ ...revisionsOf(DEPLOYMENT), namespace }) }, released);
  return way ? [way] : [];
}

/** How the Deployment rolls by its files alone: `surge` and `unavailable` were of the deploy that is taken back. */
async function paceOf({ cluster, request: { inputs } }: Session, { live, file, before }: WayBack): Promise<Pace> {
  const own = { isAlone: isInstead(inputs.strategy), strategy: live.spec?.strategy };
  if (own.isAlone || !before) return own;
  const filed = await cluster.apply(file, { dryRun: true, force: inputs.forceConflicts }).catch((error: unknown) => {
    // A way back does not fail for what a try says.
    if (error instanceof RolloutError) return live;
    throw error;
  });
  return { ...own, strategy: filed.spec?.strategy ?? own.strategy };
}

const nothingNamed = (strategy: Request['inputs']['strategy']): RolloutError =>
  new RolloutError(
    'INVALID_INPUT',
    `strategy ${strategy} is rolled back with the revisions of its Deployments; no rollout is open, and no manifests say which Deployments`,
    'Give reject the manifests and images that were deployed.',
  );

const unrendered = (key: string): RolloutError =>
  new RolloutError(
    'INVALID',
    `Deployment ${key}: the API server does not accept this file in a dry run, so it is not known whether this version runs`,
    'Give reject exactly the manifests and images that were deployed; `kubectl apply --dry-run=server` says what is wrong with these.',
  );
