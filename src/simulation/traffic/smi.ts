/** SMI: TrafficSplit and the HTTPRouteGroups behind it. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { at, isObject, listAt, textAt } from '../json.ts';
import { quantity } from '../objects/quantity.ts';
import { fits, headerOf, requestPath } from './conditions.ts';
import { always, type Headers, type Known, type RouteKind, type Rule } from './split.ts';

const groups = 'specs.smi-spec.io/httproutegroups';

/** TrafficSplit, all versions: weights are numbers or quantities. */
export const trafficSplit: RouteKind = {
  key: 'split.smi-spec.io/trafficsplits',
  behind: [groups],
  read: (route, known) => ({ entries: [`service/${textAt(route, 'spec', 'service')}`], rules: rulesOf(route, known), by: 'profile' }),
};

/** A split without any weight splits nothing, and requests that it does not mean go past it: the root Service answers. */
function rulesOf(route: JsonObject, known: Known): readonly Rule[] {
  const backends = listAt(route, 'spec', 'backends').map(backend => ({
    service: textAt(backend, 'service'),
    weight: quantity(at(backend, 'weight')),
  }));
  if (!backends.some(backend => backend.weight > 0)) return [];
  const named = listAt(route, 'spec', 'matches');
  if (named.length === 0) return [{ matches: always, backends, mirrors: [] }];
  const root = [{ service: textAt(route, 'spec', 'service'), weight: 1 }];
  return [
    { matches: headers => named.some(match => isMeant(match, known, headers)), backends, mirrors: [] },
    { matches: always, backends: root, mirrors: [] },
  ];
}

/** A group that is not there means no request. */
function isMeant(match: Json, known: Known, headers: Headers): boolean {
  const group = known(groups).find(object => textAt(object, 'metadata', 'name') === textAt(match, 'name'));
  return group !== undefined && listAt(group, 'spec', 'matches').some(one => isMet(one, headers));
}

/** Paths and headers are patterns of the whole value; the simulated requests are of any method. */
function isMet(match: Json, headers: Headers): boolean {
  const path = at(match, 'pathRegex');
  const wanted = listAt(match, 'headers')
    .filter(isObject)
    .flatMap(header => Object.entries(header));
  return (
    (typeof path !== 'string' || fits(path, requestPath)) &&
    wanted.every(([name, pattern]) => typeof pattern === 'string' && fits(pattern, headerOf(headers, name)))
  );
}
