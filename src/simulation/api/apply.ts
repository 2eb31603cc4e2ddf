/** Server-side apply. */
import type { JsonObject } from '../../model/kube.ts';
import { conflictsLeft, inStep } from '../fields/last-applied.ts';
import { type FieldConflict, type Tracking, trackApply } from '../fields/track.ts';
import { at, textAt } from '../json.ts';
import { decode } from '../objects/decode.ts';
import { apiVersionOf, hasSubresource } from '../schema/resource.ts';
import { type Api, type Asked, inVersion, type Target, timestamp } from './api.ts';
import { withAllDefaults } from './body.ts';
import { checkVersion } from './check.ts';
import { identified, storeNew, withoutStatus } from './create.ts';
import { ApiFailure, badRequest } from './failure.ts';
import { storeChange } from './update.ts';

/** The applied object, and whether it is new. */
export interface ApplyResult {
  readonly object: JsonObject;
  readonly created: boolean;
}

/** Applies what the body says; throws 409 with the managers of fields that would change under them, unless forced. */
export function applyObject(api: Api, { target, options }: Asked, body: JsonObject): ApplyResult {
  const applied = readApplied(target, body);
  const { resource } = target;
  const stored = api.store.get(resource.key, target.namespace, target.name);
  const live = stored === undefined ? null : inVersion(resource, stored);
  if (live !== null) checkVersion(target, live, applied);
  const writer = {
    manager: options.manager,
    operation: 'Apply',
    apiVersion: apiVersionOf(resource),
    subresource: target.subresource,
    time: timestamp(api.clock),
  } as const;
  const tracking: Tracking = {
    schema: resource.schema,
    writer,
    ignoresStatus: target.subresource === '' && hasSubresource(resource, 'status'),
  };
  const base = live ?? { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: {} };
  const { object, conflicts } = trackApply(tracking, base, target.subresource === '' ? withoutStatus(resource, applied) : applied);
  const standing = conflictsLeft(tracking, base, conflicts);
  if (standing.length > 0 && !options.force) throw applyConflict(standing);
  if (live === null) return { object: createApplied(api, { target, options }, object), created: true };
  const next = withAllDefaults(resource, inStep(tracking, { live, next: object, body }));
  return { object: storeChange(api, { target, options }, { live, next }), created: false };
}

function createApplied(api: Api, { target, options }: Asked, object: JsonObject): JsonObject {
  const managedFields = at(object, 'metadata', 'managedFields');
  const complete = withAllDefaults(target.resource, identified(api, target.resource, object));
  return storeNew(
    api,
    { target, options },
    { ...complete, metadata: { ...(complete.metadata as JsonObject), ...(managedFields === undefined ? {} : { managedFields }) } },
  );
}

function readApplied(target: Target, body: JsonObject): JsonObject {
  const { resource } = target;
  if (body.apiVersion !== apiVersionOf(resource) || body.kind !== resource.kind) {
    throw badRequest(
      `the object given is ${textAt(body, 'apiVersion')} ${textAt(body, 'kind')}, the request is for ${apiVersionOf(resource)} ${resource.kind}`,
    );
  }
  if (at(body, 'metadata', 'managedFields') !== undefined) throw badRequest('metadata.managedFields must be nil');
  const { object, unknown, mismatch } = decode(resource.schema, body);
  const place = `${textAt(body, 'metadata', 'namespace')}/${textAt(body, 'metadata', 'name')}; ${apiVersionOf(resource)}, Kind=${resource.kind}`;
  const fault = unknown[0] === undefined ? mismatch : `.${unknown[0]}: field not declared in schema`;
  if (fault !== null) throw new ApiFailure(500, '', `failed to create typed patch object (${place}): ${fault}`);
  const given = textAt(object, 'metadata', 'name');
  if (given !== '' && given !== target.name) {
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${target.name})`);
  }
  const metadata = {
    ...(object.metadata as JsonObject),
    name: target.name,
    ...(resource.namespaced ? { namespace: target.namespace } : {}),
  };
  return { ...object, metadata };
}

function applyConflict(conflicts: readonly FieldConflict[]): ApiFailure {
  const causes = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${managerText(manager)}`,
    field: path,
  }));
  const first = conflicts[0];
  const one = first === undefined ? '' : `conflict with ${managerText(first.manager)}: ${first.path}`;
  const text = conflicts.length === 1 ? `1 conflict: ${one}` : `${conflicts.length} conflicts: ${byManager(conflicts)}`;
  return new ApiFailure(409, 'Conflict', { message: `Apply failed with ${text}`, details: { causes } });
}

function byManager(conflicts: readonly FieldConflict[]): string {
  const managers = [...new Set(conflicts.map(({ manager }) => managerText(manager)))].sort();
  const lines = managers.flatMap(text => [
    `conflicts with ${text}:`,
    ...conflicts.filter(({ manager }) => managerText(manager) === text).map(({ path }) => `- ${path}`),
  ]);
  return lines.join('\n');
}

function managerText({ manager, operation, subresource, apiVersion }: FieldConflict['manager']): string {
  const part = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(manager)}${part}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}
