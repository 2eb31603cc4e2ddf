/** What a mesh has put into stable's pods. */
import { selectorLabels } from '../../manifests/isolate.ts';
import { picks } from '../../manifests/selectors.ts';
import type { KubeObject } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Container, TrafficRouter } from '../../model/router.ts';
import { containersIn } from '../../routers/sidecars.ts';

/** The containers of stable's pods, where these were read. */
export function containersOf(stable: KubeObject | null, { objects }: Live): readonly Container[] {
  if (stable === null) return [];
  const selector = selectorLabels(stable.spec);
  const isOfStable = ({ kind, metadata }: KubeObject): boolean =>
    kind === 'Pod' && metadata.namespace === stable.metadata.namespace && picks(selector, metadata.labels ?? {});
  return Object.values(objects).filter(isOfStable).flatMap(containersIn);
}

/** Whether pods without any of the containers by which a router's mesh works would be split by nothing. */
export const lacksSidecar = ({ sidecars = [] }: TrafficRouter, containers: readonly Container[]): boolean =>
  sidecars.length > 0 && !containers.some(({ name }) => sidecars.includes(name));
