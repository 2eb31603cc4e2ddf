/** An Event of the cluster at an object of the user's. */
import type { KubeObject, Ref } from '../../model/kube.ts';

/** An Event, as far as the run decides it. */
export interface Told {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** An Event's own name and labels, and the object that it is at. */
export interface Placed {
  readonly metadata: Pick<KubeObject['metadata'], 'name' | 'namespace' | 'labels'>;
  readonly at: Ref & { readonly uid?: string | undefined };
}

/** Makes the Event; `now` in milliseconds since 1970. */
export function eventObject({ metadata, at }: Placed, told: Told, now: number): KubeObject {
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata,
    involvedObject: { ...at },
    ...told,
    source: { component: 'kubernetes-rollout' },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}
