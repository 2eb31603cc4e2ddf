/** What changed between two objects, as sets of fields. */
import type { Json } from '../../model/kube.ts';
import { equal, isList, isObject } from '../json.ts';
import { anything, childSchema, type Schema } from '../schema/schema.ts';
import { type FieldNode, type FieldSet, fieldElement, noFields } from './set.ts';
import { isLeaf, itemElement } from './walk.ts';

/** The difference of two objects. */
export interface Comparison {
  /** Fields that are new or have another value. */
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

interface NodeComparison {
  readonly changed: FieldNode | null;
  readonly removed: FieldNode | null;
}

const nothing: NodeComparison = { changed: null, removed: null };

/** Compares two objects of one schema. */
export function compare(schema: Schema, before: Json, after: Json): Comparison {
  const node = compareNode(schema, before, after);
  return { changed: node.changed?.children ?? noFields, removed: node.removed?.children ?? noFields };
}

function compareNode(schema: Schema, before: Json | undefined, after: Json | undefined): NodeComparison {
  if (before === after) return nothing;
  if (asLeaf(schema, before, after)) return compareLeaf(before, after);
  return collect(pairs(schema, before, after), before === undefined, after === undefined);
}

/** Empty containers on both sides are compared as a whole, like scalars. */
function asLeaf(schema: Schema, before: Json | undefined, after: Json | undefined): boolean {
  const shape = isEmpty(after) ? before : after;
  if (isEmpty(before) && isEmpty(after)) return true;
  return isLeaf(schema, shape) || (!isEmpty(before) && isList(before) !== isList(shape));
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function compareLeaf(before: Json | undefined, after: Json | undefined): NodeComparison {
  const leaf: FieldNode = { member: true, children: noFields };
  if (after === undefined) return { changed: null, removed: leaf };
  return before !== undefined && equal(before, after) ? nothing : { changed: leaf, removed: null };
}

type Pair = readonly [element: string, schema: Schema, before: Json | undefined, after: Json | undefined];

function pairs(schema: Schema, before: Json | undefined, after: Json | undefined): readonly Pair[] {
  if (schema.type === 'list') return itemPairs(schema, isList(before) ? before : [], isList(after) ? after : []);
  const left = isObject(before) ? before : {};
  const right = isObject(after) ? after : {};
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].map(key => [fieldElement(key), childSchema(schema, key) ?? anything, left[key], right[key]] as const);
}

function itemPairs(schema: Extract<Schema, { readonly type: 'list' }>, before: readonly Json[], after: readonly Json[]): readonly Pair[] {
  const left = new Map(before.map(item => [itemElement(schema, item), item] as const));
  const right = new Map(after.map(item => [itemElement(schema, item), item] as const));
  return [...new Set([...left.keys(), ...right.keys()])].map(
    element => [element, schema.of, left.get(element), right.get(element)] as const,
  );
}

function collect(children: readonly Pair[], added: boolean, gone: boolean): NodeComparison {
  const changed = new Map<string, FieldNode>();
  const removed = new Map<string, FieldNode>();
  for (const [element, schema, before, after] of children) {
    const node = compareNode(schema, before, after);
    if (node.changed !== null) changed.set(element, node.changed);
    if (node.removed !== null) removed.set(element, node.removed);
  }
  return {
    changed: added || changed.size > 0 ? { member: added, children: changed } : null,
    removed: gone || removed.size > 0 ? { member: gone, children: removed } : null,
  };
}
