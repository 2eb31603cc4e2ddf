import { expect, test } from '@jest/globals';
import { leftDefaults } from '../../src/cluster/left-defaults.ts';
import { handingOver } from '../../src/cluster/managed-fields.ts';
import type { Json, KubeObject } from '../../src/model/kube.ts';

const object = (kind: string, spec: Readonly<Record<string, Json>>): KubeObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'web' },
  spec,
});
const rolling: Json = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } };

test.each([
  ['Deployment', 'strategy', 'Recreate'],
  ['StatefulSet', 'updateStrategy', 'OnDelete'],
])('a rolling update of a %s that the file forbids by now is to be owned before it can go', (kind, field, type) => {
  const live = object(kind, { [field]: rolling });
  expect(leftDefaults(live, object(kind, { [field]: { type } }))).toEqual({
    'f:spec': { [`f:${field}`]: { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {} } } },
  });
});

test('nothing is taken where the file goes on rolling, says it itself, or where nothing is left', () => {
  const recreate = object('Deployment', { strategy: { type: 'Recreate' } });
  expect(leftDefaults(object('Deployment', { strategy: rolling }), object('Deployment', {}))).toBeNull();
  expect(
    leftDefaults(object('Deployment', { strategy: rolling }), object('Deployment', { strategy: { type: 'Recreate', rollingUpdate: {} } })),
  ).toBeNull();
  expect(leftDefaults(recreate, recreate)).toBeNull();
});

test('where nobody of kubectl has written yet an entry of the applier comes beside the others', () => {
  const helm = { manager: 'helm', operation: 'Update', apiVersion: 'apps/v1' } as const;
  const live: KubeObject = { ...object('Deployment', {}), metadata: { name: 'web', managedFields: [helm] } };
  expect(handingOver(live, 'kubectl', { more: { 'f:spec': { 'f:paused': {} } } })).toEqual([
    {
      op: 'add',
      path: '/metadata/managedFields/-',
      value: {
        manager: 'kubectl',
        operation: 'Apply',
        fieldsType: 'FieldsV1',
        apiVersion: 'apps/v1',
        fieldsV1: { 'f:spec': { 'f:paused': {} } },
      },
    },
  ]);
});
