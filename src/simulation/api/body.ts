/** The body of a write, decoded and checked against what the request is about. */
import type { JsonObject } from '../../model/kube.ts';
import { at, isObject, textAt, withAt } from '../json.ts';
import { customDefaults } from '../objects/custom.ts';
import { decode, filled } from '../objects/decode.ts';
import { kindDefaults } from '../objects/defaults.ts';
import { apiVersionOf, type Resource } from '../schema/resource.ts';
import type { Target, WriteOptions } from './api.ts';
import { ApiFailure, badRequest } from './failure.ts';

/** The object that a body holds, in the namespace of the request; unknown fields are refused, warned of or dropped. */
export function readBody(target: Target, body: JsonObject, options: WriteOptions): JsonObject {
  const { resource } = target;
  const typed = { apiVersion: apiVersionOf(resource), kind: resource.kind, ...body };
  checkType(resource, typed);
  const { object, unknown, mismatch } = decode(resource.schema, typed);
  const text = `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: `;
  if (mismatch !== null && resource.custom === null) throw badRequest(`${text}${mismatch}`);
  if (unknown.length > 0) reportUnknown(unknown, text, options);
  return inNamespace(target, object);
}

/** The object with every default. Labels and annotations of which there are none are not kept. */
export function withAllDefaults(resource: Resource, given: JsonObject): JsonObject {
  const object = ['labels', 'annotations'].reduce(withoutEmpty, given);
  if (resource.custom !== null) return { ...object, ...(customDefaults(resource.custom.openapi, object) as JsonObject) };
  return kindDefaults(resource.kind, filled(resource.schema, object) as JsonObject);
}

const withoutEmpty = (object: JsonObject, name: string): JsonObject => {
  const map = at(object, 'metadata', name);
  return isObject(map) && Object.keys(map).length === 0 ? withAt(object, ['metadata', name], undefined) : object;
};

function checkType(resource: Resource, body: JsonObject): void {
  const wanted = apiVersionOf(resource);
  const given = textAt(body, 'apiVersion');
  if (given !== wanted) {
    const why = `no kind "${resource.kind}" is registered for version "${given}" in scheme "pkg/runtime/scheme.go:110"`;
    throw badRequest(`${resource.kind} in version "${given}" cannot be handled as a ${resource.kind}: ${why}`);
  }
  if (body.kind !== resource.kind) {
    throw badRequest(`the object provided is unrecognized (must be of type ${resource.kind}): got kind ${textAt(body, 'kind')}`);
  }
  if (body.metadata !== undefined && !isObject(body.metadata)) throw badRequest('metadata must be an object');
}

function reportUnknown(unknown: readonly string[], text: string, options: WriteOptions): void {
  const faults = unknown.map(path => `unknown field "${path}"`);
  if (options.validation === 'Strict') throw badRequest(`${text}strict decoding error: ${faults.join(', ')}`);
  if (options.validation === 'Warn') faults.forEach(options.warn);
}

function inNamespace(target: Target, object: JsonObject): JsonObject {
  if (!target.resource.namespaced) return withAt(object, ['metadata', 'namespace'], undefined);
  const given = textAt(object, 'metadata', 'namespace');
  if (given !== '' && given !== target.namespace) {
    throw new ApiFailure(400, 'BadRequest', 'the namespace of the provided object does not match the namespace sent on the request');
  }
  return withAt(object, ['metadata', 'namespace'], target.namespace);
}
