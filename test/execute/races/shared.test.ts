import { describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../../src/errors.ts';
import { carryOut } from '../../../src/execute/carry-out.ts';
import { openLease } from '../../../src/execute/lease.ts';
import { restore } from '../../../src/execute/races/restore.ts';
import { splitRoute } from '../../../src/execute/races/split.ts';
import { at } from '../../../src/manifests/json.ts';
import { withoutOurs } from '../../../src/manifests/owners.ts';
import { keyOf, refOf } from '../../../src/manifests/refs.ts';
import type { Cluster, JsonObject, KubeObject, ManagedField } from '../../../src/model/kube.ts';
import type { Lane } from '../../../src/model/router.ts';
import type { Traffic } from '../../../src/model/stage.ts';
import { routers } from '../../../src/routers/index.ts';
import { anObject } from '../../build/any.ts';
import { aLive } from '../../build/live.ts';
import { aSession, type Heard } from '../../build/session.ts';
import { type FakeCluster, fakeCluster } from '../../fakes/cluster.ts';

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

describe('a split of a route that somebody writes at the same moment', () => {
  const traffic: Traffic = { weights: { stable: 800, canary: 200 } };
  const wanted = { backendRefs: [backend('web', 800), backend('web-canary', 200)] };
  async function splitOver(...versions: readonly KubeObject[]): Promise<readonly unknown[]> {
    const cluster = fakeCluster(split);
    const session = seeing(split, outrun(cluster, ...versions));
    const operations = routers['gateway-api']
      ?.render(traffic, lane.root, aLive(split))
      .flatMap(change => (change.do === 'patch' ? change.operations : []));
    await splitRoute(session, { do: 'patch', ref, manager: 'ours', text: '', operations: operations ?? [], split: { lane, traffic } });
    return [await rulesIn(cluster)].flat();
  }

  test('is made of what they left', async () => {
    const written = route(theirs, ...(at(split, 'spec.rules') as readonly unknown[]));
    expect(await splitOver(written)).toEqual([theirs, wanted]);
  });

  test('is refused where it is the split itself that they changed', async () => {
    await expect(splitOver(route({ backendRefs: [backend('web', 0), backend('web-canary', 1000)] }))).rejects.toMatchObject({
      code: 'ROUTE_CHANGED',
    });
  });

  test('is refused where the route is gone or never stands still', async () => {
    const busy = Array.from({ length: 9 }, (_, i) =>
      route({ ...theirs, name: `r${i}` }, ...(at(split, 'spec.rules') as readonly unknown[])),
    );
    await expect(splitOver(...busy)).rejects.toMatchObject({ code: 'ROUTE_CHANGED' });
  });
});

describe('what the API server does not take of a route', () => {
  // The words that a patch is refused with whose test fails are in it: a name, and a path.
  const words = 'Could not patch HTTPRoute demo/test: HTTPRoute "test" is invalid: spec.rules[0].matches[0].path: Invalid value';
  const refusing = (cluster: FakeCluster): Cluster => {
    const refuse = async (): Promise<never> => {
      throw new RolloutError('INVALID', words, 'Correct the manifest.');
    };
    return { ...cluster, create: refuse, patch: refuse };
  };
  const told = { code: 'INVALID', message: expect.stringContaining(words), hint: expect.not.stringContaining('manifest') };

  test('of a split in the user’s is told in its words, and the manifest is not blamed', async () => {
    const session = seeing(original, refusing(fakeCluster(original)));
    const traffic: Traffic = { weights: { stable: 1000, canary: 0 } };
    const operations = [{ op: 'replace', path: '/spec', value: split.spec }] as const;
    const splitting = splitRoute(session, { do: 'patch', ref, manager: 'ours', text: '', operations, split: { lane, traffic } });
    await expect(splitting).rejects.toMatchObject({
      ...told,
      message: `The split could not be written into HTTPRoute demo/shop: ${words}`,
    });
  });

  test('of a route of ours is told so too', async () => {
    const session = aSession(refusing(fakeCluster()));
    const lease = openLease(session, { host: 'here', pid: 1 }, () => undefined);
    const creating = carryOut({ do: 'create', object: original, text: 'stable 900, canary 100' }, { session, lease });
    await expect(creating.finally(() => lease.stop())).rejects.toMatchObject(told);
  });

  test('of what it is given back is told with what to do by hand', async () => {
    const session = seeing(split, refusing(fakeCluster(split)));
    await expect(restore(session, original, { lanes: [lane] })).rejects.toMatchObject({
      ...told,
      message: `HTTPRoute demo/shop could not be restored: ${words}`,
    });
  });
});

test('a route that somebody writes at the moment at which it is put back keeps what they wrote, and that is told', async () => {
  const cluster = fakeCluster(split);
  const session = seeing(split, outrun(cluster, route(theirs, ...(at(split, 'spec.rules') as readonly unknown[]))));
  await restore(session, original, { lanes: [lane] });
  expect(await rulesIn(cluster)).toEqual([theirs, { backendRefs: [backend('web', 1)] }]);
  expect(session.events).toMatchObject([
    { type: 'notice', level: 'info', text: expect.stringContaining('HTTPRoute demo/shop has changed') },
  ]);
});

test('what another workload of the same run splits stays, and is no news', async () => {
  const api = { backendRefs: [backend('api', 900), backend('api-canary', 100)] };
  const both = route({ backendRefs: [backend('web', 900), backend('web-canary', 100)] }, api);
  const before = route({ backendRefs: [backend('web', 1)] }, { backendRefs: [backend('api', 1)] });
  const cluster = fakeCluster(both);
  const session = seeing(both, cluster);
  const beside: Lane = { name: 'api', router: 'gateway-api', root: { namespace: 'demo', workload: 'api', service: 'api' } };
  await restore(session, before, { lanes: [lane], beside: [beside] });
  expect([await rulesIn(cluster), session.events]).toEqual([[{ backendRefs: [backend('web', 1)] }, api], []]);
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
