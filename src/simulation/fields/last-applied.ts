/** The peace between the two ways of kubectl: what its client-side apply wrote, its server-side apply may take. */
import type { JsonObject } from '../../model/kube.ts';
import { at, canonical, isObject, textAt, withAt } from '../json.ts';
import { fieldPaths } from './set.ts';
import type { FieldConflict, Tracking } from './track.ts';
import { fieldsOf } from './walk.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** The conflicts but for those over fields that the last applied configuration names, when kubectl applies. */
export function conflictsLeft(tracking: Tracking, live: JsonObject, conflicts: readonly FieldConflict[]): readonly FieldConflict[] {
  const last = lastApplied(live);
  if (tracking.writer.manager !== 'kubectl' || last === null) return conflicts;
  const named = new Set(fieldPaths(fieldsOf(tracking.schema, last)));
  return conflicts.filter(({ path }) => !named.has(path));
}

/** The applied object with its last applied configuration kept in step, where there is one and kubectl applies. */
export function inStep(
  tracking: Tracking,
  change: { readonly live: JsonObject; readonly next: JsonObject; readonly body: JsonObject },
): JsonObject {
  const { live, next, body } = change;
  if (tracking.writer.manager !== 'kubectl' || textAt(live, 'metadata', 'annotations', annotation) === '') return next;
  return withAt(next, ['metadata', 'annotations', annotation], `${canonical(body)}\n`);
}

function lastApplied(live: JsonObject): JsonObject | null {
  const text = at(live, 'metadata', 'annotations', annotation);
  try {
    const last: unknown = typeof text === 'string' ? JSON.parse(text) : null;
    return isObject(last) ? last : null;
  } catch {
    return null;
  }
}
