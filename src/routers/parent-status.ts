import { at, record, records, text } from '../manifests/json.ts';
import { keyOf, nameOf, refOf } from '../manifests/refs.ts';
import type { Readiness } from '../model/event.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Deaf } from '../model/router.ts';

type Fields = Readonly<Record<string, unknown>>;

const NEEDED = ['Accepted', 'ResolvedRefs'] as const;
/** A data plane may need a moment for a Service that was made just now. */
const GRACE_SECONDS = 5;
/** A controller may report on one parent before it comes to the next. */
const UNKNOWN_SECONDS = 30;

/**
 * Whether every parent that a route names has taken it at this generation. Entries for parents that it does not name, and of
 * controllers that are gone, do not count against it.
 */
export function parentsAccepted(route: KubeObject, deaf: readonly string[] = []): Readiness {
  const what = nameOf(refOf(route));
  const statuses = records(at(route, 'status.parents'));
  if (statuses.length === 0) return { state: 'ready', text: `${what} has no status: the step waits for the traffic delay instead` };
  const parents = records(at(route, 'spec.parentRefs'));
  const asked = parents.filter(parent => !deaf.includes(keyOfParent(parent, route)));
  const states = (asked.length > 0 ? asked : parents).map(parent => ofParent(parent, statuses, route));
  return states.find(({ state }) => state === 'failing') ?? states.find(({ state }) => state === 'waiting') ?? taken(what);
}

/**
 * The parents of a route that refuse it now, or say nothing of it while others do. A split may be the reason why a parent takes nothing any more:
 * where one stands, only what it has no part in counts.
 */
export function deafParents(route: KubeObject, isSplit: boolean): readonly Deaf[] {
  const statuses = records(at(route, 'status.parents'));
  const parents = records(at(route, 'spec.parentRefs'));
  if (statuses.length === 0) return [];
  const isDeaf = (parent: Fields): boolean => {
    const own = ownOf(parent, statuses, route).map(status => conditionOf(status, 'Accepted', route));
    if (own.length === 0) return true;
    return own.every(found => found?.status === 'False' && (!isSplit || UNATTACHED.includes(text(found.reason))));
  };
  const deaf = parents.filter(isDeaf);
  return deaf.map(parent => ({
    key: keyOfParent(parent, route),
    text: ofParent(parent, statuses, route).text,
    isBeside: deaf.length < parents.length,
  }));
}

/** Reasons that are about parent and listener, not about the rules of the route. */
const UNATTACHED: readonly string[] = ['NoMatchingParent', 'NotAllowedByListeners', 'NoMatchingListenerHostname'];

const ownOf = (parent: Fields, statuses: readonly Fields[], route: KubeObject): readonly Fields[] =>
  statuses.filter(({ parentRef }) => identity(record(parentRef), route) === identity(parent, route));

const keyOfParent = (parent: Fields, route: KubeObject): string => `${keyOf(refOf(route))} ${identity(parent, route)}`;

const taken = (what: string): Readiness => ({ state: 'ready', text: `${what} is accepted by every parent` });

function ofParent(parent: Fields, statuses: readonly Fields[], route: KubeObject): Readiness {
  const what = nameOf(refOf(route));
  const own = ownOf(parent, statuses, route);
  if (own.length === 0) return unknownTo(parent, what);
  const current = own.map(status => NEEDED.map(type => conditionOf(status, type, route)));
  if (current.some(conditions => conditions.every(condition => condition?.status === 'True'))) return taken(what);
  const refused = current.flat().find(condition => condition?.status === 'False');
  if (!refused) return { state: 'waiting', text: `${what} waits for its parent ${text(parent.name)}`, hint: SILENT };
  return {
    state: 'failing',
    text: `${what}: ${text(refused.type)} is False for parent ${text(parent.name)}: ${text(refused.reason)}: ${text(refused.message)}`,
    hint: 'The message is the controller’s own: correct what it names in the route or its backends, then run the action again.',
    graceSeconds: GRACE_SECONDS,
  };
}

/** The controllers that speak of the route as it is now, for parents that it names. */
export const controllersOf = (route: KubeObject): readonly string[] =>
  records(at(route, 'spec.parentRefs')).flatMap(parent =>
    records(at(route, 'status.parents'))
      .filter(status => identity(record(status.parentRef), route) === identity(parent, route))
      .filter(status => NEEDED.some(type => conditionOf(status, type, route)))
      .map(({ controllerName }) => text(controllerName)),
  );

const SILENT = 'Its controller has not reported on the current route: check whether it runs, and its logs, then run the action again.';

/** Other parents have reported: this one is not there, or nobody serves it, and no request comes through it. */
const unknownTo = ({ kind, name }: Fields, what: string): Readiness => ({
  state: 'failing',
  text: `${what}: its parent ${text(name)} does not mention it`,
  hint: `${kind === undefined ? 'Gateway' : text(kind)} ${text(name)} does not exist, or its controller does not run: correct parentRefs, then run the action again.`,
  graceSeconds: UNKNOWN_SECONDS,
});

/** The condition, when it speaks of the object as it is now. Linkerd says no generation: what it says counts as current. */
const conditionOf = (status: Fields, type: string, { metadata: { generation = 0 } }: KubeObject): Fields | undefined =>
  records(status.conditions).find(condition => condition.type === type && Number(condition.observedGeneration ?? generation) >= generation);

/** One text per parent, defaults filled in. */
const identity = ({ group, kind, namespace, name, sectionName, port }: Fields, { apiVersion, metadata }: KubeObject): string =>
  JSON.stringify([
    groupName(group ?? apiVersion.split('/')[0]),
    kind ?? 'Gateway',
    namespace ?? metadata.namespace,
    name,
    sectionName ?? '',
    port ?? 0,
  ]);

const groupName = (group: unknown): unknown => (group === 'core' ? '' : group);
