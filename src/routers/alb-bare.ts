import { at, record, records, same } from '../manifests/json.ts';
import type { Root } from '../model/router.ts';
import { ALL_STABLE, DARK } from '../model/stage.ts';
import { actionIn, splitAction } from './alb-actions.ts';
import {
  ALB,
  type Annotations,
  actionOf,
  backendsIn,
  gone,
  isByAnnotation,
  leads,
  mapPaths,
  type Routing,
  withoutOurs,
} from './alb-rules.ts';
import { serviceIn } from './ingress.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An Ingress without our split of a root: actions of the user's are theirs again, and where there was none, the Service's port stands in the rule. */
export function bareRouting(routing: Routing, original: Routing, root: Root): Routing {
  const left: Routing = { ...withoutOurs(routing, root), annotations: { ...routing.annotations, ...gone(routing, root) } };
  const isSplit = (backend: unknown): boolean => isByAnnotation(backend) && leads(backend, left, root);
  const own = [...backendsIn(left), left.defaultBackend].filter(isSplit);
  const bare = (backend: unknown): unknown => (isSplit(backend) ? (direct(backend, left, { original, root }) ?? backend) : backend);
  return {
    annotations: { ...left.annotations, ...Object.fromEntries(own.map(backend => action(backend, left, { original, root }))) },
    rules: mapPaths(left.rules, path => [path.backend === undefined ? path : { ...path, backend: bare(path.backend) }]),
    defaultBackend: bare(left.defaultBackend),
  };
}

interface Before {
  readonly original: Routing;
  readonly root: Root;
}

const keyFor = (backend: unknown): string => `${ALB}actions.${serviceIn(backend)}`;

/** The backend by its port, where an action of ours alone leads to it; null where the user's does. */
function direct(backend: unknown, routing: Routing, { original, root }: Before): Fields | null {
  const [group, ...more] = records(at(splitAction(actionOf(backend, routing), ALL_STABLE, root), 'forwardConfig.targetGroups'));
  if (!group || more.length > 0 || original.annotations[keyFor(backend)] !== undefined) return null;
  const { servicePort: port } = group;
  return { service: { name: group.serviceName, port: typeof port === 'number' ? { number: port } : { name: port } } };
}

/** The annotation of a backend's action, in the user's own words where it still says what they did. */
function action(backend: unknown, routing: Routing, before: Before): readonly [string, Annotations[string]] {
  const key = keyFor(backend);
  if (direct(backend, routing, before)) return [key, undefined];
  const { original, root } = before;
  const now = splitAction(actionOf(backend, routing), ALL_STABLE, root);
  const own = original.annotations[key];
  const given = actionIn(own);
  const was = given && splitAction(record(splitAction(given, DARK, root)), ALL_STABLE, root);
  return [key, same(was, now) ? own : JSON.stringify(now)];
}
