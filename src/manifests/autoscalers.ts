import type { KubeObject, Ref } from '../model/kube.ts';
import { DEPLOYMENT } from '../workloads/deployment.ts';
import { record } from './json.ts';

/** Whether the object sets this workload's count of pods. KEDA means a Deployment where its object names no kind. */
export function scales({ kind, metadata, spec }: KubeObject, workload: Omit<Ref, 'apiVersion'>): boolean {
  const target = record(spec?.scaleTargetRef);
  return (
    (kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject') &&
    metadata.namespace === workload.namespace &&
    target.name === workload.name &&
    (target.kind ?? DEPLOYMENT.kind) === workload.kind
  );
}
