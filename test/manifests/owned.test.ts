import { describe, expect, test } from '@jest/globals';
import { isChangedBy, isSettled } from '../../src/manifests/owned.ts';
import type { JsonObject, KubeObject } from '../../src/model/kube.ts';

const PORT = 'k:{"port":80,"protocol":"TCP"}';
const owned: JsonObject = {
  'f:metadata': { 'f:labels': { 'f:app': {} }, 'f:annotations': { 'f:kubectl.kubernetes.io/last-applied-configuration': {} } },
  'f:spec': { 'f:selector': {}, 'f:ports': { [PORT]: { '.': {}, 'f:port': {}, 'f:targetPort': {} } } },
};
const by = (manager: string, operation: string, fieldsV1: JsonObject) => ({ manager, operation, fieldsV1 });

function service(change: { labels?: object; spec?: object; more?: object; managedFields?: readonly object[] } = {}): KubeObject {
  const ports = [{ port: 80, protocol: 'TCP', targetPort: 8080 }];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'web',
      labels: { app: 'web', ...change.labels },
      managedFields: change.managedFields ?? [by('kubectl', 'Apply', owned)],
    },
    spec: { selector: { app: 'web' }, ports, ...change.spec },
    ...change.more,
  } as KubeObject;
}

describe('an object that was applied', () => {
  test.each([
    ['a status', service({ more: { status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } } })],
    ['a field of its own', service({ spec: { clusterIP: '10.0.0.1' } })],
    ['a label of its own', service({ labels: { region: 'north' } })],
    ['a field beside ours in an item', service({ spec: { ports: [{ port: 80, protocol: 'TCP', targetPort: 8080, nodePort: 30000 }] } })],
  ])('is the same when a controller has written %s', (_, after) => {
    expect(isChangedBy(service(), after)).toBe(false);
  });

  test.each([
    ['a field', service({ spec: { ports: [{ port: 80, protocol: 'TCP', targetPort: 9090 }] } })],
    ['a map that is one value', service({ spec: { selector: { app: 'web', tier: 'front' } } })],
    ['an item that is gone', service({ spec: { ports: [] } })],
  ])('is another one by %s of the file', (_, after) => {
    expect(isChangedBy(service(), after)).toBe(true);
  });

  test('is another one by a field that the file has dropped', () => {
    const after = { ...service({ managedFields: [by('kubectl', 'Apply', { 'f:spec': { 'f:selector': {} } })] }) };
    const dropped = { ...after, metadata: { ...after.metadata, labels: {} } };
    expect(isChangedBy(service(), dropped)).toBe(true);
    expect(isChangedBy(service(), after)).toBe(false);
  });

  test('is the same when only its owner has changed from client-side to server-side apply', () => {
    const before = service({ managedFields: [by('kubectl-client-side-apply', 'Update', owned)] });
    expect(isChangedBy(before, service())).toBe(false);
  });

  test('is told from what another tool has left there before', () => {
    const before = service({ labels: { app: 'old' }, managedFields: [by('helm', 'Update', owned)] });
    expect(isChangedBy(before, service())).toBe(true);
  });
});

test('members of a set are told by their values, and the keys of a Secret whoever wrote them', () => {
  const set = (...finalizers: string[]) => ({
    ...service({ managedFields: [by('kubectl', 'Apply', { 'f:spec': { 'f:finalizers': { 'v:"a"': {} } } })] }),
    spec: { finalizers },
  });
  expect(isChangedBy(set('a'), set('b', 'a'))).toBe(false);
  expect(isChangedBy(set('a'), set('b'))).toBe(true);
  const secret = (key: string): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' }, data: { key } });
  expect(isChangedBy(secret('YQ=='), secret('Yg=='))).toBe(true);
});

describe('a file whose apply would surely change nothing', () => {
  const fields = {
    'f:metadata': { 'f:labels': { 'f:app': {} } },
    'f:spec': { 'f:selector': {}, 'f:ports': { [PORT]: { '.': {}, 'f:port': {}, 'f:protocol': {}, 'f:targetPort': {} } } },
  };
  const live = service({ managedFields: [{ ...by('kubectl', 'Apply', fields), apiVersion: 'v1' }], spec: { clusterIP: '10.0.0.1' } });
  const file = (change: { labels?: object; spec?: object } = {}): KubeObject => {
    const { managedFields: _, ...metadata } = service(change).metadata;
    return { ...service(change), metadata };
  };

  test('is the one that was applied last', () => {
    expect(isSettled(file(), live)).toBe(true);
    expect(isSettled({ ...file(), status: { loadBalancer: {} } }, live)).toBe(true);
  });

  test.each([
    ['has changed a field', file({ spec: { selector: { app: 'other' } } }), live],
    ['has a new field', file({ spec: { type: 'NodePort' } }), live],
    [
      'has a new item',
      file({ spec: { ports: [...((service().spec?.ports as object[] | undefined) ?? []), { port: 81, protocol: 'TCP', targetPort: 1 }] } }),
      live,
    ],
    ['has dropped a label', { ...file(), metadata: { name: 'web' } }, live],
    [
      'has lost a field to somebody else',
      file(),
      service({ managedFields: [{ ...by('kubectl', 'Apply', { 'f:spec': { 'f:selector': {} } }), apiVersion: 'v1' }] }),
    ],
    ['was applied by client-side kubectl', file(), service({ managedFields: [by('kubectl-client-side-apply', 'Update', fields)] })],
    ['is of another version', { ...file(), apiVersion: 'v2' }, live],
  ])('is none that %s', (_, given, now) => {
    expect(isSettled(given, now)).toBe(false);
  });
});
