/** PATCH: JSON patch, merge patch, strategic merge patch. */
import type { Json, JsonObject } from '../../model/kube.ts';
import { isList, isObject, textAt } from '../json.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicPatch } from '../patch/strategic.ts';
import type { Api, Asked, Target } from './api.ts';
import { readBody, withAllDefaults } from './body.ts';
import { checkVersion } from './check.ts';
import { ApiFailure, badRequest } from './failure.ts';
import { isScale, scaleOf, scaleTo } from './scale.ts';
import { changeObject, readLive } from './update.ts';

/** A patch and the way to read it. */
export interface Patch {
  readonly type: 'json' | 'merge' | 'strategic';
  readonly body: Json;
}

/** Patches the object, its status or its scale. */
export function patchObject(api: Api, { target, options }: Asked, patch: Patch): JsonObject {
  const live = readLive(api, target);
  if (isScale(target)) return scaleTo(api, { target, options }, patched(target, scaleOf(live), patch));
  const next = readBody(target, patched(target, live, patch), options);
  checkVersion(target, live, next);
  if (textAt(next, 'metadata', 'name') !== target.name) {
    throw badRequest(`the name of the object (${textAt(next, 'metadata', 'name')}) does not match the name on the URL (${target.name})`);
  }
  return changeObject(api, { target, options }, withAllDefaults(target.resource, next));
}

function patched(target: Target, live: JsonObject, patch: Patch): JsonObject {
  const next = apply(target, live, patch);
  if (!isObject(next)) throw badRequest('the patch does not leave an object');
  return next;
}

function apply(target: Target, live: JsonObject, { type, body }: Patch): Json {
  switch (type) {
    case 'json':
      if (!isList(body)) throw badRequest('a JSON patch is a list of operations');
      return jsonPatch(live, body);
    case 'merge':
      return mergePatch(live, body);
    case 'strategic':
      if (target.resource.custom !== null) throw new ApiFailure(415, 'UnsupportedMediaType', unsupportedType);
      return strategicPatch(target.resource.schema, live, body);
  }
}

const unsupportedType =
  'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';
