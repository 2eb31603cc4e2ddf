import { selectorQuery } from '../manifests/isolate.ts';
import { deploymentOf } from '../manifests/names.ts';
import { keyOf } from '../manifests/refs.ts';
import type { Operation } from '../model/operation.ts';
import type { Role } from '../model/stage.ts';
import type { App } from './app.ts';

/** The new version is watched under its requests, beside its baseline and stable; nothing where one of the two sides is not there. */
export function soak(app: App): readonly Operation[] {
  const { namespace, name: workload } = app;
  const [canary, baseline, stable] = (['canary', 'baseline', 'stable'] as const).map(role => podsOf(role, app));
  if (!canary || !stable) return [];
  return [
    { do: 'soak', namespace, workload, sides: { canary, baseline: baseline ?? null, stable }, seconds: app.request.inputs.soakSeconds },
  ];
}

function podsOf(role: Role, app: App): string | null {
  const { namespace, live } = app;
  const workload = live.objects[keyOf({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: deploymentOf(role, app) })];
  return selectorQuery(workload?.spec) || null;
}
