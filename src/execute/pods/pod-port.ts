/** Where a pod is asked: what probes and comparisons share. */
import { RolloutError } from '../../errors.ts';
import { at, number, records, text } from '../../manifests/json.ts';
import type { KubeObject } from '../../model/kube.ts';

/** Name or number of a port: the one that a line asks for, else the one that the Service sends requests to. */
export interface Wanted {
  readonly asked: string | null;
  readonly ofService: string | null;
}

/**
 * The API server knows ports of pods by number only. Where neither line nor Service names one it is the first of the pod's.
 * @throws RolloutError NOT_FOUND where the pod has no such port.
 */
export function portIn(pod: KubeObject, { asked, ofService }: Wanted): number {
  const wanted = asked ?? ofService;
  if (wanted !== null && /^\d+$/.test(wanted)) return Number(wanted);
  const ports = records(at(pod, 'spec.containers')).flatMap(container => records(container.ports));
  const found = wanted === null ? ports[0] : ports.find(({ name }) => text(name) === wanted);
  if (found) return number(found.containerPort);
  throw new RolloutError('NOT_FOUND', `the pod has no port${wanted === null ? '' : ` ${wanted}`}`, 'Name a port of the pod.');
}
