/** Contour: HTTPProxy. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { at, isObject, listAt, numberAt, textAt } from '../json.ts';
import { fits } from './conditions.ts';
import type { Backend, Headers, RouteKind, Rule } from './split.ts';

/** HTTPProxy: without any weight all services are equal, beside given ones a missing weight is 0. */
export const httpProxy: RouteKind = {
  key: 'projectcontour.io/httpproxies',
  read: route => ({
    entries: [`route/${textAt(route, 'metadata', 'name')}`],
    rules: mostSpecificFirst(listAt(route, 'spec', 'routes').filter(isObject)).map(ruleOf),
  }),
};

function mostSpecificFirst(routes: readonly JsonObject[]): readonly JsonObject[] {
  return [...routes].sort((a, b) => headersOf(b).length - headersOf(a).length);
}

function headersOf(route: JsonObject): readonly Json[] {
  return listAt(route, 'conditions').flatMap(condition => at(condition, 'header') ?? []);
}

function ruleOf(route: JsonObject): Rule {
  const services = listAt(route, 'services').filter(isObject);
  const mirrored = services.filter(service => service.mirror === true);
  const wanted = headersOf(route);
  return {
    matches: headers => wanted.every(header => isMet(header, headers)),
    backends: backendsOf(services.filter(service => service.mirror !== true)),
    mirrors: mirrored.map(service => ({ service: textAt(service, 'name'), percent: numberAt(service, 0, 'weight') || 100 })),
  };
}

function backendsOf(services: readonly JsonObject[]): readonly Backend[] {
  const even = services.every(service => numberAt(service, 0, 'weight') === 0 && service.weight === undefined) ? 1 : 0;
  return services.map(service => ({ service: textAt(service, 'name'), weight: numberAt(service, even, 'weight') }));
}

function isMet(wanted: Json, headers: Headers): boolean {
  const value = headers[textAt(wanted, 'name').toLowerCase()];
  const exact = at(wanted, 'exact');
  if (exact !== undefined) return value === exact;
  if (at(wanted, 'regex') !== undefined) return fits(textAt(wanted, 'regex'), value);
  if (at(wanted, 'notexact') !== undefined) return value !== at(wanted, 'notexact');
  const contains = textAt(wanted, 'contains');
  return contains === '' ? value !== undefined : value?.includes(contains) === true;
}
