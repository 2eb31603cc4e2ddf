/** Walks an object beside its schema: which fields it has, and the object without some of them. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { isList, isObject } from '../json.ts';
import { anything, childSchema, itemKeys, type Schema } from '../schema/schema.ts';
import { type FieldNode, type FieldSet, fieldElement, keyElement, noFields } from './set.ts';

/** The fields that an applied object names. Containers count through what they hold, items of lists by themselves too. */
export function fieldsOf(schema: Schema, value: Json | undefined): FieldSet {
  if (isObject(value)) return new Map(Object.entries(value).flatMap(([key, child]) => fieldNode(schema, key, child)));
  if (isList(value) && schema.type === 'list')
    return new Map(value.map(item => [itemElement(schema, item), itemNode(schema.of, item)] as const));
  return noFields;
}

/** True when the value is owned as a whole. */
export function isLeaf(schema: Schema, value: Json | undefined): boolean {
  if (isList(value)) return schema.type !== 'list' || schema.relation.by === 'none';
  return isObject(value) ? (schema.type === 'map' || schema.type === 'struct') && schema.atomic : true;
}

/** The path element of a list's item. */
export function itemElement(schema: Extract<Schema, { readonly type: 'list' }>, item: Json): string {
  if (schema.relation.by === 'keys' && isObject(item)) return keyElement(itemKeys(schema.of, schema.relation.keys, item));
  return `v:${JSON.stringify(item)}`;
}

/** The object without the paths of the set; an emptied container stays. */
export function withoutFields(schema: Schema, value: Json, set: FieldSet): Json {
  if (set.size === 0 || isLeaf(schema, value)) return value;
  if (isList(value) && schema.type === 'list') return listWithout(schema, value, set);
  return isObject(value) ? objectWithout(schema, value, set) : value;
}

/** The set with every named field that holds a path made a member itself. */
export function withNamedParents(schema: Schema, set: FieldSet): FieldSet {
  return new Map([...set].map(([element, node]) => [element, named(schema, element, node)] as const));
}

function named(schema: Schema, element: string, node: FieldNode): FieldNode {
  const isNamed = element.startsWith('f:') && schema.type === 'struct' && schema.fields.has(element.slice(2));
  return { member: node.member || isNamed, children: withNamedParents(schemaBelow(schema, element), node.children) };
}

function schemaBelow(schema: Schema, element: string): Schema {
  if (!element.startsWith('f:')) return schema.type === 'list' ? schema.of : anything;
  return childSchema(schema, element.slice(2)) ?? anything;
}

function fieldNode(schema: Schema, key: string, child: Json | undefined): readonly (readonly [string, FieldNode])[] {
  const below = childSchema(schema, key) ?? anything;
  const isNamed = schema.type === 'struct' && schema.fields.has(key);
  const empty = isEmpty(child);
  if (child === undefined) return [];
  if (isLeaf(below, child)) return [[fieldElement(key), { member: true, children: noFields }]];
  const children = fieldsOf(below, child);
  return children.size === 0 && isNamed && !empty ? [] : [[fieldElement(key), { member: empty || !isNamed, children }]];
}

const isEmpty = (value: Json | undefined): boolean => value === null || (isObject(value) && Object.keys(value).length === 0);

function itemNode(schema: Schema, item: Json): FieldNode {
  return { member: true, children: isLeaf(schema, item) ? noFields : fieldsOf(schema, item) };
}

function listWithout(schema: Extract<Schema, { readonly type: 'list' }>, list: readonly Json[], set: FieldSet): Json {
  return list.flatMap(item => {
    const node = set.get(itemElement(schema, item));
    if (node === undefined) return [item];
    return node.member ? [] : [withoutFields(schema.of, item, node.children)];
  });
}

function objectWithout(schema: Schema, object: JsonObject, set: FieldSet): JsonObject {
  const kept = Object.entries(object).flatMap(([key, child]) => {
    const node = set.get(fieldElement(key));
    if (node === undefined || child === undefined) return [[key, child] as const];
    return node.member ? [] : [[key, withoutFields(childSchema(schema, key) ?? anything, child, node.children)] as const];
  });
  return Object.fromEntries(kept);
}
