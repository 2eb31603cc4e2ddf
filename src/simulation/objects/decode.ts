/** Reads the body of a request as an object of its type, the way the real server decodes it. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { isList, isObject } from '../json.ts';
import type { Field, Scalar, Schema, Struct } from '../schema/schema.ts';

/** A body, read as an object of its type. */
export interface Decoded {
  readonly object: JsonObject;
  /** Paths of fields that the type does not have; they are dropped. */
  readonly unknown: readonly string[];
  /** The first value of a wrong type, in the decoder's words, or null. */
  readonly mismatch: string | null;
}

interface Reading {
  readonly unknown: string[];
  mismatch: string | null;
}

/** Where a value stands: its path and the Go type of the object that holds it, and where its faults are noted. */
interface Place {
  readonly reading: Reading;
  readonly path: string;
  readonly holder: string;
}

/** Decodes a built-in object: unknown fields and nulls are dropped. */
export function decode(schema: Schema, body: JsonObject): Decoded {
  const reading: Reading = { unknown: [], mismatch: null };
  const object = read(schema, body, { reading, path: '', holder: '' });
  return { object: isObject(object) ? object : {}, unknown: reading.unknown, mismatch: reading.mismatch };
}

/** Adds what the server writes whether it is there or not: empty structs, zero values, and defaults that stand in the schema. */
export function filled(schema: Schema, value: Json): Json {
  if (schema.type === 'list' && isList(value)) return value.map(item => filled(schema.of, item));
  if (!isObject(value)) return value;
  if (schema.type === 'map') return mapped(value, (_, child) => filled(schema.of, child));
  return schema.type === 'struct' ? filledStruct(schema, value) : value;
}

/** The object that a type has before anything is set: zero values, and null for lists that must be there. */
export function emptyObject(schema: Schema): JsonObject {
  if (schema.type !== 'struct') return {};
  const entries = [...schema.fields].map(([name, field]) => [name, emptyField(field)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function emptyField(field: Field): Json | undefined {
  const schema = field.schema();
  if (field.required && schema.type === 'list') return null;
  return isObject(field.default) ? emptyObject(schema) : presetOf(field);
}

function filledStruct(schema: Struct, value: JsonObject): JsonObject {
  const result: Record<string, Json | undefined> = { ...value };
  for (const [name, field] of schema.fields) {
    const child = value[name] ?? presetOf(field);
    if (child !== undefined) result[name] = filled(field.schema(), child);
  }
  return result;
}

function presetOf(field: Field): Json | undefined {
  const preset = field.default;
  return preset === undefined || (!field.required && preset === '') || preset === false ? undefined : preset;
}

function read(schema: Schema, value: Json, place: Place): Json {
  switch (schema.type) {
    case 'scalar':
      return readScalar(schema.scalar, value, place);
    case 'list':
      if (!isList(value)) return mismatch(value, place, '[]');
      return value.map((item, i) => read(schema.of, item, { ...place, path: `${place.path}[${i}]` }));
    case 'map':
      if (!isObject(value)) return mismatch(value, place, 'map[string]string');
      return mapped(value, (_, child) => read(schema.of, child, place));
    case 'struct':
      if (!isObject(value)) return mismatch(value, place, schema.goType);
      return readStruct(schema, value, place);
  }
}

function readStruct(schema: Struct, value: JsonObject, place: Place): JsonObject {
  const result: Record<string, Json> = {};
  for (const [key, child] of Object.entries(value)) {
    const field = schema.fields.get(key);
    const path = below(place.path, key);
    if (field === undefined && !schema.open) place.reading.unknown.push(path);
    else if (child !== null && child !== undefined)
      result[key] = field === undefined ? child : read(field.schema(), child, { reading: place.reading, path, holder: schema.goType });
  }
  return result;
}

function readScalar(scalar: Scalar, value: Json, place: Place): Json {
  if (scalar === 'quantity') return readQuantity(String(value), place);
  const [isMeant, called] = SCALARS[scalar];
  return isMeant(value) ? value : mismatch(value, place, called);
}

const QUANTITY = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;

function readQuantity(text: string, { reading }: Place): Json {
  if (!QUANTITY.test(text)) reading.mismatch ??= `quantities must match the regular expression '${QUANTITY.source}'`;
  return text;
}

const isAny = (): boolean => true;
const isText = (value: Json): boolean => typeof value === 'string';
const isWhole = (value: Json): boolean => Number.isInteger(value);
const isSmall = (value: Json): boolean => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31;

/** What a value has to be, and what the API server calls it. */
const SCALARS: Readonly<Record<Exclude<Scalar, 'quantity'>, readonly [isMeant: (value: Json) => boolean, called: string]>> = {
  string: [isText, 'string'],
  time: [isText, 'string'],
  boolean: [value => typeof value === 'boolean', 'bool'],
  int32: [isSmall, 'int32'],
  int64: [isWhole, 'int64'],
  number: [value => typeof value === 'number', 'float64'],
  any: [isAny, 'any'],
  intOrString: [isAny, 'intOrString'],
};

function mismatch(value: Json, place: Place, type: string): Json {
  const field = place.path.replaceAll(/\[\d+\]/g, '');
  place.reading.mismatch ??= `json: cannot unmarshal ${jsonType(value)} into Go struct field ${place.holder}.${field} of type ${goType(place, type)}`;
  return value;
}

function goType(place: Place, type: string): string {
  return type === '[]' ? `[]${place.holder}` : type;
}

function jsonType(value: Json): string {
  if (typeof value === 'number') return isSmall(value) ? 'number' : `number ${value}`;
  if (typeof value === 'boolean') return 'bool';
  return isList(value) ? 'array' : typeof value;
}

function mapped(object: JsonObject, change: (key: string, child: Json) => Json): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, child]) => (child === undefined ? [] : [[key, change(key, child)] as const])),
  );
}

function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
