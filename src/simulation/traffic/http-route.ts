/** Gateway API: HTTPRoute. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { at, isObject, listAt, numberAt, textAt } from '../json.ts';
import type { Headers, Mirror, RouteKind, Rule } from './split.ts';

/** HTTPRoute: parents are Gateways, or Services in a mesh. */
export const httpRoute: RouteKind = {
  key: 'gateway.networking.k8s.io/httproutes',
  read: route => ({ entries: entriesOf(route), rules: listAt(route, 'spec', 'rules').filter(isObject).map(ruleOf) }),
};

function entriesOf(route: JsonObject): readonly string[] {
  const services = listAt(route, 'spec', 'parentRefs')
    .filter(parent => textAt(parent, 'kind') === 'Service')
    .map(parent => `service/${textAt(parent, 'name')}`);
  return [`route/${textAt(route, 'metadata', 'name')}`, ...services];
}

function ruleOf(rule: JsonObject): Rule {
  const matches = listAt(rule, 'matches');
  return {
    matches: headers => matches.length === 0 || matches.some(match => listAt(match, 'headers').every(header => isMet(header, headers))),
    backends: listAt(rule, 'backendRefs').map(backend => ({ service: textAt(backend, 'name'), weight: numberAt(backend, 1, 'weight') })),
    mirrors: listAt(rule, 'filters')
      .filter(filter => textAt(filter, 'type') === 'RequestMirror')
      .map(mirrorOf),
  };
}

function isMet(wanted: Json, headers: Headers): boolean {
  const value = headers[textAt(wanted, 'name').toLowerCase()];
  if (value === undefined) return false;
  return textAt(wanted, 'type') === 'RegularExpression'
    ? new RegExp(`^(?:${textAt(wanted, 'value')})$`).test(value)
    : value === textAt(wanted, 'value');
}

function mirrorOf(filter: Json): Mirror {
  const mirror = at(filter, 'requestMirror');
  const fraction = (numberAt(mirror, 100, 'fraction', 'numerator') / numberAt(mirror, 100, 'fraction', 'denominator')) * 100;
  return { service: textAt(mirror, 'backendRef', 'name'), percent: numberAt(mirror, fraction, 'percent') };
}
