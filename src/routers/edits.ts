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
export function edited(object: KubeObject, edits: readonly Edit[]): readonly Change[] {
  const operations = edits.filter(({ from, to }) => !same(from, to)).flatMap(operationsOf);
  if (operations.length === 0) return [];
  return [
    { do: 'patch', ref: refOf(object), operations: [{ op: 'test', path: '/metadata/uid', value: object.metadata.uid }, ...operations] },
  ];
}

/** Edits of single annotations, so that those of others stay whoever writes them meanwhile; undefined takes one away. */
export function annotationEdits(object: KubeObject, wanted: Readonly<Record<string, string | undefined>>): readonly Edit[] {
  const now = object.metadata.annotations;
  const entries = Object.entries(wanted);
  if (now) return entries.map(([key, to]) => ({ path: `/metadata/annotations/${escaped(key)}`, from: now[key], to }));
  const given = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  return Object.keys(given).length > 0 ? [{ path: '/metadata/annotations', from: undefined, to: given }] : [];
}

function operationsOf({ path, from, to }: Edit): readonly PatchOperation[] {
  if (from === undefined) return [{ op: 'add', path, value: to }];
  const test: PatchOperation = { op: 'test', path, value: from };
  return to === undefined ? [test, { op: 'remove', path }] : [test, { op: 'replace', path, value: to }];
}
