import { describe, expect, test } from '@jest/globals';
import { disowned, handedOver, LAST_APPLIED } from '../../src/cluster/managed-fields.ts';
import type { KubeObject, ManagedField } from '../../src/model/kube.ts';

function owned(...managedFields: readonly ManagedField[]): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', managedFields } };
}

function entry(manager: string, operation: string, fieldsV1: NonNullable<ManagedField['fieldsV1']>, apiVersion = 'v1'): ManagedField {
  return { manager, operation, apiVersion, fieldsType: 'FieldsV1', fieldsV1 };
}

describe('the hand-over', () => {
  test('gives the applier what client-side commands own, and leaves controllers and subresources alone', () => {
    const controller = entry('kube-controller-manager', 'Update', { 'f:status': {} });
    const scale = { ...entry('kubectl', 'Update', { 'f:spec': { 'f:replicas': {} } }), subresource: 'scale' };
    const object = owned(
      controller,
      scale,
      entry('kubectl', 'Apply', { 'f:data': { 'f:a': {} } }),
      entry('kubectl-edit', 'Update', { 'f:data': { 'f:b': {} } }),
      entry('kubectl', 'Update', { 'f:data': { 'f:c': {} } }),
    );
    const both = entry('kubectl', 'Apply', { 'f:data': { 'f:a': {}, 'f:b': {}, 'f:c': {} } });
    expect(handedOver(object, 'kubectl')).toEqual([controller, scale, both]);
  });

  test('leaves the memory of client-side apply to nobody', () => {
    const fields = { 'f:metadata': { 'f:annotations': { '.': {}, [`f:${LAST_APPLIED}`]: {} } }, 'f:data': { 'f:a': {} } };
    const object = owned(entry('kubectl-client-side-apply', 'Update', fields));
    expect(handedOver(object, 'kubectl')).toEqual([entry('kubectl', 'Apply', { 'f:data': { 'f:a': {} } })]);
    expect(disowned(owned(entry('kubectl', 'Apply', fields)), LAST_APPLIED).at(-1)).toEqual({
      op: 'replace',
      path: '/metadata/managedFields/0/fieldsV1',
      value: { 'f:data': { 'f:a': {} } },
    });
    expect(disowned(owned(entry('kubectl', 'Apply', { 'f:data': {} })), LAST_APPLIED)).toEqual([]);
  });

  test('never mixes the fields of two versions', () => {
    const object = owned(
      entry('kubectl', 'Apply', { 'f:spec': { 'f:metrics': {} } }, 'v2'),
      entry('kubectl-edit', 'Update', { 'f:spec': { 'f:cpu': {} } }, 'v1'),
    );
    expect(handedOver(object, 'kubectl')).toEqual([entry('kubectl', 'Apply', { 'f:spec': { 'f:metrics': {} } }, 'v2')]);
  });
});
