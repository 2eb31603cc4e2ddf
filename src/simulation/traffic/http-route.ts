/** Gateway API: HTTPRoute and GRPCRoute. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { at, isObject, listAt, numberAt, textAt } from '../json.ts';
import { fits, hasPrefix, requestPath } from './conditions.ts';
import type { Backend, Headers, Mirror, RouteKind, Rule, Split } from './split.ts';

/** HTTPRoute: parents are Gateways, or Services in a mesh. */
export const httpRoute: RouteKind = { key: 'gateway.networking.k8s.io/httproutes', read };

/** GRPCRoute: the simulated requests are of any method. */
export const grpcRoute: RouteKind = { key: 'gateway.networking.k8s.io/grpcroutes', read };

/** Linkerd's own copy of the HTTPRoute. */
export const policyRoute: RouteKind = { key: 'policy.linkerd.io/httproutes', read };

function read(route: JsonObject): Split {
  return {
    entries: entriesOf(route),
    rules: mostSpecificFirst(listAt(route, 'spec', 'rules').filter(isObject).flatMap(byMatch)).map(ruleOf),
  };
}

/** A rule is as specific as the one of its matches that a request meets. */
function byMatch(rule: JsonObject): readonly JsonObject[] {
  const matches = listAt(rule, 'matches');
  return matches.length === 0 ? [rule] : matches.map(match => ({ ...rule, matches: [match] }));
}

/** By the path first, then by the number of headers; of equal ones the first. */
function mostSpecificFirst(rules: readonly JsonObject[]): readonly JsonObject[] {
  const pathOf = (rule: JsonObject): number =>
    textAt(rule, 'matches', 0, 'path', 'value').length + (textAt(rule, 'matches', 0, 'path', 'type') === 'Exact' ? 10_000 : 0);
  const headersOf = (rule: JsonObject): number => listAt(rule, 'matches', 0, 'headers').length;
  return [...rules].sort((a, b) => pathOf(b) - pathOf(a) || headersOf(b) - headersOf(a));
}

function entriesOf(route: JsonObject): readonly string[] {
  const services = listAt(route, 'spec', 'parentRefs')
    .filter(parent => textAt(parent, 'kind') === 'Service')
    .map(parent => `service/${textAt(parent, 'name')}`);
  return [`route/${textAt(route, 'metadata', 'name')}`, ...services];
}

function ruleOf(rule: JsonObject): Rule {
  const matches = listAt(rule, 'matches');
  return {
    matches: headers =>
      matches.length === 0 || matches.some(match => isPathMet(match) && listAt(match, 'headers').every(header => isMet(header, headers))),
    backends: listAt(rule, 'backendRefs').map(backendOf),
    mirrors: listAt(rule, 'filters')
      .filter(filter => textAt(filter, 'type') === 'RequestMirror')
      .map(mirrorOf),
  };
}

function backendOf(backend: Json): Backend {
  const added = listAt(backend, 'filters').flatMap(filter => listAt(filter, 'responseHeaderModifier', 'add'));
  const cookie = added.find(header => textAt(header, 'name').toLowerCase() === 'set-cookie');
  return {
    service: textAt(backend, 'name'),
    weight: numberAt(backend, 1, 'weight'),
    ...(cookie === undefined ? {} : { cookie: textAt(cookie, 'value') }),
  };
}

function isPathMet(match: Json): boolean {
  const value = textAt(match, 'path', 'value');
  switch (textAt(match, 'path', 'type')) {
    case 'Exact':
      return value === requestPath;
    case 'RegularExpression':
      return fits(value, requestPath);
    default:
      return hasPrefix(value);
  }
}

function isMet(wanted: Json, headers: Headers): boolean {
  const value = headers[textAt(wanted, 'name').toLowerCase()];
  if (value === undefined) return false;
  return textAt(wanted, 'type') === 'RegularExpression' ? fits(textAt(wanted, 'value'), value) : value === textAt(wanted, 'value');
}

function mirrorOf(filter: Json): Mirror {
  const mirror = at(filter, 'requestMirror');
  const fraction = (numberAt(mirror, 100, 'fraction', 'numerator') / numberAt(mirror, 100, 'fraction', 'denominator')) * 100;
  return { service: textAt(mirror, 'backendRef', 'name'), percent: numberAt(mirror, fraction, 'percent') };
}
