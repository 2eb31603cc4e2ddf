import { same } from '../../manifests/json.ts';
import type { Order, OriginalsView, RecordView, Routes, RouteView, View } from '../../model/plan.ts';
import { CLAIMED, type Rollout } from '../../model/record.ts';
import type { Request } from '../../model/request.ts';
import { ALL_STABLE, type Facts, ROLES, type Shadow } from '../../model/stage.ts';

/** The stages of promote from the first write of the user's objects on. */
export const isTaking = ({ action, stage }: Pick<RecordView, 'action' | 'stage'>): boolean =>
  action === 'promote' && ['replace-stable', 'settle'].includes(stage);

/** The rollout of this very release is under way: what it was opened over stays as the record has it. Without a release any is meant. */
export const isStarted = (record: Rollout | null, release: string | null): record is Rollout =>
  record !== null && record.stage !== CLAIMED && record.release === (release ?? record.release);

/** What is open goes on: of a promote and a reject it is what they are about, whatever files they are given. */
export const isGoingOn = (record: Rollout | null, { release, inputs }: Request): record is Rollout =>
  isStarted(record, inputs.action === 'deploy' ? release : null);

/** What a strategy may know of one workload's world. */
export function observe(order: Order, view: View): Facts {
  const { record, workloads } = view;
  return {
    stable: stableOf(order, view),
    open: whose(order, view),
    others: beside(order, view),
    variant: order.variant,
    routing: order.routing,
    split: order.split,
    replicas: fullSize(order, view) || order.replicas,
    siblings: order.siblings,
    canaryWeight: Math.max(0, ...Object.values(view.routes).map(route => route?.traffic.weights.canary ?? 0)),
    standing: Object.values(view.routes).find(route => route !== null)?.traffic ?? null,
    routed:
      !same(view.routes, record?.originals.routes ?? unrouted(view.routes)) && Object.values(view.routes).some(route => route !== null),
    goesWhole: workloads.stable?.goesWhole === true || order.movesPort,
    withdrawable: order.deleteFirstRelease || (workloads.stable?.ready ?? 0) < (workloads.stable?.replicas ?? 1),
  };
}

/** The record, or anything with our label. */
export const isOpen = ({ record, workloads, services, routes, remains }: View): boolean =>
  record !== null ||
  remains ||
  services.length > 0 ||
  Object.values(routes).some(route => route?.owner === 'ours') ||
  ROLES.some(role => workloads[role]?.ours);

/**
 * Stable's full size. Where pods are weights stable may be shrunk: once it was, the record's count, unless somebody has given it more; or without
 * one the largest there is; where pods were moved from stable, all there are, which is rather too many than too few. Of one object it is the object's.
 */
export function fullSize({ routing, split }: Order, { record, workloads }: View): number {
  const now = workloads.stable?.replicas ?? 0;
  if (workloads.canary?.isWithin) return now + workloads.canary.replicas;
  const kept = record?.stage === CLAIMED ? undefined : record?.originals.stable?.replicas;
  if (routing === 'weights') return now > 0 ? now : (kept ?? now);
  if (kept !== undefined) return record?.whole && now > 0 ? now : Math.max(now, kept);
  return unrecorded(split, now, workloads);
}

/** What no record tells. */
function unrecorded({ pods }: Order['split'], now: number, workloads: View['workloads']): number {
  const [baseline, canary] = [countOf(workloads.baseline), countOf(workloads.canary)];
  return pods === 'constant' ? now + baseline + canary : Math.max(now, canary);
}

const countOf = (variant: View['workloads']['canary']): number => (variant?.ours ? variant.replicas : 0);

/** What will have to be put back, if the first write came now. */
export function originalsOf(order: Order, view: View): OriginalsView {
  const { stable } = view.workloads;
  return {
    stable: stable ? { template: stable.template, replicas: fullSize(order, view) || order.replicas } : null,
    routes: Object.fromEntries(Object.entries(view.routes).map(([name, route]) => [name, route?.owner === 'user' ? UNTOUCHED : null])),
  };
}

/** A claim may rest on a read that another rollout has outdated: until its first stage, the originals are what is live now. */
export function underClaim(order: Order, view: View): View {
  const { record } = view;
  if (record?.stage !== CLAIMED) return view;
  const originals = originalsOf(order, view);
  return { ...view, record: { ...record, originals, base: originals.stable?.template ?? null } };
}

/** True when the record's release and template are what this action means. */
export function isReleaseOf(record: RecordView, { release }: Order): boolean {
  return release === null || record.release === release;
}

/** Stable is not what the canary was compared with. */
export function stableChanged({ record, workloads: { stable } }: View): boolean {
  if (!record || !stable || record.stage === CLAIMED || record.base === null) return false;
  return stable.template !== record.base && stable.template !== record.replaced;
}

/** Somebody has put the very release under test on stable while it was tested; a promote of ours has not. */
export const isRunByStable = ({ record, workloads: { stable } }: View): boolean =>
  record !== null &&
  record.base !== null &&
  record.base !== record.next &&
  stable !== undefined &&
  stable.template === record.next &&
  stable.template !== record.replaced;

/** A user's route as it was before we came. */
const UNTOUCHED: RouteView = { owner: 'user', traffic: ALL_STABLE };

const unrouted = (routes: Routes): Routes => Object.fromEntries(Object.keys(routes).map(name => [name, null]));

function stableOf({ next, changesMore }: Order, { record, workloads: { stable } }: View): Facts['stable'] {
  if (!stable) return 'absent';
  if (record && record.stage !== CLAIMED && record.originals.stable === null) return 'created';
  if (record !== null && record.replaced === stable.template) return 'replaced';
  return stable.template === (next ?? record?.next) && !changesMore ? 'same' : 'other';
}

/** Without a record, or over one whose reject never ended, a deploy starts anew; a reject owns its own release or its own run. */
function whose(order: Order, view: View): Facts['open'] {
  if (!isOpen(view) || view.record?.isUnopened) return 'none';
  const isDeploy = order.action === 'deploy' || order.action === 'retreat';
  return (isDeploy ? goesOn(order, view) : owns(order, view)) ? 'ours' : 'theirs';
}

/** Further versions, with what the routes say of their copies. */
function beside({ leaves }: Order, { shadows = [], routes }: View): Facts['others'] {
  const copied = (shadow: Shadow): number => Math.max(0, ...Object.values(routes).map(route => route?.traffic.mirrors?.[shadow] ?? 0));
  return Object.fromEntries(shadows.filter(shadow => leaves.includes(shadow)).map(shadow => [shadow, copied(shadow)]));
}

function goesOn(order: Order, view: View): boolean {
  const { record } = view;
  if (!record || !isReleaseOf(record, order) || record.action === 'reject') return false;
  return isTested(order, view) && !(order.acceptStableChange && stableChanged(view));
}

function owns(order: Order, view: View): boolean {
  const { record } = view;
  if (order.takesAny) return true;
  if (!record) return order.release === null || isTested(order, view);
  return (order.release !== null && record.release === order.release) || record.run.id === order.run.id;
}

/** The canary, if there is one of ours, runs the template of the release. */
function isTested({ next }: Order, { record, workloads: { canary } }: View): boolean {
  return canary === undefined || !canary.ours || canary.template === (next ?? record?.next);
}
