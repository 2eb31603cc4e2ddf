import { RolloutError } from '../errors.ts';
import { isSameConfiguration, nameOfCopy } from '../manifests/configuration.ts';
import { keyOf, nameOf, refOf } from '../manifests/refs.ts';
import { nameOfVersion } from '../manifests/versions.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Order, Plan, View } from '../model/plan.ts';
import type { Rollout } from '../model/record.ts';
import type { Request } from '../model/request.ts';
import type { Action } from '../model/stage.ts';
import { carriersOfOthers, type Foreign, recordsIn } from '../routers/splits.ts';
import { isInstead } from '../strategies/index.ts';
import { titleOf } from '../workloads/index.ts';
import { type Chooser, choose } from './order/choose.ts';
import { laidOut, type Meant, orderFor, viewFor } from './order/layout.ts';
import { merge } from './order/plan.ts';
import { refuseInability } from './refusals/abilities.ts';
import { refuseByNode } from './refusals/by-node.ts';
import { refuseEach } from './refusals/each.ts';
import { refuseNumbered } from './refusals/numbered.ts';
import { refuseObstacles } from './refusals/obstacles.ts';
import { refuseShared } from './refusals/one-at-a-time.ts';
import { refuseOtherImages } from './refusals/other-images.ts';
import { refuseOtherRelease } from './refusals/other-release.ts';
import { refusePaused, refusePausedFile } from './refusals/paused.ts';
import { provenBy } from './refusals/proven.ts';
import { deafBefore } from './words/deaf.ts';
import { fileNotices } from './words/file-notices.ts';
import { noticesOf } from './words/notices.ts';
import { type App, appOf } from './world/app.ts';
import { belongings, type Target } from './world/belongings.ts';
import { passedOver } from './world/broken.ts';
import { leavingIn, leftToReaders } from './world/brought.ts';
import { isRunByStable, observe, underClaim } from './world/facts.ts';
import { refuseGoing } from './world/going.ts';
import { unlent } from './world/lent.ts';
import { meantTargets, openAmong } from './world/meant.ts';
import { nothingOpen } from './world/open-targets.ts';
import { isByNode } from './world/pods-by-node.ts';
import { isNumbered } from './world/pods-of-set.ts';
import { type Turns, turnsOf } from './world/turns.ts';
import { leftBeside, livingOthers, shadowsBeside } from './world/versions.ts';

/** A plan with the worlds that it was made for. */
export interface Prepared {
  readonly apps: readonly App[];
  readonly views: Readonly<Record<string, View>>;
  readonly orders: Readonly<Record<string, Order>>;
  readonly plan: Plan;
  /** What the user should know before the first write. */
  readonly notices: readonly string[];
  /** Those of them that say what was chosen for him, or what a canary was judged by: nothing is wrong with it. */
  readonly chosen: readonly string[];
  /** Those of them that say what a reject leaves to others. */
  readonly left: readonly string[];
  /** Some workload does not run yet: its files are applied as they are. */
  readonly isFirst: boolean;
  /** There was an old version when the rollout was opened, and somebody has deleted it. */
  readonly isDeleted: boolean;
  /** Another run's canary is open, and it is none of ours to take back. */
  readonly isSuperseded: boolean;
}

/** Whether a plan does something to a workload. */
export const isBusy = ({ plan }: Pick<Prepared, 'plan'>, { key }: Pick<App, 'key'>): boolean =>
  plan.flat().some(({ workload }) => workload === key);

/**
 * (request, one read) -> the plan of all its workloads; awaits nothing.
 * @throws RolloutError for every refusal of the action.
 */
export function prepare(request: Request, live: Live, action: Action): Prepared {
  const records = recordsIn(live);
  const targets = meantTargets(request, live, action);
  const open = openAmong(records, targets);
  const meant = meantBy(request, live, { targets, open });
  if (action === 'promote') refusePromote(request, meant);
  const { apps, orders, views, courses, busy } = laidOut(meant, action);
  const plan = merge(courses);
  for (const app of busy) refuseGoing(app, action);
  if (action === 'deploy') refuseDeploy(request, live, { apps, busy });
  const facts = apps.map(app => observe(orderFor(app, orders), underClaim(orderFor(app, orders), viewFor(app, views))));
  const turns = turnsIn(request, apps, action);
  const planned = apps.map(app => ({ ...app, leaving: leavingIn(plan, apps), turns, ...deafBefore(app) }));
  const left = action === 'reject' ? planned.filter(({ key }) => courses[key]?.stages.length !== 0).flatMap(leftToReaders) : [];
  const chosen = [...new Set([...meant.flatMap(({ notices }) => notices), ...provenBy(action, apps)])];
  return {
    apps: planned,
    views,
    orders,
    plan,
    notices: [
      ...chosen,
      ...fileNotices(request),
      ...busy.flatMap(noticesOf),
      ...gaps(action, plan),
      ...unapplied(action, apps),
      ...taken(action, apps, views),
      ...unlent(action, apps),
      ...passedOver(request, live),
      ...left,
      ...unmet(request, records, targets),
    ],
    chosen,
    left,
    isFirst: apps.length > 0 && facts.every(({ stable }) => stable === 'absent' || stable === 'created'),
    isDeleted: facts.every(({ stable }) => stable === 'absent') && Object.values(views).some(({ record }) => record?.originals.stable),
    isSuperseded: action === 'reject' && facts.length > 0 && facts.every(({ open }) => open === 'theirs'),
  };
}

/** A way back asks for no order. Promote may have the files from the records alone. */
function turnsIn({ manifests }: Request, apps: readonly App[], action: Action): Turns | null {
  if (action !== 'deploy' && action !== 'promote') return null;
  const recorded = apps.flatMap(({ file, others }): readonly KubeObject[] => [...(file ? [file] : []), ...others]);
  return turnsOf(manifests.length > 0 ? manifests.map(({ object }) => object) : recorded, manifests.length > 0);
}

/** Every workload with its files and in its own way: rollouts that one run opened in several are ended so too. */
function meantBy(request: Request, live: Live, { targets, open }: Omit<Chooser, 'target'>): readonly Meant[] {
  const files = belongings(request, live, targets);
  return targets.map((target, i) => {
    const chosen = choose(request, live, { target, targets, open });
    const { routers, routing } = chosen;
    return { ...chosen, app: appOf(target, { request, live, routers, routing }, files[i] ?? []) };
  });
}

/** An application of which nothing is open is misspelt, or over: a reject that took nothing says which are open. */
function unmet(request: Request, records: readonly Rollout[], targets: readonly Target[]): readonly string[] {
  const isNamed = request.inputs.action === 'reject' && request.inputs.application !== null && targets.length === 0;
  return isNamed ? [`Nothing was rejected: ${nothingOpen(request, records)}.`] : [];
}

/** A route that the rollout of a workload beside these still splits is not applied over it. */
function unapplied(action: Action, apps: readonly App[]): readonly string[] {
  const isBeside = ({ isSplit, workload }: Foreign): boolean => isSplit && !apps.some(({ key }) => key === workload);
  const isInPlace = ({ stable, request: { inputs } }: App): boolean => stable === null || isInstead(inputs.strategy);
  const applying = apps.filter(app => action === 'promote' || (action === 'deploy' && isInPlace(app)));
  return applying.flatMap(app => {
    const split = carriersOfOthers(app).filter(isBeside);
    return app.others.flatMap(object => {
      const by = split.find(({ key }) => key === keyOf(refOf(object)))?.workload;
      const name = nameOf(refOf(object));
      return by ? [`${name} is not applied: the rollout of Deployment ${by} splits requests by it. Apply it when that one has ended.`] : [];
    });
  });
}

/** A promote that finds its work done by somebody else ends the rollout with it. */
const taken = (action: Action, apps: readonly App[], views: Prepared['views']): readonly string[] =>
  apps
    .filter(app => action === 'promote' && isRunByStable(viewFor(app, views)))
    .map(
      app => `${titleOf(app)}: stable already runs this release: somebody put it there during the test. Promote ends the rollout with it.`,
    );

/** On the way back too, what is stopped before anything starts answers nobody. A deploy says so by its strategy. */
function gaps(action: Action, plan: Plan): readonly string[] {
  const stopped = plan.flat().filter(({ step }) => step.do === 'await' && step.what === 'gone');
  return action === 'reject'
    ? stopped.map(
        ({ workload }) =>
          `Deployment ${workload}: the running version is stopped before the old one starts again; requests in between are lost.`,
      )
    : [];
}

function refusePromote(request: Request, meant: readonly Meant[]): void {
  const apps = meant.map(({ app }) => app);
  refuseOtherImages(request, apps);
  for (const app of apps) {
    refuseUnnamed(app);
    refuseOtherRelease(app);
    refuseUnbrought(app, apps);
  }
}

/** Configuration comes to stable with the one workload whose files have it: without it another would run with what its canary never saw. */
function refuseUnbrought(app: App, apps: readonly App[]): void {
  const { record, variant, live, key, namespace } = app;
  const brought = apps.flatMap(({ others }) => others.map(object => keyOf(refOf(object))));
  for (const copy of record?.distinction.copies ?? []) {
    const ref = { apiVersion: 'v1', kind: copy.kind, namespace, name: copy.name };
    const [now, tested] = [ref, { ...ref, name: nameOfCopy(copy, variant) }].map(of => live.objects[keyOf(of)]);
    if (brought.includes(keyOf(ref)) || !now || !tested || isSameConfiguration(now, tested)) continue;
    const holder = recordsIn(live).find(({ tested: has }) => has?.files.some(file => keyOf(refOf(file)) === keyOf(ref)));
    throw new RolloutError(
      'RELEASE_MISMATCH',
      `Deployment ${key}: its canary reads a different ${nameOf(ref)} from the one in the cluster${holder ? `, which comes with Deployment ${holder.namespace}/${holder.workload}` : ''}`,
      holder ? `Promote ${holder.application} first, or both together.` : 'Deploy again, then promote.',
    );
  }
}

function refuseDeploy({ inputs }: Request, { versions }: Live, { apps, busy }: Readonly<Record<'apps' | 'busy', readonly App[]>>): void {
  const hasShadows = apps.some(app => leftBeside(app).some(name => shadowsBeside(app).includes(name)));
  for (const { routers } of apps) refuseInability(inputs, routers, { versions, hasShadows });
  for (const { stable, file } of isInstead(inputs.strategy) ? busy : []) {
    if (stable) refusePaused(stable);
    if (file) refusePausedFile(file);
  }
  refuseEach(busy, app => (isNumbered(app) ? refuseNumbered : isByNode(app) ? refuseByNode : refuseObstacles)(app));
  refuseShared(busy);
}

/** Only one version can become stable. */
function refuseUnnamed(app: App): void {
  const {
    key,
    stored,
    variant,
    request: { inputs },
  } = app;
  const names = stored ? [variant, ...livingOthers(app).map(nameOfVersion)].sort() : [];
  if (inputs.variantName !== null || names.length < 2) return;
  throw new RolloutError(
    'SEVERAL_VERSIONS',
    `Deployment ${key}: several versions get copies of the requests: ${names.join(', ')}`,
    'Name the one to promote with variant-name; the others end with it.',
  );
}
