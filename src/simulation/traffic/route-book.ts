/** The routes that a data plane knows, and what they say together. */
import type { JsonObject } from '../../model/kube.ts';
import { textAt } from '../json.ts';
import type { StoreEvent } from '../store/store.ts';
import { routeKinds } from './routes.ts';
import type { Split } from './split.ts';

/** The routes that a data plane knows. */
export interface RouteBook {
  /** The kinds that it has to hear of, by their places in the store. */
  readonly keys: ReadonlySet<string>;
  take(event: StoreEvent): void;
  /** What the routes of a namespace say, in the order in which they are asked. */
  splits(namespace: string): readonly Split[];
}

/** A book without routes. */
export function openRouteBook(): RouteBook {
  const objects = new Map<string, Map<string, JsonObject>>();
  const read = new Map<string, readonly Split[]>();
  return {
    keys: new Set(routeKinds.flatMap(({ key, behind }) => [key, ...(behind ?? [])])),
    take: ({ key, type, object }) => {
      const namespace = textAt(object, 'metadata', 'namespace');
      const shelf = objects.get(`${key} ${namespace}`) ?? new Map<string, JsonObject>();
      objects.set(`${key} ${namespace}`, shelf);
      if (type === 'DELETED') shelf.delete(textAt(object, 'metadata', 'name'));
      else shelf.set(textAt(object, 'metadata', 'name'), object);
      read.delete(namespace);
    },
    splits: namespace => {
      const known = (key: string): readonly JsonObject[] => [...(objects.get(`${key} ${namespace}`)?.values() ?? [])];
      const splits = read.get(namespace) ?? routeKinds.flatMap(kind => known(kind.key).map(route => kind.read(route, known)));
      read.set(namespace, splits);
      return splits;
    },
  };
}
