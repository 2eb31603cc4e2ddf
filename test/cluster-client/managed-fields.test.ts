import { describe, expect, test } from '@jest/globals';
import { disowned, handingOver, LAST_APPLIED } from '../../src/cluster/managed-fields.ts';
import type { Json, KubeObject, ManagedField } from '../../src/model/kube.ts';
import { jsonPatch } from '../../src/simulation/patch/json-patch.ts';

function owned(...managedFields: readonly ManagedField[]): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', managedFields } };
}

function entry(manager: string, operation: string, fieldsV1: NonNullable<ManagedField['fieldsV1']>, apiVersion = 'v1'): ManagedField {
  return { manager, operation, apiVersion, fieldsType: 'FieldsV1', fieldsV1 };
}

/** Who owns what behind the hand-over, where the object is `now` by then. */
function handedOver(object: KubeObject, now = object): unknown {
  const after = jsonPatch(now as unknown as Json, handingOver(object, 'kubectl') as unknown as readonly Json[]);
  return (after as unknown as KubeObject).metadata.managedFields;
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
    expect(handedOver(object)).toEqual([controller, scale, both]);
  });

  test('goes on while a controller reports of the object, and not where a command has written in between', () => {
    const applied = entry('kubectl-client-side-apply', 'Update', { 'f:data': { 'f:a': {} } });
    const [before, after] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:05Z'].map(time => ({ ...entry('controller', 'Update', {}), time }));
    const handed = entry('kubectl', 'Apply', { 'f:data': { 'f:a': {} } });
    expect(handedOver(owned(applied, before ?? applied), owned(applied, after ?? applied))).toEqual([handed, after]);
    const edited = entry('kubectl-client-side-apply', 'Update', { 'f:data': { 'f:a': {}, 'f:b': {} } });
    expect(() => handedOver(owned(applied), owned(edited))).toThrow();
  });

  test('leaves the memory of client-side apply to nobody', () => {
    const fields = { 'f:metadata': { 'f:annotations': { '.': {}, [`f:${LAST_APPLIED}`]: {} } }, 'f:data': { 'f:a': {} } };
    const object = owned(entry('kubectl-client-side-apply', 'Update', fields));
    expect(handedOver(object)).toEqual([entry('kubectl', 'Apply', { 'f:data': { 'f:a': {} } })]);
    expect(disowned(owned(entry('kubectl', 'Apply', fields)), LAST_APPLIED).at(-1)).toEqual({
      op: 'replace',
      path: '/metadata/managedFields/0/fieldsV1',
      value: { 'f:data': { 'f:a': {} } },
    });
    expect(disowned(owned(entry('kubectl', 'Apply', { 'f:data': {} })), LAST_APPLIED)).toEqual([]);
  });

  test('makes a count that stays without the file left to nobody, as the next apply of the file would drop it', () => {
    const rolled = entry('kubectl', 'Update', { 'f:spec': { 'f:replicas': {}, 'f:template': {} } });
    const resized = entry('kubectl', 'Update', { 'f:spec': { 'f:replicas': {} } });
    const handed = [rolled, resized].map(given => handingOver(owned(given), 'kubectl', { spared: ['/spec/replicas'] }).at(-1));
    expect(handed).toMatchObject([
      { value: { operation: 'Apply', fieldsV1: { 'f:spec': { 'f:template': {} } } } },
      { value: { operation: 'Apply', fieldsV1: {} } },
    ]);
  });

  test('never mixes the fields of two versions', () => {
    const object = owned(
      entry('kubectl', 'Apply', { 'f:spec': { 'f:metrics': {} } }, 'v2'),
      entry('kubectl-edit', 'Update', { 'f:spec': { 'f:cpu': {} } }, 'v1'),
    );
    expect(handedOver(object)).toEqual([entry('kubectl', 'Apply', { 'f:spec': { 'f:metrics': {} } }, 'v2')]);
  });
});
