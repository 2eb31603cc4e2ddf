/** Events: what controllers tell about objects. */
import type { JsonObject } from '../../model/kube.ts';
import { timestamp } from '../api/api.ts';
import { contentName } from '../api/random.ts';
import { numberAt, textAt } from '../json.ts';
import type { World } from './controller.ts';
import { nameOf } from './writes.ts';

/** What an event tells. */
export interface Note {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
}

/** Notes an event; the same again counts up. */
export function note(world: World, about: JsonObject, told: Note): void {
  const now = timestamp(world.api.clock);
  const known = world.api.store.get(eventsKey, textAt(about, 'metadata', 'namespace'), eventName(about, told));
  const event =
    known === undefined ? newEvent(world, about, told) : { ...known, count: numberAt(known, 1, 'count') + 1, lastTimestamp: now };
  world.api.store.put(eventsKey, event);
}

const eventsKey = 'events.k8s.io/events';

/** The same said again about the same object has the same name. */
function eventName(about: JsonObject, { reason, message }: Note): string {
  return `${nameOf(about)}.${contentName(`${textAt(about, 'metadata', 'uid')} ${reason} ${message}`)}`;
}

function newEvent(world: World, about: JsonObject, { type, reason, message, component }: Note): JsonObject {
  const now = timestamp(world.api.clock);
  const namespace = textAt(about, 'metadata', 'namespace');
  const { apiVersion, kind } = about;
  const identity = {
    name: nameOf(about),
    namespace,
    uid: textAt(about, 'metadata', 'uid'),
    resourceVersion: textAt(about, 'metadata', 'resourceVersion'),
  };
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: eventName(about, { type, reason, message, component }),
      namespace,
      uid: world.api.random.uid(),
      creationTimestamp: now,
    },
    involvedObject: { apiVersion, kind, ...identity },
    ...{ type, reason, message, count: 1 },
    ...{ firstTimestamp: now, lastTimestamp: now, eventTime: null },
    ...{ source: { component }, reportingComponent: component, reportingInstance: '' },
  };
}
