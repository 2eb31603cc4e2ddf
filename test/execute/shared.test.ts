import { describe, expect, test } from '@jest/globals';
import { restore } from '../../src/execute/restore.ts';
import { at } from '../../src/manifests/json.ts';
import { withoutOurs } from '../../src/manifests/owners.ts';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { Cluster, JsonObject, KubeObject, ManagedField } from '../../src/model/kube.ts';
import type { Lane } from '../../src/model/router.ts';
import { anObject } from '../build/any.ts';
import { aSession, type Heard } from '../build/session.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';

const backend = (name: string, weight: number) => ({ name, port: 80, weight });
const route = (...rules: readonly unknown[]): KubeObject =>
  anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', 'shop')
    .namespace('demo')
    .field('metadata.uid', 'shop')
    .field('spec', { rules } as JsonObject)
    .build();

const original = route({ backendRefs: [backend('web', 1)] });
const split = route({ backendRefs: [backend('web', 900), backend('web-canary', 100)] });
const theirs = { matches: [{ path: { value: '/new' } }], backendRefs: [backend('other', 1)] };
const lane: Lane = { name: 'web', router: 'gateway-api', root: { namespace: 'demo', workload: 'web', service: 'web' } };
const ref = refOf(original);

/** Somebody writes the route right before the next patch of ours arrives. */
function outrun(cluster: FakeCluster, ...versions: readonly KubeObject[]): Cluster {
  const left = [...versions];
  return {
    ...cluster,
    patch: async (...given) => {
      const next = left.shift();
      if (next) cluster.objects.set(keyOf(ref), next);
      return await cluster.patch(...given);
    },
  };
}

const rulesIn = async (cluster: Cluster): Promise<unknown> => at(await cluster.get(ref), 'spec.rules');

test('a route that somebody writes at the moment at which it is put back keeps what they wrote, and that is told', async () => {
  const cluster = fakeCluster(split);
  const session = seeing(split, outrun(cluster, route(theirs, ...(at(split, 'spec.rules') as readonly unknown[]))));
  await restore(session, original, [lane]);
  expect(await rulesIn(cluster)).toEqual([theirs, { backendRefs: [backend('web', 1)] }]);
  expect(session.events).toMatchObject([
    { type: 'notice', level: 'info', text: expect.stringContaining('HTTPRoute demo/shop has changed') },
  ]);
});

describe('the owners of a route that others have changed', () => {
  const owner = (manager: string, ...fields: readonly string[]): ManagedField => ({
    manager,
    operation: 'Update',
    fieldsV1: { 'f:spec': Object.fromEntries(fields.map(field => [`f:${field}`, {}])) },
  });
  const ownedBy = (...managedFields: readonly ManagedField[]): KubeObject => ({ ...split, metadata: { ...split.metadata, managedFields } });

  test('are those who had before us what is ours', () => {
    const now = ownedBy(owner('kubectl', 'parentRefs'), owner('editor', 'hostnames'), owner('kubernetes-rollout', 'rules'));
    expect(withoutOurs(now, ownedBy(owner('kubectl', 'parentRefs', 'rules', 'hostnames')))).toEqual([
      owner('kubectl', 'parentRefs', 'rules'),
      owner('editor', 'hostnames'),
    ]);
  });

  test('are there again where they had nothing left', () => {
    expect(withoutOurs(ownedBy(owner('kubernetes-rollout', 'rules')), ownedBy(owner('kubectl', 'rules')))).toEqual([
      owner('kubectl', 'rules'),
    ]);
  });

  test('are the others where they have taken it from us', () => {
    const now = ownedBy(owner('kubectl', 'parentRefs'), owner('editor', 'rules'));
    expect(withoutOurs(now, ownedBy(owner('kubectl', 'parentRefs', 'rules')))).toEqual(now.metadata.managedFields);
  });
});

function seeing(object: KubeObject, cluster: Cluster): Heard {
  const session = aSession(cluster);
  session.seen.set(keyOf(refOf(object)), object);
  return session;
}
