/** The controllers of the simulated cluster. */
import { apiServices } from './api-services.ts';
import { autoscalers } from './autoscaler.ts';
import type { Controller } from './controller.ts';
import { daemonSets } from './daemon-set.ts';
import { definitions } from './definitions.ts';
import { deployments } from './deployment.ts';
import { endpointSlices } from './endpoint-slices.ts';
import { garbageCollector } from './garbage.ts';
import { grpcRoutes, httpProxies, httpRoutes, policyRoutes } from './gateways.ts';
import { jobs } from './job.ts';
import { kubelet } from './kubelet.ts';
import { namespaces } from './namespaces.ts';
import { quotas } from './quotas.ts';
import { replicaSets } from './replica-set.ts';
import { statefulSets } from './stateful-set.ts';

/** All of them, in the order in which they look at a change. */
export const controllers: readonly Controller[] = [
  definitions,
  namespaces,
  garbageCollector,
  quotas,
  deployments,
  replicaSets,
  statefulSets,
  daemonSets,
  jobs,
  autoscalers,
  kubelet,
  endpointSlices,
  apiServices,
  httpRoutes,
  grpcRoutes,
  policyRoutes,
  httpProxies,
];
