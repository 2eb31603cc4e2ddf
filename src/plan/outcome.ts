import type { Outcome, Status } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import type { Rollout } from '../model/record.ts';
import type { Inputs, Request } from '../model/request.ts';
import type { Reach } from '../model/strategy.ts';
import { KEEP_FIRST } from '../strategies/beside.ts';
import { strategyNamed } from '../strategies/index.ts';
import { shares } from '../strategies/shares.ts';
import { foreseen } from './foreseen.ts';
import type { Prepared } from './prepare.ts';
import { imagesOf } from './words/describe.ts';
import { variantsOf, weightsNow } from './words/variants.ts';
import type { App } from './world/app.ts';
import { finishIt, rejectIt } from './world/ending.ts';
import { shadowsBeside, standing } from './world/versions.ts';

/** How an action ended, out of the plan that was carried out and a last look at the cluster. */
export function outcomeOf(request: Request, done: Prepared, now: Pick<Prepared, 'apps'>): Outcome {
  const { inputs, namespace, release } = request;
  const status = statusOf(request, done);
  const { variants, weights } = inputs.dryRun ? foreseen(done) : { variants: now.apps.flatMap(variantsOf), weights: weightsNow(now.apps) };
  const canary = variants.find(({ role }) => role === 'canary');
  const canaryShare = now.apps[0]?.routing === 'pods' && !inputs.dryRun ? (weights.canary ?? 0) / 10 : (canary?.share ?? 0);
  const opened = [...now.apps, ...done.apps].find(({ record }) => record)?.record;
  return {
    status,
    action: inputs.action,
    namespace,
    release: release ?? opened?.release ?? null,
    weights,
    canaryShare,
    askedShare: status === 'deployed' ? askedShare(request) : null,
    variants,
    ...imagesBeside(variants, inputs.action),
    dryRun: inputs.dryRun,
    ...endedBy(status, { done, apps: now.apps, request }),
    ...because(status, { done, apps: now.apps, request, canaryShare }),
    next: NEXT[status](request, opened),
  };
}

/** The outcome of what splits no requests, and says nothing of versions. */
export const bareOutcome = ({ inputs: { action, dryRun }, namespace, release }: Request, status: Status): Outcome => ({
  status,
  action,
  namespace,
  release,
  weights: {},
  canaryShare: 0,
  askedShare: null,
  variants: [],
  dryRun,
  next: [],
});

/** Of a deploy beside stable, what the new version runs instead. */
function imagesBeside(variants: Outcome['variants'], action: Inputs['action']): Pick<Outcome, 'images'> {
  const changes = variants
    .filter(({ role }) => role === 'canary')
    .flatMap(({ workload, images: to }) => {
      const stable = variants.find(variant => variant.workload === workload && variant.role === 'stable');
      return stable ? [{ workload, from: stable.images, to }] : [];
    });
  return action === 'deploy' && changes.length > 0 ? { images: changes } : {};
}

function statusOf({ inputs }: Request, { apps, plan, isFirst, isSuperseded }: Prepared): Status {
  if (inputs.action === 'analyze') return apps.length > 0 ? 'analyzed' : 'unchanged';
  if (isSuperseded) return 'superseded';
  if (plan.length === 0) return 'unchanged';
  if (inputs.action === 'deploy') return isFirst ? 'first-release' : 'deployed';
  return inputs.action === 'promote' ? 'promoted' : 'rejected';
}

/** Null where nobody asked for a share: of a strategy that gives none, or by the names of nodes. */
function askedShare({ inputs: { strategy, canaryNodes, steps, percentage, baseline } }: Request): number | null {
  if (strategyNamed(strategy).reach !== 'share' || canaryNodes !== null) return null;
  return (shares({ percentage: steps.at(-1) ?? percentage ?? 0, baseline }).canary ?? 0) / 10;
}

/** What a reject came to where other versions stay, or where there is no old one. */
function endedBy(status: Status, { done, apps, request: { inputs } }: Omit<Ended, 'canaryShare'>): Pick<Outcome, 'ended'> {
  if (status !== 'rejected') return {};
  if (apps.flatMap(shadowsBeside).length > 0)
    return { ended: `nothing of ${inputs.variantName === null ? 'what this run deployed' : `version ${inputs.variantName}`} is left` };
  if (done.isDeleted)
    return { ended: 'nothing of the new version runs, and somebody has deleted the old one: deploy it, so that something answers' };
  return { ended: firstRejected(done) ?? `${runningNow(apps)}, and nothing of the new version is left` };
}

/** "stable runs demo/web:v1 and has all the traffic", of several workloads each by its name. */
function runningNow(apps: readonly App[]): string {
  const running = apps.flatMap(({ stable, name }) => {
    const images = stable ? imagesOf(stable).join(', ') : 'nothing';
    return [apps.length > 1 ? `${images} as ${name}` : images];
  });
  return `stable runs ${running.join('; ')} and has all the traffic`;
}

/** What a reject of workloads without an old version came to; null where each has one. */
export function firstRejected({ plan, isFirst }: Pick<Prepared, 'plan' | 'isFirst'>): string | null {
  const kept = keptIn(plan);
  if (kept.length > 0)
    return `a first release that became ready keeps running, Deployment ${kept.join(', ')}${isFirst ? '' : '; all else was taken back'}`;
  return isFirst ? 'nothing of the new version runs, and there was no old one' : null;
}

/** First releases that a reject lets run. */
const keptIn = (plan: Plan): readonly string[] => [
  ...new Set(plan.flat().flatMap(({ stage, workload }) => (stage === KEEP_FIRST ? [workload] : []))),
];

interface Ended {
  readonly done: Prepared;
  readonly apps: readonly App[];
  readonly request: Request;
  readonly canaryShare: number;
}

function because(status: Status, { done, apps, request, canaryShare }: Ended): Pick<Outcome, 'because'> {
  const { inputs, namespace } = request;
  const opened = apps.find(({ record }) => record)?.record;
  if (status === 'superseded' && opened) {
    return {
      because: `the open canary is release ${opened.release} of ${opened.run.name}, which belongs to another run; reject-any: true would take it back`,
    };
  }
  if (status === 'deployed') return { because: strategyNamed(inputs.strategy).words.opened(inputs, canaryShare) };
  const beside = apps.flatMap(shadowsBeside);
  if (status === 'rejected' && beside.length > 0) return { because: `further versions still get copies: ${beside.join(', ')}` };
  if (status === 'rejected' && keptIn(done.plan).length > 0)
    return { because: 'with delete-first-release: true it would have been removed; now `kubectl delete` does that' };
  return status === 'unchanged' ? { because: UNCHANGED[inputs.action]({ apps, beside, namespace }) } : {};
}

interface Idle {
  readonly apps: readonly App[];
  readonly beside: readonly string[];
  readonly namespace: string;
}

const unrejected = ({ beside, namespace }: Idle): string =>
  beside.length > 0 ? `no version of that name is open; ${beside.join(', ')} are` : nothingOpen(namespace);

/** Why there was nothing to do. */
const UNCHANGED: Readonly<Record<Inputs['action'], (idle: Idle) => string>> = {
  analyze: () => 'no new version runs beside a running version',
  deploy: ({ apps }) => (apps.some(isOpened) ? 'this canary is already in that state' : 'stable already runs this release'),
  promote: () => 'no canary is open, and stable already runs this release',
  reject: unrejected,
  undo: unrejected,
  sweep: unrejected,
};

/** A green step that did nothing is not to be taken for one that took something back. */
const nothingOpen = (namespace: string): string =>
  `nothing is open in namespace ${namespace}. To take back a deploy in place, set its strategy (none, recreate) and its manifests; to look elsewhere, set the input namespace`;

const isOpened = (app: App): boolean => app.record !== null && !standing(app).isUnopened;

/** Only what the open rollout can still take. */
function afterAnalysis(opened: Rollout, request: Request): readonly string[] {
  if (opened.action === 'promote') return [finishIt(opened, request)];
  const { reach } = strategyNamed(opened.strategy);
  const larger: Partial<Record<Reach, string>> = {
    share: ', give it a larger share',
    switch: ', deploy again with percentage 100 to switch',
  };
  const more = opened.percentage === 100 ? '' : (larger[reach] ?? '');
  return [`Promote it${more}, or ${rejectIt(opened, request)}.`];
}

const nothing = (): readonly string[] => [];

const NEXT: Readonly<Record<Status, (request: Request, opened: Rollout | null | undefined) => readonly string[]>> = {
  deployed: ({ inputs }) => strategyNamed(inputs.strategy).words.next(inputs),
  'first-release': ({ inputs }) =>
    strategyNamed(inputs.strategy).place === 'instead' ? [] : ['The next release will run beside this one.'],
  analyzed: (request, opened) => (opened ? afterAnalysis(opened, request) : []),
  unchanged: nothing,
  promoted: nothing,
  rejected: nothing,
  superseded: nothing,
  undone: nothing,
};
