import { afterEach, describe, expect, test } from '@jest/globals';
import type { Connected } from '../../src/cluster/index.ts';
import { type FakeApi, openFakeApi } from './fake-api.ts';

const open: { api: FakeApi | null; connected: Connected | null } = { api: null, connected: null };

afterEach(async () => {
  await open.connected?.close();
  await open.api?.close();
});

const versions = ['v1', 'v1beta1'].map(version => ({ version, groupVersion: `example.org/${version}` }));

async function serving(kinds: Readonly<Record<string, readonly string[]>>): Promise<Connected & Pick<FakeApi, 'arrived'>> {
  const groups = [{ name: 'example.org', versions, preferredVersion: versions[1] }];
  const api = await openFakeApi(({ path }) => {
    if (path === '/apis') return { body: { kind: 'APIGroupList', groups } };
    const served = kinds[path];
    return served === undefined
      ? { status: 404, body: {} }
      : { body: { resources: served.map(kind => ({ name: kind.toLowerCase(), kind })) } };
  });
  open.api = api;
  open.connected = await api.connect();
  return { ...open.connected, arrived: api.arrived };
}

test('what every Kubernetes serves is asked for at none', async () => {
  const { cluster, arrived } = await serving({});
  const kinds = [
    ['v1', 'Service', 'services'],
    ['apps/v1', 'Deployment', 'deployments'],
    ['apps/v1', 'ReplicaSet', 'replicasets'],
  ] as const;
  for (const [apiVersion, kind, plural] of kinds)
    expect(await cluster.served(apiVersion, kind)).toEqual({ apiVersion, kind, plural, namespaced: true });
  expect(arrived).toEqual([]);
});

test('the version that the server prefers comes first, and one without the kind is left out', async () => {
  const { cluster } = await serving({ '/apis/example.org/v1': ['Thing'], '/apis/example.org/v1beta1': ['Thing', 'Old'] });
  expect(await cluster.versions('example.org', 'Thing')).toEqual(['v1beta1', 'v1']);
  expect(await cluster.versions('example.org', 'Old')).toEqual(['v1beta1']);
  expect(await cluster.versions('absent.org', 'Thing')).toEqual([]);
});

test('kinds that every server has are known without a question', async () => {
  const { cluster, arrived } = await serving({});
  expect(await cluster.served('v1', 'Service')).toEqual({ apiVersion: 'v1', kind: 'Service', plural: 'services', namespaced: true });
  expect(await cluster.served('v1', 'constructor')).toBeNull();
  expect(arrived).toEqual([]);
});

test('questions about many groups at once are one request', async () => {
  const { cluster, arrived } = await serving({ '/apis/example.org/v1': ['Thing'] });
  await Promise.all(['example.org', 'one.org', 'two.org', 'three.org'].map(group => cluster.versions(group, 'Thing')));
  expect(arrived.map(({ path }) => path).toSorted()).toEqual(['/apis', '/apis/example.org/v1', '/apis/example.org/v1beta1']);
});

test('a group that was just defined is asked for by itself: the list of all has it a moment later', async () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.new.org' },
    spec: { group: 'new.org' },
  };
  const told: Readonly<Record<string, object>> = {
    '/apis': { kind: 'APIGroupList', groups: [] },
    '/apis/apiextensions.k8s.io/v1': { resources: [{ name: 'customresourcedefinitions', kind: 'CustomResourceDefinition' }] },
    '/apis/new.org': { kind: 'APIGroup', name: 'new.org', versions: [{ version: 'v1' }] },
    '/apis/new.org/v1': { resources: [{ name: 'things', kind: 'Thing' }] },
  };
  const api = await openFakeApi(({ method, path }) => {
    const body = method === 'POST' ? definition : told[path];
    return body === undefined ? { status: 404, body: {} } : { body };
  });
  open.api = api;
  open.connected = await api.connect();
  const { cluster } = open.connected;
  expect(await cluster.versions('new.org', 'Thing')).toEqual([]);
  await cluster.create(definition);
  expect(await cluster.versions('new.org', 'Thing')).toEqual(['v1']);
});

describe('a server that tells of all kinds in one answer', () => {
  const kind = (resource: string, name: string, scope = 'Namespaced') => ({ resource, responseKind: { kind: name }, scope });
  const items = [
    {
      metadata: { name: 'example.org' },
      versions: [
        { version: 'v1beta1', freshness: 'Current', resources: [kind('things', 'Thing'), kind('worlds', 'World', 'Cluster')] },
        { version: 'v1', freshness: 'Stale', resources: [] },
      ],
    },
  ];

  async function telling(): Promise<Connected & Pick<FakeApi, 'arrived'>> {
    const api = await openFakeApi(({ path }) => {
      if (path === '/apis') return { body: { kind: 'APIGroupDiscoveryList', items } };
      return path === '/apis/example.org/v1' ? { body: { resources: [{ name: 'things', kind: 'Thing' }] } } : { status: 404, body: {} };
    });
    open.api = api;
    open.connected = await api.connect();
    return { ...open.connected, arrived: api.arrived };
  }

  test('is asked once', async () => {
    const { cluster, arrived } = await telling();
    expect(await cluster.served('example.org/v1beta1', 'World')).toEqual({
      apiVersion: 'example.org/v1beta1',
      kind: 'World',
      plural: 'worlds',
      namespaced: false,
    });
    expect(await cluster.served('example.org/v1beta1', 'Thing')).toMatchObject({ plural: 'things', namespaced: true });
    expect(await cluster.versions('absent.org', 'Thing')).toEqual([]);
    expect(arrived.map(({ path }) => path)).toEqual(['/apis']);
  });

  test('a version whose server did not answer by then is asked for by itself', async () => {
    const { cluster, arrived } = await telling();
    expect(await cluster.versions('example.org', 'Thing')).toEqual(['v1beta1', 'v1']);
    expect(arrived.map(({ path }) => path)).toEqual(['/apis', '/apis/example.org/v1']);
  });
});

describe('what a chart may ask of the cluster', () => {
  const version = { gitVersion: 'v1.29.4-gke.1043000' };
  const answering = async (answers: Readonly<Record<string, unknown>>) => {
    open.api = await openFakeApi(({ path }) => (answers[path] ? { body: answers[path] } : { status: 404, body: {} }));
    open.connected = await open.api.connect();
    return { ...open.connected, arrived: open.api.arrived };
  };

  test('is its version, and every version of an API alone and with its kinds, in three questions', async () => {
    const items = [
      {
        metadata: { name: 'example.org' },
        versions: [
          {
            version: 'v1',
            freshness: 'Current',
            resources: [{ resource: 'things', responseKind: { kind: 'Thing' }, scope: 'Namespaced' }],
          },
          { version: 'v1beta1', freshness: 'Stale', resources: [] },
        ],
      },
    ];
    const { capabilities, arrived } = await answering({
      '/version': version,
      '/apis': { kind: 'APIGroupDiscoveryList', items },
    });
    expect(await capabilities()).toEqual({
      version: 'v1.29.4-gke.1043000',
      apis: ['example.org/v1', 'example.org/v1/Thing', 'example.org/v1beta1', 'v1', 'v1/ConfigMap', 'v1/Namespace', 'v1/Secret'],
    });
    expect(arrived.map(({ path }) => path).sort()).toEqual(['/apis', '/version']);
  });

  test('is asked of each group where a server lists groups alone', async () => {
    const { capabilities } = await answering({
      '/version': version,
      '/apis': { kind: 'APIGroupList', groups: [{ name: 'example.org', versions: [{ version: 'v1' }] }] },
      '/apis/example.org/v1': { resources: [{ name: 'things', kind: 'Thing' }] },
    });
    expect((await capabilities()).apis).toEqual([
      'example.org/v1',
      'example.org/v1/Thing',
      'v1',
      'v1/ConfigMap',
      'v1/Namespace',
      'v1/Secret',
    ]);
  });
});
