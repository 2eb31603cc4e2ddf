/** Whose pods have to be among the endpoints of which Services. */
import { selectorLabels } from '../../manifests/isolate.ts';
import { belongsTo, deploymentOf, derived, partOf, VARIANT } from '../../manifests/names.ts';
import { keyOf } from '../../manifests/refs.ts';
import { podLabels } from '../../manifests/variant.ts';
import type { KubeObject, Ref } from '../../model/kube.ts';
import type { Operation } from '../../model/operation.ts';
import type { Role, Traffic } from '../../model/stage.ts';
import { isAsBefore } from '../../routers/before.ts';
import { deploymentAt } from '../../workloads/deployment.ts';
import { type App, servicesOf } from './app.ts';

/** Waits for a role's pods in every Service that leads to them. Nothing where none does, or none of the pods is to run. */
export function awaitEndpoints(role: Role, app: App): readonly Operation[] {
  const part = partOf(role, { canary: app.variant });
  const leaves = app.roots.flatMap(root => {
    const leaf = { apiVersion: 'v1', kind: 'Service', namespace: app.namespace, name: derived(root.metadata.name, part) };
    return isOwnLeaf(leaf, part, app) ? [leaf.name] : [];
  });
  return awaitIn([...(role === 'stable' || app.routing === 'pods' ? ownServices(app) : []), ...leaves], role, app);
}

/** A Service that was switched sends requests to the pods of the role that it selects now: to all of them before any other goes. */
export const awaitSwitched = (service: string, { weights }: Traffic, app: App): readonly Operation[] =>
  awaitIn([service], weights.canary === 1000 ? 'canary' : 'stable', app);

function awaitIn(services: readonly string[], role: Role, app: App): readonly Operation[] {
  const name = deploymentOf(role, app);
  const workload = found(app, deploymentAt({ namespace: app.namespace, name }));
  if (!workload || workload.spec?.replicas === 0 || services.length === 0) return [];
  const chosen = selectorLabels(workload.spec);
  const selector = Object.entries(Object.keys(chosen).length === 0 ? podLabels(workload) : chosen).map(([key, value]) => `${key}=${value}`);
  return [{ do: 'await-endpoints', namespace: app.namespace, services, pods: selector.join(','), text: name }];
}

/**
 * The user's Services that lead to stable's pods: those that did when this was planned, and those that the files have brought by now. One that is
 * switched leads there again when its requests go back, and is awaited then.
 */
function ownServices(app: App): readonly string[] {
  const stable = found(app, deploymentAt(app));
  const names = [...app.services, ...servicesOf(app.live, stable ?? null)].map(({ metadata }) => metadata.name);
  const isSwitched = (name: string): boolean => {
    const service = found(app, { apiVersion: 'v1', kind: 'Service', namespace: app.namespace, name });
    return service !== undefined && !isAsBefore(service, app.live);
  };
  return [...new Set(names)].filter(name => !isSwitched(name));
}

/** A leaf of this rollout's: two that split nothing of a Service come by with one leaf of it. */
export function isOwnLeaf(ref: Ref, part: string, app: App): boolean {
  const leaf = found(app, ref);
  return leaf?.metadata.labels?.[VARIANT] === part && belongsTo(leaf, app.name);
}

/** An object as it is known by now. */
export const found = ({ live }: App, ref: Ref): KubeObject | undefined => live.objects[keyOf(ref)];
