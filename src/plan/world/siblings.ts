/** Where counts of pods are the split: who else stands behind the Service. */
import { number } from '../../manifests/json.ts';
import { belongsTo, isOurs } from '../../manifests/names.ts';
import { picks } from '../../manifests/selectors.ts';
import { texts } from '../../manifests/template.ts';
import { podLabels } from '../../manifests/variant.ts';
import type { KubeObject } from '../../model/kube.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import type { App } from './app.ts';

/**
 * The other Deployments behind the workload's Service, with their canaries. Of several Services it is the one with the fewest of them: one over
 * everything, such as for metrics, is not where an application's requests come.
 */
export function siblingsOf(app: App): readonly KubeObject[] {
  const others = Object.values(app.live.objects).filter(
    object => isDeployment(object) && object.metadata.namespace === app.namespace && !isOwn(object, app),
  );
  const behind = app.services.map(({ spec }) => others.filter(other => picks(texts(spec?.selector), podLabels(other))));
  return behind.sort((a, b) => a.length - b.length)[0] ?? [];
}

const isOwn = (object: KubeObject, { name }: App): boolean => object.metadata.name === name || (isOurs(object) && belongsTo(object, name));

/** Pods behind the Service that no canary of this release stands for: what is released together gives up its own share. */
export function podsBeside(app: App): number {
  if (app.routing !== 'pods') return 0;
  const released = app.request.manifests.filter(({ object }) => isDeployment(object)).map(({ object }) => object.metadata.name);
  const isReleased = (object: KubeObject): boolean =>
    released.some(name => object.metadata.name === name || (isOurs(object) && belongsTo(object, name)));
  return siblingsOf(app)
    .filter(sibling => !isReleased(sibling))
    .reduce((sum, { spec }) => sum + number(spec?.replicas, 1), 0);
}

/** Ready pods of the others behind the Service. */
export const readyBeside = (app: App): number => siblingsOf(app).reduce((sum, { status }) => sum + number(status?.readyReplicas), 0);
