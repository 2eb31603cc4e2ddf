/** Istio: VirtualService. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { at, isObject, listAt, numberAt, objectAt, textAt } from '../json.ts';
import { fits, hasPrefix, headerOf, requestPath, serviceOfHost } from './conditions.ts';
import type { Backend, Headers, Mirror, RouteKind, Rule } from './split.ts';

const key = 'networking.istio.io/virtualservices';

/** VirtualService: in the mesh by host, at a gateway by its own name. Destinations count by host, whatever their subset. */
export const virtualService: RouteKind = {
  key,
  read: (route, known) => ({
    entries: [`route/${textAt(route, 'metadata', 'name')}`, ...meshEntries(route)],
    rules: rulesOf(route, known(key)),
  }),
};

/** A rule that delegates stands for those of another VirtualService, each for the requests that both mean. */
function rulesOf(route: JsonObject, all: readonly JsonObject[]): readonly Rule[] {
  return listAt(route, 'spec', 'http')
    .filter(isObject)
    .flatMap(rule => {
      const own = ruleOf(rule, namespaceOf(route));
      if (rule.delegate === undefined) return [own];
      const delegate = all.find(other => textAt(other, 'metadata', 'name') === textAt(rule, 'delegate', 'name'));
      const led = delegate === undefined ? [] : rulesOf(delegate, []);
      return led.map(one => ({ ...one, matches: (headers: Headers) => own.matches(headers) && one.matches(headers) }));
    });
}

const namespaceOf = (route: JsonObject): string => textAt(route, 'metadata', 'namespace');

function meshEntries(route: JsonObject): readonly string[] {
  const gateways = listAt(route, 'spec', 'gateways');
  if (gateways.length > 0 && !gateways.includes('mesh')) return [];
  return listAt(route, 'spec', 'hosts').flatMap(host => {
    const service = typeof host === 'string' ? serviceOfHost(host, namespaceOf(route)) : '';
    return service === '' ? [] : [`service/${service}`];
  });
}

function ruleOf(rule: JsonObject, namespace: string): Rule {
  const matches = listAt(rule, 'match');
  return {
    matches: headers => matches.length === 0 || matches.some(match => isMet(match, headers)),
    backends: backendsOf(rule, namespace),
    mirrors: mirrorsOf(rule, namespace),
  };
}

/** A lone destination gets everything, whatever its weight. */
function backendsOf(rule: JsonObject, namespace: string): readonly Backend[] {
  return listAt(rule, 'route').map((entry, _, all) => ({
    service: serviceOfHost(textAt(entry, 'destination', 'host'), namespace),
    weight: all.length === 1 ? 1 : numberAt(entry, 0, 'weight'),
    ...cookieAdded(entry),
  }));
}

function cookieAdded(entry: Json): Pick<Backend, 'cookie'> {
  const added = Object.entries(objectAt(entry, 'headers', 'response', 'add'));
  const cookie = added.find(([name]) => name.toLowerCase() === 'set-cookie')?.[1];
  return typeof cookie === 'string' ? { cookie } : {};
}

function mirrorsOf(rule: JsonObject, namespace: string): readonly Mirror[] {
  const single = rule.mirror === undefined ? [] : [{ destination: rule.mirror, percentage: rule.mirrorPercentage ?? null }];
  return [...single, ...listAt(rule, 'mirrors')].map(mirror => ({
    service: serviceOfHost(textAt(mirror, 'destination', 'host'), namespace),
    percent: numberAt(mirror, 100, 'percentage', 'value'),
  }));
}

function isMet(match: Json, headers: Headers): boolean {
  const uri = at(match, 'uri') ?? null;
  const wanted = Object.entries(objectAt(match, 'headers'));
  return (uri === null || isPathMet(uri)) && wanted.every(([name, condition]) => isHeaderMet(condition ?? null, headerOf(headers, name)));
}

function isPathMet(uri: Json): boolean {
  if (at(uri, 'prefix') !== undefined) return hasPrefix(textAt(uri, 'prefix'));
  return at(uri, 'exact') === undefined ? fits(textAt(uri, 'regex'), requestPath) : textAt(uri, 'exact') === requestPath;
}

/** A condition without anything asks only that the header is there. */
function isHeaderMet(condition: Json, value: string | undefined): boolean {
  if (value === undefined) return false;
  if (at(condition, 'exact') !== undefined) return value === at(condition, 'exact');
  if (at(condition, 'prefix') !== undefined) return value.startsWith(textAt(condition, 'prefix'));
  return at(condition, 'regex') === undefined || fits(textAt(condition, 'regex'), value);
}
