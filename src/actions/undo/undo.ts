/** The action `undo`: an earlier release comes back from what the Deployment's controller keeps of it. */

import { RolloutError } from '../../errors.ts';
import { carryOutAs } from '../../execute/execute.ts';
import type { Lease } from '../../execute/lease.ts';
import type { Session } from '../../execute/session.ts';
import { together } from '../../execute/together.ts';
import { remembering } from '../../manifests/handed-back.ts';
import { number, same, text } from '../../manifests/json.ts';
import { recordName } from '../../manifests/record.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import { goingBy, staysUp } from '../../manifests/rolling.ts';
import { asRead, templateHash, templateOf, toJson } from '../../manifests/template.ts';
import type { Outcome, VariantState } from '../../model/event.ts';
import type { KubeObject, PatchOperation, Ref } from '../../model/kube.ts';
import type { Operation } from '../../model/operation.ts';
import { CLAIMED, type Rollout } from '../../model/record.ts';
import { bareOutcome } from '../../plan/outcome.ts';
import { imagesOf } from '../../plan/words/describe.ts';
import { gapNotices } from '../../plan/words/gap.ts';
import { counted, isByNode, isOnDelete } from '../../plan/world/pods-by-node.ts';
import { isInstead, strategyNamed } from '../../strategies/index.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import { isStatefulSet } from '../../workloads/stateful-set.ts';
import { leased } from '../leased.ts';
import { note } from '../telling/chosen-revisions.ts';
import { afterFailure } from '../way-back.ts';
import { annotationsOf } from './annotations.ts';
import { asDeploy } from './as-deploy.ts';
import { configurationOf } from './configuration.ts';
import { markOf, refuseOpen, templateTo, textOf, type UndoWay, undoWays } from './ways.ts';

/** What undo asks of its caller. */
export interface Caller {
  /** Carries a session's request out as the deploy that it is. */
  deploy(session: Session): Promise<void>;
  onLost(error: RolloutError): void;
}

/**
 * Goes back: at once, by a roll to the earlier template, or as a deploy of it in the way that `strategy` says, which is then promoted or rejected
 * like any other.
 * @throws RolloutError what `undoWays` throws; UNSUPPORTED where nobody would answer during the roll, or what the old pods read is gone.
 */
export async function undo(session: Session, caller: Caller): Promise<void> {
  const ways = await undoWays(session);
  for (const notice of await configurationOf(session, ways)) session.emit({ type: 'notice', level: 'warning', text: notice });
  if (strategyNamed(session.request.inputs.strategy).place !== 'in-place') {
    const asked = asDeploy(session, ways);
    refuseOpen(session, ways, asked.request.release);
    if (!asked.request.inputs.dryRun && isInstead(asked.request.inputs.strategy)) await note(session, ways);
    return await caller.deploy(asked);
  }
  refuseOpen(session, ways, null);
  for (const way of ways) refuseWhole(way);
  for (const text of ways.flatMap(gapsOf)) session.emit({ type: 'notice', level: 'warning', text });
  announce(session, ways);
  const open = ways.filter(({ isThere, claim }) => !isThere || claim !== null);
  if (!session.request.inputs.dryRun && open.length > 0) await atOnce(session, open, caller);
  session.emit({ type: 'outcome', outcome: outcomeOf(session, ways) });
}

/** What the roll to the earlier template costs, and what it leaves to the user. */
const gapsOf = (way: UndoWay): readonly string[] => [
  ...gapNotices({ now: way.live, after: { ...way.live, spec: toJson({ ...way.live.spec, template: templateTo(way) }) } }),
  ...(isOnDelete(way.live)
    ? [`${nameOf(refOf(way.live))} is updated OnDelete: each of its pods runs its version until it is deleted`]
    : []),
];

/** A DaemonSet counts its nodes. */
const countedIn = (live: KubeObject): KubeObject => (isByNode(live) ? counted(live) : live);

function announce({ request: { inputs }, emit }: Session, ways: readonly UndoWay[]): void {
  const steps = ways
    .filter(({ isThere, claim }) => !isThere || claim !== null)
    .map(way => ({ workload: workloadOf(way), stage: 'undo', text: textOf(way, imagesOf(way.to)), waitSeconds: 0 }));
  emit({ type: 'planned', steps, waitSeconds: 0, dryRun: inputs.dryRun });
}

/** "Deployment shop/api, Deployment shop/web". */
const titles = (ways: readonly UndoWay[]): string => ways.map(({ live }) => nameOf(refOf(live))).join(', ');

const workloadOf = ({ live: { metadata } }: UndoWay): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** A roll that takes all pods at once is no way back from a fault: the user has to want the gap. */
function refuseWhole({ live, isThere }: UndoWay): void {
  const replicas = number(live.spec?.replicas, 1);
  const { strategy } = toJson(live.spec);
  if (isThere || !isDeployment(live) || replicas === 0 || staysUp(strategy, replicas) > 0) return;
  throw new RolloutError(
    'UNSUPPORTED',
    `${nameOf(refOf(live))}: the ${goingBy(strategy, replicas)}, so nothing answers requests while it goes back`,
    'Undo with strategy: canary and a percentage, then promote: its pods answer meanwhile. Or with strategy: recreate, which accepts the gap.',
  );
}

/** What begins again waits for the same pods. */
const OTHERWISE =
  'To leave the revision that did not get ready, undo to another one: to-revision names it, and history shows which are kept. Or deploy another version: a reject ends this undo first, and leaves that revision where it is.';

async function atOnce(session: Session, ways: readonly UndoWay[], { onLost }: Caller): Promise<void> {
  await note(session, ways);
  await leased(session, onLost, async lease => {
    try {
      for (const way of ways) await lease.claim(claimOf(session, way));
      await together(ways.map(way => goBack(session, way, lease)));
    } catch (error) {
      session.emit({ type: 'notice', level: 'info', text: OTHERWISE });
      await afterFailure(session, lease, { error, known: { prepared: null, isBack: false } });
      throw error;
    }
  });
}

async function goBack(session: Session, way: UndoWay, lease: Lease): Promise<void> {
  await carryOutAs(textOf(way, imagesOf(way.to)), goingBack(way), { session, lease });
}

function goingBack(way: UndoWay): readonly Operation[] {
  const { live, isThere, from } = way;
  const ref = refOf(live);
  // Pods of the version that goes may hold up a StatefulSet.
  const rejected = isStatefulSet(live) ? { rejected: from } : {};
  return [
    ...(isThere ? [] : [roll(way)]),
    { do: 'hand-back', ref, before: isThere ? [] : (live.metadata.managedFields ?? []) },
    { do: 'await-ready', ref, template: templateTo(way), isStable: false, ...rejected },
    { do: 'forget', ref: recordOf(live) },
  ];
}

/** What `kubectl rollout undo` writes: the template, and the annotations that the revision had. */
function roll(way: UndoWay): Operation {
  const { live, to } = way;
  const template = templateTo(way);
  const operations: readonly PatchOperation[] = [
    ...asRead(live),
    { op: 'replace', path: '/spec/template', value: template },
    ...annotationsOf(live, to),
    ...remembering(live, template),
  ];
  return { do: 'patch', ref: refOf(live), operations, manager: 'kubectl', text: textOf(way, imagesOf(to)) };
}

const recordOf = ({ metadata: { namespace, name } }: KubeObject): Ref => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  ...(namespace ? { namespace } : {}),
  name: recordName(name),
});

/** As long as the way back has not ended nobody else begins, and a run that goes on knows what is done. */
function claimOf({ request, cluster }: Session, way: UndoWay): Extract<Operation, { do: 'claim' }> {
  const { live, claim } = way;
  const { run, process, inputs } = request;
  const { namespace = '', name } = live.metadata;
  const { startedAt: _startedAt, attempt: _attempt, interactive: _interactive, ...opened } = run;
  const rollout: Rollout = {
    workload: name,
    ...(isDeployment(live) ? {} : { kind: live.kind }),
    namespace,
    application: inputs.application ?? name,
    strategy: inputs.strategy,
    router: 'pod',
    release: markOf(templateTo(way)),
    action: 'deploy',
    stage: CLAIMED,
    done: false,
    percentage: null,
    run: opened,
    holder: { run: run.id, process, name: run.name, ...(run.url ? { url: run.url } : {}) },
    renewedAt: cluster.now(),
    base: templateHash(templateOf(live)),
    replaced: null,
    replicas: number(countedIn(live).spec?.replicas, 1),
    services: [],
    distinction: { keys: [], copies: [] },
    originals: { stable: null, routes: [], others: [] },
    tested: null,
    created: [],
  };
  return { do: 'claim', rollout, version: claim?.version ?? null, previous: claim?.rollout ?? null };
}

function outcomeOf(session: Session, ways: readonly UndoWay[]): Outcome {
  const { request } = session;
  const { dryRun } = request.inputs;
  const gone = ways.filter(({ isThere }) => !isThere);
  const undone = ways.filter(({ isThere, claim }) => !isThere || claim !== null);
  const images = gone.map(({ live, to }) => ({ workload: live.metadata.name, from: imagesOf(live).map(text), to: imagesOf(to).map(text) }));
  return {
    ...bareOutcome({ ...request, release: null }, undone.length === 0 ? 'unchanged' : 'undone'),
    variants: ways.map(way => stateOf(session, way)),
    ...(images.some(({ from, to }) => !same(from, to)) ? { images } : {}),
    because: undone.length === 0 ? `${titles(ways)} already runs that revision` : becauseOf(undone, dryRun),
    next: undone.length === 0 ? [] : ['Revert the change in the files, too: otherwise the next deploy brings the newer version back.'],
  };
}

const becauseOf = (ways: readonly UndoWay[], dryRun: boolean): string =>
  `${titles(ways)} ${dryRun ? 'would go' : 'went'} back to ${ways.map(({ to }) => imagesOf(to).join(', ')).join('; ')}`;

/** A dry run shows what would run. */
function stateOf({ seen, request }: Session, { live, to }: UndoWay): VariantState {
  const now = seen.get(keyOf(refOf(live))) ?? live;
  const shown = request.inputs.dryRun ? to : now;
  const { name } = live.metadata;
  const { spec, status } = countedIn(now);
  return {
    workload: name,
    role: 'stable',
    name,
    images: imagesOf(shown).map(text),
    replicas: number(spec?.replicas, 1),
    ready: number(status?.readyReplicas),
    share: null,
  };
}
