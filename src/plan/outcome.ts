import { number, text } from '../manifests/json.ts';
import { VARIANT } from '../manifests/names.ts';
import type { Outcome, Status, VariantState } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Inputs, Request } from '../model/request.ts';
import type { Role, Traffic, Weights } from '../model/stage.ts';
import { shares } from '../strategies/shares.ts';
import type { App } from './app.ts';
import { imagesOf } from './describe.ts';
import { foreseen } from './foreseen.ts';
import type { Prepared } from './prepare.ts';
import { shadowsBeside, standing } from './versions.ts';
import { lanesOf, routerOf } from './view.ts';

/** How an action ended, out of the plan that was carried out and a last look at the cluster. */
export function outcomeOf(request: Request, done: Prepared, now: Pick<Prepared, 'apps'>): Outcome {
  const { inputs, namespace, release } = request;
  const status = statusOf(request, done);
  const { variants, weights } = inputs.dryRun ? foreseen(done) : { variants: now.apps.flatMap(variantsOf), weights: weightsNow(now.apps) };
  const canary = variants.find(({ role }) => role === 'canary');
  const opened = now.apps.find(({ record }) => record)?.record;
  return {
    status,
    action: inputs.action,
    namespace,
    release: release ?? opened?.release ?? null,
    weights,
    canaryShare: canary?.share ?? 0,
    askedShare: inputs.strategy === 'canary' && status === 'deployed' ? askedShare(request) : null,
    variants,
    dryRun: inputs.dryRun,
    ...because(status, now.apps, request),
    next: nextSteps(status, inputs),
  };
}

function statusOf({ inputs }: Request, { plan, isFirst, isSuperseded }: Pick<Prepared, 'plan' | 'isFirst' | 'isSuperseded'>): Status {
  if (isSuperseded) return 'superseded';
  if (plan.length === 0) return 'unchanged';
  switch (inputs.action) {
    case 'deploy':
      return isFirst ? 'first-release' : 'deployed';
    case 'promote':
      return 'promoted';
    case 'reject':
      return 'rejected';
  }
}

const askedShare = ({ inputs }: Request): number =>
  (shares({ percentage: inputs.steps.at(-1) ?? inputs.percentage ?? 0, baseline: inputs.baseline }).canary ?? 0) / 10;

/** By counts of pods the shares that they make; else what the route says. */
function weightsNow(apps: readonly App[]): Weights {
  const [app] = apps;
  if (app?.routing !== 'pods' || !app.canary) return weightsOf(apps);
  return Object.fromEntries(variantsOf(app).flatMap(({ role, share }) => (share === null ? [] : [[role, Math.round(share * 10)]])));
}

const weightsOf = (apps: readonly App[]): Weights => apps.flatMap(trafficOf)[0]?.weights ?? {};

const trafficOf = (app: App): readonly Traffic[] => lanesOf(app).flatMap(lane => routerOf(lane).read(lane.root, app.live)?.traffic ?? []);

/** The variants of a workload as they stand. */
export function variantsOf(app: App): readonly VariantState[] {
  const beside = app.ours.filter(
    ({ kind, metadata }) => kind === 'Deployment' && shadowsBeside(app).includes(metadata.labels?.[VARIANT] ?? ''),
  );
  const present: readonly (readonly [Role, KubeObject | null])[] = [
    ['stable', app.stable],
    ['baseline', app.baseline],
    ['canary', app.canary],
    ...beside.map(workload => ['canary', workload] as const),
  ];
  const states = present.flatMap(([role, workload]) =>
    workload ? [{ ...stateOf(app.name, role, workload), ...copiedTo(workload, app) }] : [],
  );
  const weights = weightsOf([app]);
  const total = states.reduce((sum, { ready }) => sum + ready, 0);
  const byWeights = (role: Role): number | null =>
    Object.keys(weights).length > 0 ? (weights[role] ?? 0) / 10 : role === 'stable' ? 100 : 0;
  const byPods = (state: VariantState): number | null => (total > 0 ? Math.round((state.ready / total) * 1000) / 10 : null);
  return states.map(state => ({ ...state, share: app.routing === 'pods' ? byPods(state) : byWeights(state.role) }));
}

function copiedTo({ metadata }: KubeObject, app: App): Pick<VariantState, 'copied'> {
  const traffic = trafficOf(app).find(({ mirrors }) => mirrors !== undefined);
  const copied = traffic?.mirrors?.[metadata.labels?.[VARIANT] ?? ''];
  return copied === undefined ? {} : { copied };
}

function stateOf(workload: string, role: Role, { metadata, spec, status, ...rest }: KubeObject): VariantState {
  const images = imagesOf({ metadata, ...(spec ? { spec } : {}), ...rest });
  return {
    workload,
    role,
    name: metadata.name,
    images: images.map(text),
    replicas: number(spec?.replicas, 1),
    ready: number(status?.readyReplicas),
    share: null,
  };
}

function because(status: Status, apps: readonly App[], { inputs }: Request): { readonly because?: string } {
  const opened = apps.find(({ record }) => record)?.record;
  if (status === 'superseded' && opened) {
    return {
      because: `the open canary is release ${opened.release} of ${opened.run.name}, which is not ours to take back; reject-any: true would`,
    };
  }
  if (status === 'deployed')
    return {
      because:
        inputs.strategy === 'recreate' ? 'the new version has taken the place of the old one' : 'the new version runs beside the old one',
    };
  const beside = apps.flatMap(shadowsBeside);
  if (status === 'rejected' && beside.length > 0) return { because: `further versions still get copies: ${beside.join(', ')}` };
  if (status !== 'unchanged') return {};
  switch (inputs.action) {
    case 'deploy':
      return { because: apps.some(isOpened) ? 'this canary stands just so already' : 'stable runs this release already' };
    case 'promote':
      return { because: 'no canary is open, and stable runs this release already' };
    case 'reject':
      return { because: beside.length > 0 ? `no version of that name is open; ${beside.join(', ')} are` : 'nothing is open' };
  }
}

const isOpened = (app: App): boolean => app.record !== null && !standing(app).isUnopened;

function nextSteps(status: Status, inputs: Inputs): readonly string[] {
  const { action, strategy } = inputs;
  if (strategy === 'recreate') return [];
  switch (status) {
    case 'deployed':
      return besideStable(inputs);
    case 'first-release':
      return ['Nothing ran before, so the files were applied as they are. The next release will be a canary beside this one.'];
    case 'unchanged':
      return action === 'deploy' ? ['Nothing to do.'] : [];
    case 'promoted':
    case 'rejected':
    case 'superseded':
      return [];
  }
}

function besideStable({ strategy, baseline, percentage, variantName }: Inputs): readonly string[] {
  switch (strategy) {
    case 'blue-green':
      return percentage === 100
        ? ['Look at the new version: it has all the requests.', 'Promote it, or reject it to switch back.']
        : [
            'Look at the new version through its -preview Service.',
            'Deploy again with percentage 100 to switch, promote it, or reject it.',
          ];
    case 'shadow':
      return [
        'Compare what the new version logs and measures with the old one: nobody gets its answers.',
        `Promote it, or reject it${variantName === null ? '' : `, with variant-name ${variantName}`}.`,
      ];
    case 'ab':
      return ['Look at the new version with a request that matches.', 'Promote it, or reject it.'];
    default:
      return [
        baseline ? 'Compare the canary with its baseline: both started together.' : 'Look at the new version.',
        'Deploy again with a larger percentage, promote it, or reject it.',
      ];
  }
}
