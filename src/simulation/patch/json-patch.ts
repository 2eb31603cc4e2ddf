/** RFC 6902. */

import type { Json, JsonObject } from '../../model/kube.ts';
import { ApiFailure, badRequest } from '../api/failure.ts';
import { equal, isList, isObject, textAt } from '../json.ts';

type Change = (container: Json, step: string) => Json;

/** The document after all operations; throws 422 when one cannot be done. */
export function jsonPatch(document: Json, operations: readonly Json[]): Json {
  return operations.reduce<Json>((current, operation) => {
    if (!isObject(operation)) throw badRequest('a JSON patch is a list of operations');
    return apply(current, operation);
  }, document);
}

function apply(document: Json, operation: JsonObject): Json {
  const path = textAt(operation, 'path');
  const value = operation.value ?? null;
  switch (textAt(operation, 'op')) {
    case 'add':
      return changed(document, path, add(value));
    case 'replace':
      return changed(document, path, replace(value));
    case 'remove':
      return changed(document, path, remove);
    case 'test':
      return test(document, path, value);
    case 'move':
      return changed(changed(document, textAt(operation, 'from'), remove), path, add(read(document, textAt(operation, 'from'))));
    case 'copy':
      return changed(document, path, add(read(document, textAt(operation, 'from'))));
    default:
      throw badRequest(`unknown operation of a JSON patch: ${textAt(operation, 'op')}`);
  }
}

function steps(path: string): readonly string[] {
  return path
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function changed(document: Json, path: string, change: Change): Json {
  const walk = (node: Json, [step = '', ...rest]: readonly string[]): Json => {
    if (rest.length === 0) return change(node, step);
    const child = childOf(node, step);
    if (child === undefined) throw unprocessable();
    return put(node, step, walk(child, rest));
  };
  return path === '' ? change({ '': document }, '') : walk(document, steps(path));
}

function childOf(node: Json, step: string): Json | undefined {
  if (isList(node)) return node[Number(step)];
  return isObject(node) ? node[step] : undefined;
}

function put(node: Json, step: string, value: Json): Json {
  if (isList(node)) return node.map((item, i) => (i === Number(step) ? value : item));
  return isObject(node) ? { ...node, [step]: value } : value;
}

function add(value: Json): Change {
  return (node, step) => {
    if (!isList(node)) return put(node, step, value);
    const index = step === '-' ? node.length : Number(step);
    if (!(index >= 0 && index <= node.length)) throw unprocessable();
    return [...node.slice(0, index), value, ...node.slice(index)];
  };
}

function replace(value: Json): Change {
  return (node, step) => {
    if (childOf(node, step) === undefined) throw unprocessable();
    return put(node, step, value);
  };
}

const remove: Change = (node, step) => {
  if (childOf(node, step) === undefined) throw unprocessable();
  if (isList(node)) return node.filter((_, i) => i !== Number(step));
  return Object.fromEntries(Object.entries(isObject(node) ? node : {}).filter(([key]) => key !== step));
};

function read(document: Json, path: string): Json {
  const found = steps(path).reduce<Json | undefined>((node, step) => (node === undefined ? undefined : childOf(node, step)), document);
  if (found === undefined) throw unprocessable();
  return found;
}

function test(document: Json, path: string, value: Json): Json {
  const found = steps(path).reduce<Json | undefined>((node, step) => (node === undefined ? undefined : childOf(node, step)), document);
  if (!equal(found ?? null, value)) throw unprocessable();
  return document;
}

/** The real server says no more than this about an operation that cannot be done. */
function unprocessable(): ApiFailure {
  return new ApiFailure(422, 'Invalid', 'the server rejected our request due to an error in our request');
}
