/** What only one rollout at a time can have: two would give the same name to what they make of it. */
import { RolloutError } from '../errors.ts';
import { APPLICATION, belongsTo, derived, isOurs } from '../manifests/names.ts';
import { keyOf, nameOf, refOf } from '../manifests/refs.ts';
import type { Ref } from '../model/kube.ts';
import type { App } from './app.ts';
import { copiedFor } from './policies.ts';
import { lanesOf } from './view.ts';

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

/** Of a Service that no route leads to nothing is split, whoever has made its leaves. */
function madeFor(app: App): readonly Made[] {
  const { stable, routing, variant, namespace, request } = app;
  if (!stable || routing !== 'weights' || request.inputs.strategy === 'recreate') return [];
  const leaves = lanesOf(app).flatMap(({ root: { service } }) => {
    const of = { apiVersion: 'v1', kind: 'Service', namespace, name: service };
    return [variant, 'baseline', 'stable'].map(suffix => ({ ref: { ...of, name: derived(service, suffix) }, of }));
  });
  const copies = (['canary', 'baseline'] as const).flatMap(role => copiedFor(role, app));
  return [...leaves, ...copies.map(({ policy, copy }) => ({ ref: refOf(copy), of: refOf(policy) }))];
}

/** The workload of another open rollout that has made it. */
function openRival(ref: Ref, { live, name }: App): string | undefined {
  const found = live.objects[keyOf(ref)];
  return found && isOurs(found) && !belongsTo(found, name) ? found.metadata.labels?.[APPLICATION] : undefined;
}

function taken(of: Ref, { key, namespace }: App, rival: string): RolloutError {
  const why =
    of.kind === 'Service'
      ? `leads to the pods of Deployment ${namespace}/${rival} too, and its requests can be split for one of them at a time`
      : `is about the pods of Deployment ${namespace}/${rival} too, and can be copied for the canary of one of them at a time`;
  return new RolloutError(
    'ROUTE_TAKEN',
    `Deployment ${key}: ${nameOf(of)} ${why}`,
    'Deploy one when the other is promoted or rejected, or use traffic-split-method: pod, which splits by counts of pods.',
  );
}
