/** What only one rollout at a time can have: two would give the same name to what they make of it. */

import { RolloutError } from '../../errors.ts';
import { APPLICATION, belongsTo, derived, isOurs } from '../../manifests/names.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import type { Ref } from '../../model/kube.ts';
import { CLAIMED } from '../../model/record.ts';
import { isRouted } from '../../routers/lanes.ts';
import type { App } from '../world/app.ts';
import { policiesFor } from '../world/copies.ts';
import { strategyOf } from '../world/held.ts';
import { lanesOf, rootLanes } from '../world/view.ts';

/** An object of ours to be, and the user's that it is made of. */
interface Made {
  readonly ref: Ref;
  readonly of: Ref;
}

/**
 * Throws where what a deploy would make of an object is made by another rollout too, one that is open or one of the same step.
 * @throws RolloutError ROUTE_TAKEN.
 */
export function refuseShared(apps: readonly App[]): void {
  const before = new Map<string, string>();
  for (const app of apps) {
    const made = madeFor(app);
    for (const { ref, of } of made) {
      const rival = openRival(ref, app) ?? before.get(keyOf(ref));
      if (rival !== undefined) throw taken(of, app, rival);
    }
    for (const { ref } of made) before.set(keyOf(ref), app.name);
  }
}

/**
 * A Service that the rollout of another workload splits is left to it, where the workload has one beside it whose requests can be split. Among those of
 * one step it is the first's; what a record has remembered stays its own.
 */
export function shareOut(apps: readonly App[]): readonly App[] {
  const before = new Map<string, string>();
  const shared = new Map<string, App>();
  for (const app of [...apps.filter(isOpened), ...apps.filter(other => !isOpened(other))]) {
    const part = withoutTaken(app, before);
    shared.set(app.key, part);
    for (const { ref } of leavesFor(part)) before.set(keyOf(ref), app.name);
  }
  return apps.map(app => shared.get(app.key) ?? app);
}

const isOpened = ({ record }: App): boolean => record !== null && record.stage !== CLAIMED;

function withoutTaken(app: App, before: ReadonlyMap<string, string>): App {
  const kept = isOpened(app) ? (app.record?.services ?? []) : [];
  const taken = new Map<string, string>();
  for (const { ref, of } of leavesFor(app)) {
    const rival = openRival(ref, app) ?? before.get(keyOf(ref));
    if (rival !== undefined && !kept.includes(of.name)) taken.set(of.name, rival);
  }
  if (taken.size === 0) return app;
  const rest = { ...app, roots: app.roots.filter(({ metadata }) => !taken.has(metadata.name)) };
  const routed = rootLanes(rest).filter(lane => isRouted(lane, app));
  const isEnough = app.routers.every(({ name }) => routed.some(({ router }) => router === name));
  return isEnough ? { ...rest, yielded: [...(app.yielded ?? []), ...taken] } : app;
}

/** Of a Service that no route leads to nothing is split, whoever has made its leaves. */
function leavesFor(app: App): readonly Made[] {
  const { variant, namespace } = app;
  if (!isBeside(app)) return [];
  return lanesOf(app).flatMap(({ root: { service } }) => {
    const of = { apiVersion: 'v1', kind: 'Service', namespace, name: service };
    return [variant, 'baseline', 'stable'].map(suffix => ({ ref: { ...of, name: derived(service, suffix) }, of }));
  });
}

const isBeside = (app: App): boolean => app.stable !== null && app.routing === 'weights' && strategyOf(app).place !== 'instead';

function madeFor(app: App): readonly Made[] {
  if (!isBeside(app)) return [];
  const leaves = leavesFor(app);
  const copies = (['canary', 'baseline'] as const).flatMap(role => policiesFor(role, app));
  return [...leaves, ...copies.map(({ of, copy }) => ({ ref: refOf(copy), of: refOf(of) }))];
}

/** The workload of another rollout that has made it, also of one that the same step ends: both go side by side, so its leaves would go while ours come. */
function openRival(ref: Ref, { live, name }: App): string | undefined {
  const found = live.objects[keyOf(ref)];
  return found && isOurs(found) && !belongsTo(found, name) ? found.metadata.labels?.[APPLICATION] : undefined;
}

function taken(of: Ref, { key, namespace }: App, rival: string): RolloutError {
  const why =
    of.kind === 'Service'
      ? `also leads to the pods of Deployment ${namespace}/${rival}, and its requests can be split for only one of them at a time`
      : `also selects the pods of Deployment ${namespace}/${rival}, and can be copied for the canary of only one of them at a time`;
  return new RolloutError(
    'ROUTE_TAKEN',
    `Deployment ${key}: ${nameOf(of)} ${why}`,
    of.kind === 'Service'
      ? 'Promote or reject one in an earlier run, then deploy the other; give each its own Service as well; or use traffic-split-method: pod, which splits by pod counts.'
      : 'Promote or reject one in an earlier run, then deploy the other; or set isolation: none and accept that the canary gets requests by its pod count.',
  );
}
