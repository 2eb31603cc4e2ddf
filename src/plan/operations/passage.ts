import { selectorQuery } from '../../manifests/isolate.ts';
import { at, records } from '../../manifests/json.ts';
import { deploymentOf, derived, partOf } from '../../manifests/names.ts';
import { keyOf } from '../../manifests/refs.ts';
import type { Passage } from '../../model/gate.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Watched, WatchedSide } from '../../model/operation.ts';
import type { Role } from '../../model/stage.ts';
import { routerOf } from '../../routers/lanes.ts';
import { deploymentAt } from '../../workloads/deployment.ts';
import type { App } from '../world/app.ts';
import { lanesOf } from '../world/view.ts';

/** What a gate may know of a workload, by what is known by now. */
export const passageOf = (app: App): Passage => ({
  namespace: app.namespace,
  workload: app.name,
  inputs: app.request.inputs,
  lanes: () => lanesOf(app),
  sides: () => sidesOf(app),
  share: () => shareOf(app),
  pods: () => podsOf(app),
});

function shareOf(app: App): number {
  const weights = lanesOf(app).map(lane => routerOf(lane).read(lane.root, app.live)?.traffic.weights ?? {});
  return Math.max(0, ...weights.map(({ canary = 0 }) => canary)) / 1000;
}

function podsOf(app: App): ReturnType<Passage['pods']> {
  const labels = selectorQuery(variant('canary', app)?.spec);
  const [first] = app.roots.flatMap(root => records(at(root, 'spec.ports')));
  const target = first?.targetPort ?? first?.port;
  const port = typeof target === 'number' || typeof target === 'string' ? String(target) : null;
  return labels ? { labels, port } : null;
}

function sidesOf(app: App): Watched | null {
  const [canary, baseline, stable] = (['canary', 'baseline', 'stable'] as const).map(role => sideOf(role, app));
  return canary && stable ? { canary, baseline: baseline ?? null, stable } : null;
}

function sideOf(role: Role, app: App): WatchedSide | null {
  const labels = selectorQuery(variant(role, app)?.spec);
  const services = app.roots.map(({ metadata }) => derived(metadata.name, partOf(role, { canary: app.variant })));
  return labels ? { labels, deployment: deploymentOf(role, app), services } : null;
}

const variant = (role: Role, app: App): KubeObject | undefined =>
  app.live.objects[keyOf(deploymentAt({ namespace: app.namespace, name: deploymentOf(role, app) }))];
