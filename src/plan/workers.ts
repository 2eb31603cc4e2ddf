/** Deployments of the files that get no requests, beside one that does. */
import { belongsTo, isOurs } from '../manifests/names.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import { picks } from '../manifests/selectors.ts';
import { texts } from '../manifests/template.ts';
import { podLabels } from '../manifests/variant.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Request } from '../model/request.ts';
import { asBefore } from '../routers/before.ts';
import { isInstead } from '../strategies/index.ts';
import { isDeployment } from '../workloads/deployment.ts';

/**
 * The files' Deployments that no Service selects, neither of the files nor of the cluster, where another of their namespace has one: they have no
 * requests to split, and are files around the one that has. What has a rollout of its own open is none of them until that has ended.
 */
export function workersOf({ manifests, inputs }: Request, live: Live): readonly KubeObject[] {
  // What is stopped before it starts again runs at no time beside itself: there each has its turn.
  if (inputs.action === 'deploy' && isInstead(inputs.strategy)) return [];
  const files = manifests.map(({ object }) => object);
  const services = [...Object.values(asBefore(live).objects), ...files].filter(object => object.kind === 'Service' && !isOurs(object));
  const isServed = (deployment: KubeObject): boolean =>
    [deployment, live.objects[keyOf(refOf(deployment))] ?? deployment].some(workload =>
      services.some(service => isBeside(service, workload) && picks(texts(service.spec?.selector), podLabels(workload))),
    );
  const deployments = files.filter(isDeployment);
  const served = deployments.filter(isServed);
  return deployments.filter(
    deployment => !served.includes(deployment) && served.some(other => isBeside(other, deployment)) && !isOpen(deployment, live),
  );
}

const isBeside = ({ metadata }: KubeObject, other: KubeObject): boolean => metadata.namespace === other.metadata.namespace;

/** A record of it is there, or what a lost one has left. */
const isOpen = (workload: KubeObject, { objects }: Live): boolean =>
  Object.values(objects).some(object => isOurs(object) && isBeside(object, workload) && belongsTo(object, workload.metadata.name));
