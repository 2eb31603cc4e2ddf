/** What waits look at, and how waits side by side look at it together. */
import { selectorQuery } from '../../manifests/isolate.ts';
import { VARIANT } from '../../manifests/names.ts';
import { keyOf } from '../../manifests/refs.ts';
import type { Collection, KubeObject, Ref } from '../../model/kube.ts';
import type { Operation } from '../../model/operation.ts';
import { SERVICE_NAME } from '../../readiness/endpoints.ts';
import type { Session } from '../session.ts';
import { type Labelled, scopeAmong, sharing } from './sharing.ts';

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

/** A workload is judged with its pods; which of them are the newest is asked for where that matters (`newest.ts`). */
export function readyTargets(ref: Ref, object: KubeObject | null): Targets {
  const labels = selectorQuery(object?.spec);
  if (labels === '') return { object: ref };
  const { namespace } = ref;
  const within = namespace ? { namespace } : {};
  return {
    object: ref,
    pods: { apiVersion: 'v1', kind: 'Pod', ...within, labels },
  };
}

/** The session for operations side by side: what several of them list and watch of one kind is asked for once. */
export function sharingTargets(session: Session, operations: readonly Operation[]): Session {
  const targets = operations.flatMap(operation => Object.values(targetsOf(operation, session)));
  const collections = targets.filter(of => !('name' in of));
  const own = targets.flatMap(of => ('name' in of ? ownAt(of, session) : []));
  return targets.length < 2 ? session : { ...session, cluster: sharing(session.cluster, scopeAmong(collections, own)) };
}

function targetsOf(operation: Operation, { seen }: Session): Targets {
  if (operation.do === 'await-endpoints') return endpointTargets(operation);
  if (operation.do === 'remove') return { object: operation.ref };
  return operation.do === 'await-ready' ? readyTargets(operation.ref, seen.get(keyOf(operation.ref)) ?? null) : {};
}

/** Objects of ours bear labels that tell them from the user's: several are found by them. */
function ownAt(ref: Ref, { seen }: Session): readonly Labelled[] {
  const object = seen.get(keyOf(ref));
  const { [VARIANT]: variant } = object?.metadata.labels ?? {};
  return variant === undefined ? [] : [{ ref, labels: `${VARIANT}=${variant}` }];
}
