/** What waits look at, and how waits side by side look at it together. */
import { selectorQuery } from '../manifests/isolate.ts';
import { keyOf } from '../manifests/refs.ts';
import type { Collection, KubeObject, Ref } from '../model/kube.ts';
import type { Operation } from '../model/operation.ts';
import { SERVICE_NAME } from '../readiness/endpoints.ts';
import { DEPLOYMENT, isDeployment } from '../workloads/deployment.ts';
import { revisionsOf } from '../workloads/workload.ts';
import type { Session } from './session.ts';
import { scopeAmong, sharing } from './sharing.ts';

/** Objects and collections by the names that their wait gives them. */
export type Targets = Readonly<Record<string, Ref | Collection>>;

type AwaitEndpoints = Extract<Operation, { do: 'await-endpoints' }>;

/** Services are judged by their slices and the pods that they should name. */
export const endpointTargets = ({ namespace, services, pods }: Pick<AwaitEndpoints, 'namespace' | 'services' | 'pods'>) => ({
  slices: {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    namespace,
    labels: `${SERVICE_NAME} in (${services.join(',')})`,
  },
  pods: { apiVersion: 'v1', kind: 'Pod', namespace, labels: pods },
});

/** A workload is judged with its pods. */
export function readyTargets(ref: Ref, object: KubeObject | null): Targets {
  const labels = selectorQuery(object?.spec);
  if (labels === '') return { object: ref };
  const { namespace } = ref;
  const within = namespace ? { namespace } : {};
  return {
    object: ref,
    pods: { apiVersion: 'v1', kind: 'Pod', ...within, labels },
    ...(isDeployment(ref) ? { replicaSets: { ...revisionsOf(DEPLOYMENT), ...within, labels } } : {}),
  };
}

/** The session for operations side by side: what several of them list and watch of one kind is asked for once. */
export function sharingTargets(session: Session, operations: readonly Operation[]): Session {
  const collections = operations.flatMap(operation => Object.values(targetsOf(operation, session))).filter(of => !('name' in of));
  return collections.length < 2 ? session : { ...session, cluster: sharing(session.cluster, scopeAmong(collections)) };
}

function targetsOf(operation: Operation, { seen }: Session): Targets {
  if (operation.do === 'await-endpoints') return endpointTargets(operation);
  return operation.do === 'await-ready' ? readyTargets(operation.ref, seen.get(keyOf(operation.ref)) ?? null) : {};
}
