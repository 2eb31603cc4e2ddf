/** The types and resources of the API groups that every cluster serves, read from `builtins.json` (written by scripts/schemas.ts). */
import type { Json } from '../../model/kube.ts';
import builtins from './builtins.json' with { type: 'json' };
import { type Field, type ListRelation, once, type Scalar, type Schema } from './schema.ts';

const scalars: ReadonlySet<string> = new Set(['string', 'int32', 'int64', 'number', 'boolean', 'any', 'quantity', 'time', 'intOrString']);
const types = builtins.types as Readonly<Record<string, string | Readonly<Record<string, string>>>>;
const resolved = new Map<string, Schema>();

/** One line of the API's discovery; subresources have a slash in their name and `of` for the group version they are found in. */
export interface ServedResource {
  readonly name: string;
  readonly singular?: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly of?: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly type?: string;
}

/** Every built-in resource and subresource. */
export const builtinResources: readonly ServedResource[] = builtins.resources as readonly ServedResource[];

/** The schema of a built-in type, by a name like `core.v1.Container`. */
export function builtinType(name: string): Schema {
  const known = resolved.get(name);
  if (known !== undefined) return known;
  const definition = types[name];
  const schema = definition === undefined ? scalar('any') : typeof definition === 'string' ? parse(definition) : struct(name, definition);
  resolved.set(name, schema);
  return schema;
}

function struct(name: string, definition: Readonly<Record<string, string>>): Schema {
  const fields = Object.entries(definition).filter(([field]) => field !== '');
  return {
    type: 'struct',
    goType: name.slice(name.lastIndexOf('.') + 1),
    atomic: definition[''] === 'atomic',
    open: false,
    fields: new Map(fields.map(([field, text]) => [field, parseField(text)])),
  };
}

function parseField(text: string): Field {
  const [type = 'any', ...rest] = text.split(' ');
  const value = rest.find(word => word.startsWith('='))?.slice(1);
  return {
    schema: once(() => parse(type)),
    required: rest.includes('!'),
    default: value === undefined ? undefined : (JSON.parse(value) as Json),
    mergeKey: rest.find(word => word.startsWith('@'))?.slice(1),
  };
}

function parse(text: string): Schema {
  if (text.startsWith('~')) return atomically(parse(text.slice(1)));
  if (text.startsWith('{')) return { type: 'map', of: parse(text.slice(1, -1)), atomic: false };
  if (!text.startsWith('[')) return scalars.has(text) ? scalar(text as Scalar) : builtinType(text);
  const end = text.indexOf(']');
  return { type: 'list', of: parse(text.slice(end + 1)), relation: relation(text.slice(1, end)) };
}

function scalar(name: Scalar): Schema {
  return { type: 'scalar', scalar: name };
}

function atomically(schema: Schema): Schema {
  return schema.type === 'map' || schema.type === 'struct' ? { ...schema, atomic: true } : schema;
}

function relation(keys: string): ListRelation {
  if (keys === '') return { by: 'none' };
  return keys === '*' ? { by: 'value' } : { by: 'keys', keys: keys.split(',') };
}
