import { selectorQuery } from '../manifests/isolate.ts';
import { deploymentOf, derived, partOf } from '../manifests/names.ts';
import { keyOf } from '../manifests/refs.ts';
import type { Operation, WatchedSide } from '../model/operation.ts';
import type { Role } from '../model/stage.ts';
import type { App } from './app.ts';

/** The new version is watched under its requests, beside its baseline and stable; nothing where one of the two sides is not there. */
export function soak(app: App): readonly Operation[] {
  const { namespace, name: workload } = app;
  const [canary, baseline, stable] = (['canary', 'baseline', 'stable'] as const).map(role => sideOf(role, app));
  if (!canary || !stable) return [];
  return [
    { do: 'soak', namespace, workload, sides: { canary, baseline: baseline ?? null, stable }, seconds: app.request.inputs.soakSeconds },
  ];
}

function sideOf(role: Role, app: App): WatchedSide | null {
  const { namespace, live, roots, variant } = app;
  const deployment = deploymentOf(role, app);
  const workload = live.objects[keyOf({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: deployment })];
  const labels = selectorQuery(workload?.spec);
  const services = roots.map(({ metadata }) => derived(metadata.name, partOf(role, { canary: variant })));
  return labels ? { labels, deployment, services } : null;
}
