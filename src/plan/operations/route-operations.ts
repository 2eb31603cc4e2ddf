import { RolloutError } from '../../errors.ts';
import { MANAGER } from '../../manifests/names.ts';
import { recordName } from '../../manifests/record.ts';
import { keyOf } from '../../manifests/refs.ts';
import type { KubeObject, Ref } from '../../model/kube.ts';
import type { Change } from '../../model/live.ts';
import type { Batches, Operation } from '../../model/operation.ts';
import type { RouteView, Step } from '../../model/plan.ts';
import type { Lane } from '../../model/router.ts';
import { ALL_STABLE, type Traffic } from '../../model/stage.ts';
import { isUntouched, routerOf } from '../../routers/lanes.ts';
import { deploymentAt } from '../../workloads/deployment.ts';
import type { App } from '../world/app.ts';
import { awaitSwitched } from '../world/endpoints.ts';
import { lanesBeside, lanesOver } from '../world/shared-routes.ts';
import { lanesOf } from '../world/view.ts';
import { trafficText } from './split-text.ts';

/** What a lane's new split takes: changes of several objects in their order. What is pointed at is there before, and goes after. */
export function routeOperations({ name, route: wanted, was }: Extract<Step, { do: 'route' }>, app: App): Batches {
  const lane = lanesOf(app).find(candidate => candidate.name === name);
  if (!lane) return [];
  const originals = app.record?.originals.routes.find(kept => kept.name === name)?.objects ?? [];
  const router = routerOf(lane);
  const switched = router.switches ? [awaitSwitched(lane.root.service, meant(wanted), app)] : [];
  if (originals.length > 0 && (wanted === null || isUntouched(wanted))) {
    const restored = originals.map(
      (object): Operation => ({ do: 'restore', object, lanes: lanesOver(object, app), beside: lanesBeside(object, app) }),
    );
    return [restored, ...switched];
  }
  const traffic = wanted ? wanted.traffic : withoutSplit(was);
  const changes = router.render(traffic, lane.root, app.live).map(change => [toOperation(change, { wanted, traffic, lane }, app)]);
  return changes.length === 0 ? changes : [...changes, ...switched, ...(router.restarts ? [[rolledOut(app)]] : [])];
}

const meant = (wanted: RouteView | null): Traffic => wanted?.traffic ?? ALL_STABLE;

/** A route of the user's goes on with all requests on stable; one of ours goes. */
const withoutSplit = (was: RouteView | null | undefined): Traffic | null => (was?.owner === 'user' ? ALL_STABLE : null);

/** The route is in stable's pods: it is there once they are. */
const rolledOut = (app: App): Operation => ({
  do: 'await-ready',
  ref: deploymentAt(app),
  template: null,
  isStable: false,
});

/** What a change is for. */
interface Meant {
  readonly wanted: RouteView | null;
  readonly traffic: Traffic | null;
  readonly lane: Lane;
}

function toOperation(change: Change, { wanted, traffic, lane }: Meant, app: App): Operation {
  switch (change.do) {
    case 'create':
    case 'replace':
      return { ...change, text: trafficText(wanted?.traffic) };
    case 'remove':
      return { ...change, ...uidOf(app.live.objects[keyOf(change.ref)]) };
    case 'patch':
      return {
        ...change,
        manager: MANAGER,
        text: `set ${trafficText(wanted?.traffic)}`,
        ...(traffic && !routerOf(lane).restarts ? { split: { lane, traffic } } : {}),
      };
    case 'run':
      return { ...change, command: commandOf(app), record: recordRef(app), text: `set ${trafficText(change.traffic ?? ALL_STABLE)}` };
  }
}

/** The command is the user's of this very run: none is ever taken from the cluster. */
function commandOf({ request: { inputs } }: App): string {
  if (inputs.script !== null) return inputs.script;
  throw new RolloutError(
    'INVALID_INPUT',
    'traffic-split-method script sets this rollout’s traffic, and there is no script',
    `Give ${inputs.action} the same input script as the deploy.`,
  );
}

/** Where the record of a workload is. */
export const recordRef = ({ namespace, name }: App): Ref => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: recordName(name) });

/** The identity of an object, as far as it is known, for the removal of it and no other. */
export const uidOf = (object: KubeObject | undefined): { readonly uid?: string } =>
  object?.metadata.uid ? { uid: object.metadata.uid } : {};
