/** Custom resources: the types that a CRD declares. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { at, isList, isObject, listAt, objectAt, textAt } from '../json.ts';
import { builtinType, type ServedResource } from '../schema/builtin.ts';
import type { Resource } from '../schema/resource.ts';
import { anything, type Field, type ListRelation, once, type Schema } from '../schema/schema.ts';

/** The resources that a CRD serves: one per served version. */
export function customResources(crd: JsonObject): readonly Resource[] {
  const versions = listAt(crd, 'spec', 'versions')
    .filter(isObject)
    .filter(version => version.served === true);
  const names = preferredFirst(versions.map(version => textAt(version, 'name')));
  return versions.map(version => customResource(crd, version, names));
}

function customResource(crd: JsonObject, version: JsonObject, versions: readonly string[]): Resource {
  const group = textAt(crd, 'spec', 'group');
  const plural = textAt(crd, 'spec', 'names', 'plural');
  const openapi = objectAt(version, 'schema', 'openAPIV3Schema');
  const names = objectAt(crd, 'spec', 'names');
  const base = {
    group,
    version: textAt(version, 'name'),
    kind: textAt(names, 'kind'),
    namespaced: textAt(crd, 'spec', 'scope') === 'Namespaced',
  };
  const hasStatus = at(version, 'subresources', 'status') !== undefined;
  const sub: ServedResource = { ...base, name: `${plural}/status`, of: `${group}/${base.version}`, verbs: ['get', 'patch', 'update'] };
  return {
    ...base,
    plural,
    singular: textAt(names, 'singular') || base.kind.toLowerCase(),
    verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
    shortNames: listAt(names, 'shortNames').map(String),
    categories: listAt(names, 'categories').map(String),
    subresources: hasStatus ? [sub] : [],
    schema: rootSchema(openapi),
    key: `${group}/${plural}`,
    custom: { openapi, printerColumns: listAt(version, 'additionalPrinterColumns').filter(isObject), hasStatus, versions },
  };
}

/** Versions in the API's order of preference: v2, v1, v1beta2, v1alpha1. */
export function preferredFirst(versions: readonly string[]): readonly string[] {
  const rank = (version: string): readonly number[] => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    const stage = match?.[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0;
    return [stage, Number(match?.[1] ?? 0), Number(match?.[3] ?? 0)];
  };
  return [...versions].sort((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    return (y[0] ?? 0) - (x[0] ?? 0) || (y[1] ?? 0) - (x[1] ?? 0) || (y[2] ?? 0) - (x[2] ?? 0);
  });
}

/** The custom object with the defaults of its schema. */
export function customDefaults(openapi: JsonObject, value: Json): Json {
  if (isList(value)) return value.map(item => customDefaults(objectAt(openapi, 'items'), item));
  if (!isObject(value)) return value;
  const properties = objectAt(openapi, 'properties');
  const extra = objectAt(openapi, 'additionalProperties');
  const defaults = Object.entries(properties).flatMap(([name, property]) => {
    const preset = at(property, 'default');
    return preset === undefined || value[name] !== undefined ? [] : [[name, preset] as const];
  });
  const all: JsonObject = { ...value, ...Object.fromEntries(defaults) };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, child]) =>
      child === undefined
        ? []
        : [[name, customDefaults(objectAt(properties, name).type === undefined ? extra : objectAt(properties, name), child)] as const],
    ),
  );
}

function rootSchema(openapi: JsonObject): Schema {
  const schema = schemaOf(openapi);
  const root =
    schema.type === 'struct'
      ? schema
      : { type: 'struct' as const, goType: '', atomic: false, open: true, fields: new Map<string, Field>() };
  const fixed: readonly (readonly [string, Field])[] = [
    ['apiVersion', plain({ type: 'scalar', scalar: 'string' })],
    ['kind', plain({ type: 'scalar', scalar: 'string' })],
    ['metadata', plain(builtinType('meta.v1.ObjectMeta'))],
  ];
  return { ...root, fields: new Map([...root.fields, ...fixed]) };
}

function schemaOf(openapi: JsonObject): Schema {
  const type = textAt(openapi, 'type');
  if (openapi['x-kubernetes-int-or-string'] === true) return { type: 'scalar', scalar: 'intOrString' };
  if (type === 'array') return { type: 'list', of: schemaOf(objectAt(openapi, 'items')), relation: relationOf(openapi) };
  if (type === 'object') return objectSchema(openapi);
  if (type === 'string' || type === 'boolean') return { type: 'scalar', scalar: type };
  if (type === 'integer') return { type: 'scalar', scalar: 'int64' };
  return type === 'number' ? { type: 'scalar', scalar: 'number' } : anything;
}

function objectSchema(openapi: JsonObject): Schema {
  const atomic = textAt(openapi, 'x-kubernetes-map-type') === 'atomic';
  const extra = openapi.additionalProperties;
  const properties = objectAt(openapi, 'properties');
  if (isObject(extra)) return { type: 'map', of: schemaOf(extra), atomic };
  const open = openapi['x-kubernetes-preserve-unknown-fields'] === true || extra === true;
  const fields = Object.entries(properties).map(([name, property]) => [name, fieldOf(isObject(property) ? property : {})] as const);
  return { type: 'struct', goType: '', atomic, open, fields: new Map(fields) };
}

function fieldOf(property: JsonObject): Field {
  return { schema: once(() => schemaOf(property)), required: false, default: property.default, mergeKey: undefined };
}

function plain(schema: Schema): Field {
  return { schema: () => schema, required: false, default: undefined, mergeKey: undefined };
}

function relationOf(openapi: JsonObject): ListRelation {
  const type = textAt(openapi, 'x-kubernetes-list-type');
  if (type === 'set') return { by: 'value' };
  return type === 'map' ? { by: 'keys', keys: listAt(openapi, 'x-kubernetes-list-map-keys').map(String) } : { by: 'none' };
}
