import { number, same } from '../../manifests/json.ts';
import { MANAGER } from '../../manifests/names.ts';
import { isAppliedOnly } from '../../manifests/owners.ts';
import { decode, recordName } from '../../manifests/record.ts';
import { groupOf, keyOf, refOf } from '../../manifests/refs.ts';
import { isSameTemplate, templateOf, withoutMirror } from '../../manifests/template.ts';
import { seenBy } from '../../manifests/versions.ts';
import type { KubeObject, Ref } from '../../model/kube.ts';
import type { RecordView } from '../../model/plan.ts';
import { CLAIMED, type Created, type Originals, type Rollout, type Tested } from '../../model/record.ts';
import type { Lane } from '../../model/router.ts';
import { type Action, ALL_STABLE } from '../../model/stage.ts';
import { asBefore } from '../../routers/before.ts';
import { routerOf } from '../../routers/lanes.ts';
import { isInstead } from '../../strategies/index.ts';
import { type App, distinctionOf } from '../world/app.ts';
import { broughtBeside, readBeside } from '../world/brought.ts';
import { isTaking } from '../world/facts.ts';
import { heldName } from '../world/held.ts';
import { isInert } from '../world/order-of-kinds.ts';
import { isByNode, notedNodes } from '../world/pods-by-node.ts';
import { withoutOthers } from '../world/shared-routes.ts';
import { inSize } from '../world/size.ts';
import { livingOthers } from '../world/versions.ts';
import { carrierKeys, lanesOf } from '../world/view.ts';

/**
 * The record as it is to be written: what the planner decided, and beside it the objects that it decided on. `anew`: what has to be put
 * back is what this read showed, not what an older record holds.
 */
export function rolloutOf(app: App, view: RecordView, anew: boolean): Rollout {
  const { request, record, namespace, name } = app;
  const { holder, run, renewedAt, release, action, stage, done, base, replaced } = view;
  const kept = anew ? null : begunIn(record);
  return {
    ...versions(app),
    workload: name,
    namespace,
    application: request.inputs.application ?? record?.application ?? name,
    strategy: heldName({ action, strategy: request.inputs.strategy }, record),
    router: app.routers.map(router => router.name).join(','),
    release,
    action,
    stage,
    done,
    percentage: action === 'deploy' ? request.inputs.percentage : (record?.percentage ?? null),
    run,
    holder,
    renewedAt,
    base,
    replicas: view.originals.stable?.replicas ?? 0,
    ...(view.whole ? { whole: true } : {}),
    ...notedNodes(app, view),
    replaced,
    begun: hasBegun(app, kept, view),
    services: app.roots.map(root => root.metadata.name),
    ...scriptedNow(app),
    distinction: distinctionOf(app),
    ...decidedOn(app, kept, view),
    ...phasedNow(app),
    ...(kept ? { ...analysisNow(app, action), ...holdNow(app, action) } : {}),
  };
}

const phasedNow = ({ phases, record }: App): Pick<Rollout, 'phased'> => (phases.length > 0 || record?.phased ? { phased: true } : {});

const begunIn = (record: Rollout | null): Rollout | null => (record?.stage === CLAIMED ? null : record);

/** A claim alone has decided on no object yet. */
const decidedOn = (app: App, kept: Rollout | null, view: RecordView): Pick<Rollout, 'originals' | 'tested' | 'created'> =>
  view.stage === CLAIMED
    ? { originals: NOTHING, tested: null, created: [] }
    : {
        originals: originalsOf(app, kept, view),
        tested: testedOf(app, view.release, view.action),
        created: createdOf(app, kept, view),
      };

/** Of what this is a version, which one, and which others there are. */
function versions(app: App): Pick<Rollout, 'kind' | 'variant' | 'others'> {
  const others = livingOthers(app);
  const kind = app.kind === undefined ? {} : { kind: app.kind };
  return { ...kind, ...(app.variant === 'canary' ? {} : { variant: app.variant }), ...(others.length > 0 ? { others } : {}) };
}

const isFirstRelease = ({ stable }: App, action: Action): boolean => action === 'deploy' && stable === null;

/** The user's files themselves are written: by a first release, by a strategy without a canary, and by promote. */
const writesFiles = (app: App, { action, stage }: Pick<RecordView, 'action' | 'stage'>): boolean =>
  isFirstRelease(app, action) || (action === 'deploy' && isInstead(app.request.inputs.strategy)) || isTaking({ action, stage });

const hasBegun = (app: App, kept: Rollout | null, view: RecordView): boolean =>
  kept?.begun === true || (view.stage !== CLAIMED && writesFiles(app, view));

const NOTHING: Originals = { stable: null, routes: [], others: [] };

/** promote changes what is around the workload: what it will put back is what was there when it began. */
function originalsOf(app: App, kept: Rollout | null, { action, originals }: RecordView): Originals {
  const others =
    kept && (action !== 'promote' || kept.action === 'promote') ? kept.originals.others : [...owedOthers(app), ...othersNow(app)];
  return {
    stable: kept
      ? keptStable(app, kept, originals.stable?.replicas)
      : app.stable && inFullSize(app.stable, originals.stable?.replicas, app),
    routes: kept ? kept.originals.routes : lanesOf(app).map(lane => ({ name: lane.name, objects: originalCarriers(lane, app) })),
    others,
  };
}

/** What stable was, in the size that it is to have again. */
function keptStable(app: App, { originals: { stable }, replicas: before }: Rollout, replicas = before): KubeObject | null {
  const { stable: now } = app;
  return stable && replicas !== before && !isByNode(app) ? inSize(stable, replicas, now) : stable;
}

/** A user's route that an older rollout still splits is, as it was, in that rollout's record. */
function originalCarriers(lane: Lane, app: App): readonly KubeObject[] {
  const owed = app.record?.originals.routes.find(({ name }) => name === lane.name)?.objects ?? [];
  const now = routerOf(lane).read(lane.root, app.live);
  const isUntouched = now === null || same(now.traffic, ALL_STABLE);
  return owed.length > 0 && !isUntouched ? owed : carriersNow(lane, app);
}

/** What an unfinished reject has not put back yet. */
const owedOthers = ({ record }: App): readonly KubeObject[] => (record?.action === 'reject' ? record.originals.others : []);

const carriersNow = (lane: Lane, app: App): readonly KubeObject[] =>
  routerOf(lane)
    .carriers(lane.root, app.live)
    .flatMap(ref => asBefore(app.live).objects[keyOf(ref)] ?? [])
    .map(carrier => withoutOthers(withoutStatus(carrier), app));

function othersNow(app: App): readonly KubeObject[] {
  const { others, live, record } = app;
  const carriers = carrierKeys(app);
  return others.flatMap(object => {
    const isOwed = record?.action === 'reject' && record.originals.others.some(owed => keyOf(refOf(owed)) === keyOf(refOf(object)));
    if (isOwed || carriers.includes(keyOf(refOf(object)))) return [];
    const now = live.objects[keyOf(refOf(object))];
    return now && (live.changed.includes(keyOf(refOf(object))) || !isAppliedOnly(now)) ? [withoutStatus(now)] : [];
  });
}

/** A rollout that takes over from one that copies requests finds its container in stable's pods. */
function asTheUsers(stable: KubeObject): KubeObject {
  const { spec, metadata, ...rest } = withoutStatus(stable);
  const owners = metadata.managedFields?.filter(({ manager }) => manager !== MANAGER);
  return {
    ...rest,
    metadata: { ...metadata, ...(owners ? { managedFields: owners } : {}) },
    ...(spec ? { spec: { ...spec, template: withoutMirror(templateOf(stable)) } } : {}),
  };
}

/** A DaemonSet has as many pods as there are nodes, and no count of its own. What an older rollout has made of it is not the user's. */
const ofNodes = (stable: KubeObject, { canary, record, live }: App): KubeObject =>
  (canary && record?.originals.stable) ?? asTheUsers(live.objects[keyOf(refOf(stable))] ?? stable);

/** Stable whose pods an older rollout has taken is put back in the size, and with the owners, that it had before that one. */
function inFullSize(stable: KubeObject, replicas: number | undefined, app: App): KubeObject {
  const { record } = app;
  if (isByNode(app)) return ofNodes(stable, app);
  const now = asTheUsers(stable);
  const before = record?.router === 'pod' ? record.originals.stable : null;
  if (!before || replicas === undefined || number(now.spec?.replicas, 1) === replicas) return now;
  const owners = isSameTemplate(templateOf(before), templateOf(now)) ? before.metadata.managedFields : undefined;
  return { ...now, metadata: { ...now.metadata, ...(owners ? { managedFields: owners } : {}) }, spec: { ...now.spec, replicas } };
}

/** The record as it is now, whatever this plan was made from: its Secret is not looked into. */
function storedNow({ live, namespace, name }: App): Rollout | null {
  const stored = live.objects[keyOf({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: recordName(name) })];
  return stored ? decode(stored, null) : null;
}

/** What the script was last told. */
function scriptedNow(app: App): Pick<Rollout, 'scripted'> {
  const scripted = storedNow(app)?.scripted;
  return scripted ? { scripted } : {};
}

/** How the version that is meant was judged last. Once its requests go back, an analysis that was broken off has nothing to go on with. */
function analysisNow(app: App, action: Action): Pick<Rollout, 'analysis'> {
  const stored = storedNow(app);
  const analysis = stored && seenBy(stored, app.variant)?.analysis;
  if (!analysis) return {};
  const { from: _from, restarts: _restarts, bounds: _bounds, ...ended } = analysis;
  return { analysis: action === 'deploy' ? analysis : ended };
}

/** What a person was asked, and said. A deploy that has ended, or that is another stage by now, asks anew. */
function holdNow(app: App, action: Action): Pick<Rollout, 'hold'> {
  const stored = storedNow(app);
  const version = stored && seenBy(stored, app.variant);
  if (!version?.hold) return {};
  const isOver = version.action !== 'deploy' || version.done;
  return action === 'deploy' && isOver ? {} : { hold: version.hold };
}

function withoutStatus(object: KubeObject): KubeObject {
  const { status: _status, ...rest } = object;
  return rest;
}

function testedOf({ file, others, phases, next, record }: App, release: string, action: string): Tested | null {
  return action === 'deploy' && file && next ? { release, files: [file, ...others, ...phases], template: next } : (record?.tested ?? null);
}

/**
 * Objects of the user's files that this rollout brings into the world; those with a label of ours need no list. Nothing is listed before the
 * stage that brings it: what somebody else brings meanwhile is theirs.
 */
function createdOf(app: App, kept: Rollout | null, { action, stage }: RecordView): readonly Created[] {
  // An older canary that this deploy takes over from goes with what it brought.
  const own = (kept ?? (action === 'deploy' ? app.record : null))?.created ?? [];
  if (action === 'reject' || action === 'retreat') return own;
  const isFirst = isFirstRelease(app, action);
  const isInPlace = writesFiles(app, { action, stage });
  const given = [...app.others, ...readBeside(app), ...(isFirst && app.file ? [app.file] : [])];
  const known = [...own, ...sharedWith(app, given.map(refOf)).filter(({ ref }) => !own.some(made => keyOf(made.ref) === keyOf(ref)))];
  const absent = given.filter(object => (isInPlace || isInert(object)) && !app.live.objects[keyOf(refOf(object))]).map(refOf);
  return [...known, ...absent.filter(ref => !known.some(made => keyOf(made.ref) === keyOf(ref))).map(ref => ({ ref }))];
}

/** What another version brought and this one has among its files too goes with the last of them, and so does what several workloads read. */
const sharedWith = (app: App, given: readonly Ref[]): readonly Created[] => [
  ...livingOthers(app)
    .flatMap(({ created }) => created)
    .filter(({ ref }) => given.some(file => keyOf(file) === keyOf(ref))),
  ...broughtBeside(app),
];

/** The count in a workload's spec; the API's default is 1. */
export const replicasOf = (workload: KubeObject): number => number(workload.spec?.replicas, 1);

/** Routes before Services before workloads before the rest: nothing is taken away under something that points at it. */
export function removalRank(ref: { readonly apiVersion: string; readonly kind: string }): number {
  if (ref.kind === 'Service') return 1;
  if (['apps', 'batch'].includes(groupOf(ref.apiVersion)) || ref.kind === 'Pod') return 2;
  return ['', 'rbac.authorization.k8s.io'].includes(groupOf(ref.apiVersion)) ? 3 : 0;
}
