import { selectorQuery } from '../manifests/isolate.ts';
import { deploymentOf, derived, partOf } from '../manifests/names.ts';
import { keyOf } from '../manifests/refs.ts';
import type { Operation, Watched, WatchedSide } from '../model/operation.ts';
import type { Role } from '../model/stage.ts';
import { routerOf } from '../routers/lanes.ts';
import { deploymentAt } from '../workloads/deployment.ts';
import type { App } from './app.ts';
import { lanesOf } from './view.ts';

/** The new version is watched under its requests, beside its baseline and stable; nothing where one of the two sides is not there. */
export function soak(app: App): readonly Extract<Operation, { do: 'soak' }>[] {
  const { namespace, name: workload, request } = app;
  const sides = sidesOf(app);
  return sides ? [{ do: 'soak', namespace, workload, sides, seconds: request.inputs.soakSeconds }] : [];
}

/** The share that the routes give the new version is compared with what its pods count; where they give it none there is nothing to compare. */
export function gateShare(app: App): readonly Operation[] {
  const { namespace, name: workload, live } = app;
  const sides = sidesOf(app);
  const weights = lanesOf(app).map(lane => routerOf(lane).read(lane.root, live)?.traffic.weights ?? {});
  const share = Math.max(0, ...weights.map(({ canary = 0 }) => canary)) / 1000;
  return sides && share > 0 ? [{ do: 'gate-share', namespace, workload, sides, share }] : [];
}

function sidesOf(app: App): Watched | null {
  const [canary, baseline, stable] = (['canary', 'baseline', 'stable'] as const).map(role => sideOf(role, app));
  return canary && stable ? { canary, baseline: baseline ?? null, stable } : null;
}

function sideOf(role: Role, app: App): WatchedSide | null {
  const { namespace, live, roots, variant } = app;
  const deployment = deploymentOf(role, app);
  const workload = live.objects[keyOf(deploymentAt({ namespace, name: deployment }))];
  const labels = selectorQuery(workload?.spec);
  const services = roots.map(({ metadata }) => derived(metadata.name, partOf(role, { canary: variant })));
  return labels ? { labels, deployment, services } : null;
}
