/** AWS Load Balancer Controller: actions and conditions in the annotations of an Ingress. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { at, listAt, numberAt, stringsAt, textAt } from '../json.ts';
import { headerOf } from './conditions.ts';
import type { Backend, Headers } from './split.ts';

const prefix = 'alb.ingress.kubernetes.io/';

/** The target groups of the action that a backend names. */
export function actionBackends(route: JsonObject, name: string): readonly Backend[] {
  const forward = at(annotated(route, `actions.${name}`), 'forwardConfig');
  const sticky = at(forward, 'targetGroupStickinessConfig', 'enabled') === true ? { sticky: 'AWSALBTG' } : {};
  return listAt(forward, 'targetGroups').map(group => ({
    service: textAt(group, 'serviceName'),
    weight: numberAt(group, 1, 'weight'),
    ...sticky,
  }));
}

/** Whether a request meets the conditions of a backend: those on headers; others are taken as met. */
export function conditionsMet(route: JsonObject, name: string): (headers: Headers) => boolean {
  const conditions = annotated(route, `conditions.${name}`);
  const onHeaders = (Array.isArray(conditions) ? (conditions as readonly Json[]) : []).filter(
    condition => textAt(condition, 'field') === 'http-header',
  );
  return headers => onHeaders.every(condition => isMet(condition, headers));
}

function isMet(condition: Json, headers: Headers): boolean {
  const value = headerOf(headers, textAt(condition, 'httpHeaderConfig', 'httpHeaderName'));
  const texts = (key: string): readonly string[] => listAt(condition, 'httpHeaderConfig', key).filter(text => typeof text === 'string');
  const patterns = [...texts('values').map(patternOf), ...texts('regexValues').map(text => new RegExp(text))];
  return value !== undefined && patterns.some(pattern => pattern.test(value));
}

/** `*` and `?` stand for other characters, case does not count. */
function patternOf(glob: string): RegExp {
  const text = glob
    .replace(/[\\.+()|[\]{}^$]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${text}$`, 'i');
}

/** An annotation that is no JSON says nothing. */
function annotated(route: JsonObject, name: string): Json {
  try {
    return JSON.parse(stringsAt(route, 'metadata', 'annotations')[`${prefix}${name}`] ?? 'null') as Json;
  } catch {
    return null;
  }
}
