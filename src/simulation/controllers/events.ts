/** Events: what controllers tell about objects. */
import type { JsonObject } from '../../model/kube.ts';
import { timestamp } from '../api/api.ts';
import { numberAt, textAt } from '../json.ts';
import type { World } from './controller.ts';
import { nameOf } from './writes.ts';

export interface Note {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
}

/** Notes an event; the same again counts up. */
export function note(world: World, about: JsonObject, { type, reason, message, component }: Note): void {
  const namespace = textAt(about, 'metadata', 'namespace');
  const now = timestamp(world.api.clock);
  const uid = textAt(about, 'metadata', 'uid');
  const known = world.api.store
    .list('/events', namespace)
    .find(e => textAt(e, 'involvedObject', 'uid') === uid && textAt(e, 'reason') === reason && textAt(e, 'message') === message);
  if (known !== undefined) {
    world.api.store.put('/events', { ...known, count: numberAt(known, 1, 'count') + 1, lastTimestamp: now });
    return;
  }
  const involvedObject = {
    apiVersion: about.apiVersion,
    kind: about.kind,
    name: nameOf(about),
    namespace,
    uid,
    resourceVersion: textAt(about, 'metadata', 'resourceVersion'),
  };
  const metadata = {
    name: `${nameOf(about)}.${world.api.random.suffix(16)}`,
    namespace,
    uid: world.api.random.uid(),
    creationTimestamp: now,
  };
  const source = { source: { component }, reportingComponent: component, reportingInstance: '' };
  world.api.store.put('/events', {
    apiVersion: 'v1',
    kind: 'Event',
    metadata,
    involvedObject,
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    eventTime: null,
    ...source,
  });
}
