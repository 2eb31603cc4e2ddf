/** The controllers of the simulated cluster. */
import type { Controller } from './controller.ts';
import { definitions } from './definitions.ts';
import { deployments } from './deployment.ts';
import { endpointSlices } from './endpoint-slices.ts';
import { garbageCollector } from './garbage.ts';
import { kubelet } from './kubelet.ts';
import { namespaces } from './namespaces.ts';
import { quotas } from './quotas.ts';
import { replicaSets } from './replica-set.ts';

/** All of them, in the order in which they look at a change. */
export const controllers: readonly Controller[] = [
  definitions,
  namespaces,
  garbageCollector,
  quotas,
  deployments,
  replicaSets,
  kubelet,
  endpointSlices,
];
