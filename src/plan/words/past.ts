/** Requests that reach a Service past its split: the user should know before the first write. */
import { at } from '../../manifests/json.ts';
import { keyOf, nameOf, refOf } from '../../manifests/refs.ts';
import type { KubeObject } from '../../model/kube.ts';
import { routerOf } from '../../routers/lanes.ts';
import { streamsPast } from '../../routers/streams.ts';
import type { App } from '../world/app.ts';
import { lanesOf } from '../world/view.ts';

/** Ways in that nothing of this rollout splits, one sentence each. */
export function pastNotices(app: App): readonly string[] {
  const { stable, routing, request, live } = app;
  if (request.inputs.action !== 'deploy' || stable === null || routing !== 'weights') return [];
  const named = lanesOf(app).flatMap(lane => {
    const { past, name } = routerOf(lane);
    const routes = [...(past?.(lane.root, live) ?? []), ...streamsPast(lane.root, live)];
    return routes.map(
      ({ ref, why }) =>
        `${nameOf(ref)} sends requests to Service ${lane.root.service} too, which traffic-split-method ${name} does not split: ${why}.`,
    );
  });
  const remarks = lanesOf(app).flatMap(lane => routerOf(lane).remarks?.(lane.root, live) ?? []);
  return [
    ...new Set([
      ...named.slice(0, MOST),
      ...more(named.length),
      ...remarks.slice(0, MOST),
      ...app.roots.flatMap(root => fromOutside(root, app)),
    ]),
  ];
}

/** A list is read, not scrolled through. */
const MOST = 5;

const more = (count: number): readonly string[] =>
  count > MOST ? [`${count - MOST} more routes send requests past the split; kubectl get with -A shows them.`] : [];

/** Nothing of a mesh stands before a Service that takes requests from outside by itself: its proxies split where requests are sent. */
function fromOutside(root: KubeObject, app: App): readonly string[] {
  const { name } = root.metadata;
  const type = at(app.live.objects[keyOf(refOf(root))] ?? root, 'spec.type');
  if (type !== 'LoadBalancer' && type !== 'NodePort') return [];
  const lanes = lanesOf(app).filter(lane => lane.root.service === name);
  const isOfMesh = lanes.length > 0 && lanes.every(lane => routerOf(lane).sidecars !== undefined);
  const method = lanes.map(({ router }) => router).join(',');
  return isOfMesh
    ? [
        `Service ${name} is of type ${type}: what comes to it from outside passes no proxy of the mesh, so traffic-split-method ${method} does not split it, and all of it stays on the running version. To split it too, let it come through a gateway or an Ingress and name the method of that one as well, such as traffic-split-method: gateway-api,${method}.`,
      ]
    : [];
}
