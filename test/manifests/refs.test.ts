import { expect, test } from '@jest/globals';
import { groupOf, keyOf, nameOf, refOf } from '../../src/manifests/refs.ts';
import { aDeployment } from '../build/deployment.ts';

const ref = refOf(aDeployment('web').build());

test('an object is found by kind, namespace and name', () => {
  expect(ref).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name: 'web' });
});

test('a cluster-scoped object has no namespace', () => {
  expect(refOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } })).not.toHaveProperty('namespace');
});

test('an object is the same one in every version that it is read in', () => {
  const route = { kind: 'HTTPRoute', namespace: 'demo', name: 'web' };
  expect(keyOf({ ...route, apiVersion: 'gateway.networking.k8s.io/v1' })).toBe(
    keyOf({ ...route, apiVersion: 'gateway.networking.k8s.io/v1beta1' }),
  );
});

test('two groups, namespaces or names are two objects', () => {
  const keys = [ref, { ...ref, apiVersion: 'extensions/v1' }, { ...ref, namespace: 'other' }, { ...ref, name: 'api' }].map(keyOf);
  expect(new Set(keys).size).toBe(4);
});

test('the core group is empty', () => {
  expect([groupOf('v1'), groupOf('apps/v1')]).toEqual(['', 'apps']);
});

test('a message names an object by kind, namespace and name', () => {
  expect(nameOf(ref)).toBe('Deployment demo/web');
  expect(nameOf({ apiVersion: 'v1', kind: 'Namespace', name: 'demo' })).toBe('Namespace demo');
});
