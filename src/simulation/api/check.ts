/** Everything that the API refuses in an object that is about to be stored. */
import type { JsonObject } from '../../model/kube.ts';
import { at, listAt, objectAt, textAt } from '../json.ts';
import { checkMetadata } from '../objects/names.ts';
import { checkKind } from '../objects/validate.ts';
import { checkCustom } from '../objects/validate-custom.ts';
import { checkChange } from '../objects/validate-update.ts';
import { subjectOf, type Target } from './api.ts';
import { type Cause, conflict, invalid } from './failure.ts';

/** Throws 422 with every fault of the object, and of the change from `live` to it. */
export function checkObject(target: Target, object: JsonObject, live: JsonObject | null): void {
  const { custom, kind } = target.resource;
  const faults: readonly Cause[] = [
    ...checkMetadata(kind, object),
    ...(custom === null ? checkKind(kind, object) : checkCustomObject(custom.openapi, object)),
    ...(custom === null && live !== null ? checkChange(kind, live, object) : []),
  ];
  if (faults.length > 0) throw invalid(subjectOf(target, textAt(object, 'metadata', 'name')), faults);
}

/** Throws 409 when the body names another version or another object than the live one. */
export function checkVersion(target: Target, live: JsonObject, body: JsonObject): void {
  const version = textAt(body, 'metadata', 'resourceVersion');
  const uid = textAt(body, 'metadata', 'uid');
  const liveUid = textAt(live, 'metadata', 'uid');
  if (uid !== '' && uid !== liveUid) {
    throw conflict(subjectOf(target), `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${liveUid}`);
  }
  if (version !== '' && version !== at(live, 'metadata', 'resourceVersion')) throw conflict(subjectOf(target));
}

function checkCustomObject(openapi: JsonObject, object: JsonObject): readonly Cause[] {
  const { metadata: _, apiVersion: __, kind: ___, ...rest } = object;
  const { metadata: ____, apiVersion: _____, kind: ______, ...properties } = objectAt(openapi, 'properties');
  const needed = listAt(openapi, 'required').filter(name => typeof name === 'string' && name in properties);
  return [...checkCustom('', { ...openapi, properties, required: needed }, rest)].sort((a, b) => (a.field < b.field ? -1 : 1));
}
