import { same } from '../manifests/json.ts';
import { escaped } from '../manifests/patched.ts';
import { refOf } from '../manifests/refs.ts';
import type { KubeObject, PatchOperation } from '../model/kube.ts';
import type { Change } from '../model/live.ts';

/** A place in an object (a JSON pointer), what stands there and what shall; undefined is nothing. */
export interface Edit {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** A patch of the user's object that fails when it, or one of the places, is not what was read; no change when nothing differs. */
export function patchWith(object: KubeObject, edits: readonly Edit[]): readonly Change[] {
  const operations = operationsOf(object, edits);
  return operations.length === 0 ? [] : [{ do: 'patch', ref: refOf(object), operations }];
}

/**
 * The operations of edits behind a test that it is the very object that was read; none when nothing differs. By `identity` the places are not tested:
 * for objects that nobody else is to write.
 */
export function operationsOf(
  { metadata: { uid } }: KubeObject,
  edits: readonly Edit[],
  tested: 'places' | 'identity' = 'places',
): readonly PatchOperation[] {
  const due = edits.filter(({ from, to }) => !same(from, to));
  if (due.length === 0) return [];
  const tests = tested === 'places' ? due.flatMap(testOf) : [];
  return [{ op: 'test', path: '/metadata/uid', value: uid }, ...tests, ...due.map(operationOf)];
}

/** Edits of single annotations, so that those of others stay whoever writes them meanwhile; undefined takes one away. */
export function annotationEdits(object: KubeObject, wanted: Readonly<Record<string, string | undefined>>): readonly Edit[] {
  const now = object.metadata.annotations;
  const entries = Object.entries(wanted);
  if (now) return entries.map(([key, to]) => ({ path: `/metadata/annotations/${escaped(key)}`, from: now[key], to }));
  const given = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  return Object.keys(given).length > 0 ? [{ path: '/metadata/annotations', from: undefined, to: given }] : [];
}

/** A patch cannot test that a place is empty. */
const testOf = ({ path, from }: Edit): readonly PatchOperation[] => (from === undefined ? [] : [{ op: 'test', path, value: from }]);

function operationOf({ path, from, to }: Edit): PatchOperation {
  if (to === undefined) return { op: 'remove', path };
  return { op: from === undefined ? 'add' : 'replace', path, value: to };
}
