/** Ingress, as ingress-nginx and the AWS Load Balancer Controller read it with their annotations. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { at, listAt, textAt } from '../json.ts';
import { actionBackends, conditionsMet } from './alb.ts';
import { hasPrefix } from './conditions.ts';
import { canaryRules, isCanary, mirrorsIn, stickyBy } from './nginx.ts';
import type { RouteKind, Rule, Split } from './split.ts';

const key = 'networking.k8s.io/ingresses';

/** Ingress: canary Ingresses are no entries, they take their part of what comes to the main one with the same host and path. */
export const ingress: RouteKind = {
  key,
  read: (route, known) => (isCanary(route) ? nothing : splitOf(route, known(key).filter(isCanary))),
};

const nothing: Split = { entries: [], rules: [] };

function splitOf(route: JsonObject, canaries: readonly JsonObject[]): Split {
  const mirrors = mirrorsIn(route);
  const rules = placesIn(route).flatMap(({ id, backend }): readonly Rule[] => {
    const main: Rule = { matches: conditionsMet(route, nameOf(backend)), backends: backendsOf(route, backend), mirrors };
    const canary = canaries.flatMap(object => placesIn(object).flatMap(place => (place.id === id ? [{ object, place }] : [])))[0];
    return canary === undefined ? [main] : canaryRules(canary.object, nameOf(canary.place.backend), main);
  });
  return { entries: [`route/${textAt(route, 'metadata', 'name')}`], rules };
}

interface Place {
  /** Host and path. */
  readonly id: string;
  readonly backend: Json;
}

/** Where a request for `/` finds a backend, in order; last comes what takes whatever matches nothing. */
function placesIn(route: JsonObject): readonly Place[] {
  const paths = listAt(route, 'spec', 'rules').flatMap(rule =>
    listAt(rule, 'http', 'paths')
      .filter(path => hasPrefix(textAt(path, 'path')))
      .map(path => ({ id: `${textAt(rule, 'host')} ${textAt(path, 'path')}`, backend: at(path, 'backend') ?? null })),
  );
  const fallback = at(route, 'spec', 'defaultBackend');
  return fallback === undefined ? paths : [...paths, { id: 'default', backend: fallback }];
}

const nameOf = (backend: Json): string => textAt(backend, 'service', 'name');

function backendsOf(route: JsonObject, backend: Json): Rule['backends'] {
  const isByAction = textAt(backend, 'service', 'port', 'name') === 'use-annotation';
  return isByAction ? actionBackends(route, nameOf(backend)) : [{ service: nameOf(backend), weight: 1, ...stickyBy(route) }];
}
