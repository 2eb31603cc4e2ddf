/** What the API server refuses to change. */

import type { JsonObject } from '../../model/kube.ts';
import { type Cause, invalidValue } from '../api/failure.ts';
import { at, equal, objectAt, textAt, withAt } from '../json.ts';

type Check = (before: JsonObject, after: JsonObject) => readonly Cause[];

/** What is wrong with the change of a built-in object. */
export function checkChange(kind: string, before: JsonObject, after: JsonObject): readonly Cause[] {
  return (checks[kind] ?? (() => []))(before, after);
}

const checks: Readonly<Record<string, Check>> = {
  Deployment: (before, after) => immutable(['spec', 'selector'], before, after),
  ReplicaSet: (before, after) => immutable(['spec', 'selector'], before, after),
  DaemonSet: (before, after) => immutable(['spec', 'selector'], before, after),
  Job: (before, after) => [...immutable(['spec', 'selector'], before, after), ...immutable(['spec', 'template'], before, after)],
  StatefulSet: statefulSet,
  Pod: pod,
  Service: (before, after) => (textAt(after, 'spec', 'type') === 'ExternalName' ? [] : immutable(['spec', 'clusterIP'], before, after)),
  ConfigMap: sealed,
  Secret: (before, after) => [...immutable(['type'], before, after), ...sealed(before, after)],
  RoleBinding: roleRef,
  ClusterRoleBinding: roleRef,
};

const statefulSetFields = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

function immutable(path: readonly string[], before: JsonObject, after: JsonObject): readonly Cause[] {
  const value = at(after, ...path);
  return equal(at(before, ...path), value) ? [] : [invalidValue(path.join('.'), value, 'field is immutable')];
}

function statefulSet(before: JsonObject, after: JsonObject): readonly Cause[] {
  const rest = (object: JsonObject): JsonObject =>
    statefulSetFields.reduce((spec, field) => withAt(spec, [field], undefined), objectAt(object, 'spec'));
  const names = `'${statefulSetFields.slice(0, -1).join("', '")}' and '${statefulSetFields.at(-1)}'`;
  if (equal(rest(before), rest(after))) return [];
  return [
    {
      reason: 'FieldValueForbidden',
      message: `Forbidden: updates to statefulset spec for fields other than ${names} are forbidden`,
      field: 'spec',
    },
  ];
}

function pod(before: JsonObject, after: JsonObject): readonly Cause[] {
  const fixed = (object: JsonObject): JsonObject => ({
    ...withAt(objectAt(object, 'spec'), ['tolerations'], undefined),
    containers: (at(object, 'spec', 'containers') as readonly JsonObject[]).map(container => withAt(container, ['image'], undefined)),
  });
  if (equal(fixed(before), fixed(after)) || textAt(before, 'spec', 'nodeName') === '') return [];
  const message =
    'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [{ reason: 'FieldValueForbidden', message, field: 'spec' }];
}

function sealed(before: JsonObject, after: JsonObject): readonly Cause[] {
  if (before.immutable !== true || equal(before.data as JsonObject, after.data as JsonObject)) return [];
  return [{ reason: 'FieldValueForbidden', message: 'Forbidden: field is immutable when `immutable` is set', field: 'data' }];
}

function roleRef(before: JsonObject, after: JsonObject): readonly Cause[] {
  return equal(at(before, 'roleRef'), at(after, 'roleRef')) ? [] : [invalidValue('roleRef', after.roleRef, 'cannot change roleRef')];
}
