/** Label and field selectors. */

import type { Json, JsonObject } from '../../model/kube.ts';
import { badRequest } from '../api/failure.ts';
import { at, isObject, listAt, stringsAt, textAt } from '../json.ts';

type Labels = Readonly<Record<string, string>>;
type Test = (labels: Labels) => boolean;

/** Whether labels match a `LabelSelector` object. */
export function matchesSelector(selector: JsonObject, labels: Labels): boolean {
  const equalities = Object.entries(stringsAt(selector, 'matchLabels')).every(([key, value]) => labels[key] === value);
  return (
    equalities && listAt(selector, 'matchExpressions').every(expression => isObject(expression) && matchesExpression(expression, labels))
  );
}

/** Whether labels match a plain map, as a Service's selector is; an empty one selects nothing. */
export function matchesLabels(wanted: Labels, labels: Labels): boolean {
  const entries = Object.entries(wanted);
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value);
}

/** A query's `labelSelector` as a test of labels. */
export function labelTest(text: string): Test {
  const terms = text
    .split(/,(?![^(]*\))/)
    .map(term => term.trim())
    .filter(term => term !== '');
  const tests = terms.map(labelTerm);
  return labels => tests.every(test => test(labels));
}

/** A query's `fieldSelector` as a test of objects. */
export function fieldTest(text: string): (object: JsonObject) => boolean {
  const terms = text
    .split(',')
    .filter(term => term !== '')
    .map(fieldTerm);
  return object => terms.every(term => term(object));
}

function matchesExpression(expression: JsonObject, labels: Labels): boolean {
  const value = labels[textAt(expression, 'key')];
  const values = listAt(expression, 'values');
  switch (textAt(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}

function labelTerm(term: string): Test {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
  if (set !== null)
    return setTerm(
      set[1] ?? '',
      set[2] === 'in',
      (set[3] ?? '').split(',').map(value => value.trim()),
    );
  const pair = /^([^!=\s]+)\s*(!=|==|=)\s*(\S*)$/.exec(term);
  if (pair !== null) return pair[2] === '!=' ? labels => labels[pair[1] ?? ''] !== pair[3] : labels => labels[pair[1] ?? ''] === pair[3];
  const bare = /^(!?)\s*([^\s=!()]+)$/.exec(term);
  if (bare === null) throw badRequest(`unable to parse requirement: found '${term}', expected: identifier, or 'end of string'`);
  return bare[1] === '!' ? labels => labels[bare[2] ?? ''] === undefined : labels => labels[bare[2] ?? ''] !== undefined;
}

function setTerm(key: string, isIn: boolean, values: readonly string[]): Test {
  return labels => {
    const value = labels[key];
    return isIn ? value !== undefined && values.includes(value) : value === undefined || !values.includes(value);
  };
}

function fieldTerm(term: string): (object: JsonObject) => boolean {
  const match = /^([^!=]+)(!=|==|=)(.*)$/.exec(term);
  if (match === null) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  const path = (match[1] ?? '').split('.');
  const isSame = match[2] !== '!=';
  return object => (asText(at(object, ...path)) === match[3]) === isSame;
}

function asText(value: Json | undefined): string {
  return value === undefined || value === null ? '' : String(value);
}
