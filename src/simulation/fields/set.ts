/** Sets of fields of an object, as `managedFields` writes them (FieldsV1). */
import type { JsonObject } from '../../model/kube.ts';
import { canonical, isObject } from '../json.ts';

/** A set of paths. Keys are path elements as in FieldsV1: `f:name`, `k:{"name":"web"}`, `v:"value"`. */
export type FieldSet = ReadonlyMap<string, FieldNode>;

/** A path element of a set: whether its path is in the set, and what is below. */
export interface FieldNode {
  readonly member: boolean;
  readonly children: FieldSet;
}

/** The set without any field. */
export const noFields: FieldSet = new Map();

const noField: FieldNode = { member: false, children: noFields };

/** A path element for a field name. */
export function fieldElement(name: string): string {
  return `f:${name}`;
}

/** A path element for an item of a keyed list. */
export function keyElement(keys: JsonObject): string {
  return `k:${canonical(keys)}`;
}

/** Every write reads and writes the fields of every manager of its object; most of them are as they were, and stay the same sets. */
const read = new WeakMap<object, FieldSet>();
const written = new WeakMap<FieldSet, JsonObject>();

/** Reads FieldsV1. */
export function parseFields(fields: unknown): FieldSet {
  if (!isObject(fields) || isBare(fields)) return noFields;
  const known = read.get(fields);
  if (known !== undefined) return known;
  const set: Map<string, FieldNode> = new Map();
  for (const [element, below] of Object.entries(fields)) if (element !== '.') set.set(element, parseNode(below));
  read.set(fields, set);
  return set;
}

/** Most nodes are leaves, which need no memory. */
function isBare(fields: JsonObject): boolean {
  for (const _ in fields) return false;
  return true;
}

const noPrint: JsonObject = {};

function parseNode(below: unknown): FieldNode {
  const children = parseFields(below);
  return { member: children.size === 0 || (isObject(below) && '.' in below), children };
}

/** Writes FieldsV1, elements sorted. */
export function printFields(set: FieldSet): JsonObject {
  if (set.size === 0) return noPrint;
  const known = written.get(set);
  if (known !== undefined) return known;
  const fields: Record<string, JsonObject> = {};
  for (const element of [...set.keys()].sort()) fields[element] = printNode(set.get(element) ?? noField);
  read.set(fields, set);
  written.set(set, fields);
  return fields;
}

function printNode(node: FieldNode): JsonObject {
  return node.member && node.children.size > 0 ? { '.': {}, ...printFields(node.children) } : printFields(node.children);
}

/** Paths in either set. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a.size === 0) return b;
  const more = new Map<string, FieldNode>();
  for (const [element, node] of b) {
    const other = a.get(element);
    const sum = other === undefined ? node : { member: node.member || other.member, children: union(other.children, node.children) };
    if (sum.member !== other?.member || sum.children !== other.children) more.set(element, sum);
  }
  return more.size === 0 ? a : new Map([...a, ...more]);
}

/** Paths in `a` and not in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return filtered(a, b, (inA, inB) => inA && !inB);
}

/** Paths in both sets. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return filtered(a, b, (inA, inB) => inA && inB);
}

type Keep = (inA: boolean, inB: boolean) => boolean;

/** Most nodes are leaves, with nothing below. */
function filtered(a: FieldSet, b: FieldSet, keep: Keep): FieldSet {
  return a.size === 0 ? a : filteredBelow(a, b, keep);
}

function filteredBelow(a: FieldSet, b: FieldSet, keep: Keep): FieldSet {
  const result = new Map<string, FieldNode>();
  let isWhole = true;
  for (const [element, node] of a) {
    const other = b.get(element) ?? noField;
    const member = keep(node.member, other.member);
    const children = filtered(node.children, other.children, keep);
    const isKept = member === node.member && children === node.children;
    if (isKept || member || children.size > 0) result.set(element, isKept ? node : { member, children });
    isWhole &&= isKept;
  }
  return isWhole ? a : result;
}

/** Whether both sets have the same paths. */
export function sameFields(a: FieldSet, b: FieldSet): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(([element, node]) => {
    const other = b.get(element);
    return other !== undefined && node.member === other.member && sameFields(node.children, other.children);
  });
}

/** Every path of the set as error messages show it (`.spec.containers[name="web"].image`), members of a level before those below it. */
export function fieldPaths(set: FieldSet): readonly string[] {
  const sorted = [...set].sort(([a], [b]) => (a < b ? -1 : 1));
  const members = sorted.filter(([, node]) => node.member).map(([element]) => elementText(element));
  const below = sorted.flatMap(([element, node]) => fieldPaths(node.children).map(path => `${elementText(element)}${path}`));
  return [...members, ...below];
}

function elementText(element: string): string {
  const body = element.slice(2);
  if (element.startsWith('f:')) return `.${body}`;
  if (!element.startsWith('k:')) return `[=${body}]`;
  const keys = Object.entries(JSON.parse(body) as JsonObject);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
}
