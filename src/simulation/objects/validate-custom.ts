/** Validates custom objects against the schema of their CRD. Rules in CEL are not evaluated. */

import type { Json, JsonObject } from '../../model/kube.ts';
import { type Cause, required, unsupported } from '../api/failure.ts';
import { equal, isList, isObject, listAt, numberAt, objectAt, textAt } from '../json.ts';

interface Place {
  readonly path: string;
  readonly openapi: JsonObject;
}

/** What is wrong with a value at a path. */
export function checkCustom(path: string, openapi: JsonObject, value: Json): readonly Cause[] {
  const place = { path, openapi };
  const wrong = checkType(place, value);
  if (wrong.length > 0) return wrong;
  return [...checkEnum(place, value), ...checkShape(place, value), ...checkAlternatives(place, value)];
}

function checkShape(place: Place, value: Json): readonly Cause[] {
  if (typeof value === 'number') return checkNumber(place, value);
  if (typeof value === 'string') return checkString(place, value);
  if (isList(value)) return checkList(place, value);
  return isObject(value) ? checkObject(place, value) : [];
}

function checkType({ path, openapi }: Place, value: Json): readonly Cause[] {
  const wanted = textAt(openapi, 'type');
  const found = typeOf(value);
  if (openapi['x-kubernetes-int-or-string'] === true)
    return found === 'integer' || found === 'string' ? [] : [typeCause(path, 'integer,string', found)];
  if (wanted === '' || (value === null && openapi.nullable === true)) return [];
  if (wanted === found || (wanted === 'number' && found === 'integer')) return [];
  return [typeCause(path, wanted, found)];
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function typeCause(path: string, wanted: string, found: string): Cause {
  const detail = `${path} in body must be of type ${wanted}: ${JSON.stringify(found)}`;
  return { reason: 'FieldValueTypeInvalid', message: `Invalid value: ${JSON.stringify(found)}: ${detail}`, field: path };
}

function checkEnum({ path, openapi }: Place, value: Json): readonly Cause[] {
  const allowed = listAt(openapi, 'enum');
  if (allowed.length === 0 || allowed.some(item => equal(item, value))) return [];
  return [unsupported(path, value, allowed.map(String))];
}

function checkNumber({ path, openapi }: Place, value: number): readonly Cause[] {
  const least = numberAt(openapi, Number.NEGATIVE_INFINITY, 'minimum');
  const most = numberAt(openapi, Number.POSITIVE_INFINITY, 'maximum');
  if (value < least) return [bodyCause(path, value, `should be greater than or equal to ${least}`)];
  return value > most ? [bodyCause(path, value, `should be less than or equal to ${most}`)] : [];
}

function checkString({ path, openapi }: Place, value: string): readonly Cause[] {
  const pattern = textAt(openapi, 'pattern');
  const longest = numberAt(openapi, Number.POSITIVE_INFINITY, 'maxLength');
  return [
    ...(value.length < numberAt(openapi, 0, 'minLength')
      ? [bodyCause(path, value, `should be at least ${numberAt(openapi, 0, 'minLength')} chars long`)]
      : []),
    ...(value.length > longest
      ? [{ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${longest} bytes`, field: path }]
      : []),
    ...(pattern === '' || matches(pattern, value) ? [] : [bodyCause(path, value, `should match '${pattern}'`)]),
  ];
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

function checkList({ path, openapi }: Place, value: readonly Json[]): readonly Cause[] {
  const least = numberAt(openapi, 0, 'minItems');
  const most = numberAt(openapi, Number.POSITIVE_INFINITY, 'maxItems');
  const items = objectAt(openapi, 'items');
  return [
    ...(value.length < least ? [bodyCause(path, value.length, `should have at least ${least} items`)] : []),
    ...(value.length > most
      ? [{ reason: 'FieldValueTooMany', message: `Too many: ${value.length}: must have at most ${most} items`, field: path }]
      : []),
    ...value.flatMap((item, i) => checkCustom(`${path}[${i}]`, items, item)),
  ];
}

function checkObject({ path, openapi }: Place, value: JsonObject): readonly Cause[] {
  const properties = objectAt(openapi, 'properties');
  const extra = objectAt(openapi, 'additionalProperties');
  const missing = listAt(openapi, 'required').filter(name => value[String(name)] === undefined);
  return [
    ...missing.map(name => required(below(path, String(name)))),
    ...Object.entries(value).flatMap(([name, child]) => {
      const schema = properties[name] ?? extra;
      return child === undefined || !isObject(schema) ? [] : checkCustom(below(path, name), schema, child);
    }),
  ];
}

function checkAlternatives({ path, openapi }: Place, value: Json): readonly Cause[] {
  const fits = (schema: Json): boolean => isObject(schema) && checkCustom(path, schema, value).length === 0;
  const anyOf = listAt(openapi, 'anyOf');
  const oneOf = listAt(openapi, 'oneOf');
  const failed =
    (anyOf.length > 0 && openapi['x-kubernetes-int-or-string'] !== true && !anyOf.some(fits)) ||
    (oneOf.length > 0 && oneOf.filter(fits).length !== 1);
  const not = openapi.not;
  const wrong = failed || (isObject(not) && fits(not));
  const word = failed ? 'must validate one and only one schema (oneOf)' : 'must not validate the schema (not)';
  return [
    ...(wrong ? [bodyCause(path, '', word)] : []),
    ...listAt(openapi, 'allOf').flatMap(schema => (isObject(schema) ? checkCustom(path, schema, value) : [])),
  ];
}

function bodyCause(path: string, value: Json, detail: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${path} in body ${detail}`, field: path };
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
