import { describe, expect, test } from '@jest/globals';
import { connect } from '../../src/cluster/index.ts';
import type { Collection } from '../../src/model/kube.ts';
import { config, connected, kubectl, NAMESPACE, refTo } from './api/scene.ts';

describe('writes', () => {
  test('a delete of another object by that name is a conflict, of none it is done', async () => {
    const made = await connected.cluster.create(config('gone'));
    const ref = refTo('v1', 'ConfigMap', 'gone');
    await expect(connected.cluster.remove(ref, { uid: 'another' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await connected.cluster.remove(ref, { uid: made.metadata.uid ?? '' });
    await connected.cluster.remove(ref, { uid: made.metadata.uid ?? '' });
    expect(await connected.cluster.get(ref)).toBeNull();
  });

  test('the second of two creations, an old resourceVersion and a failed test are told apart', async () => {
    const made = await connected.cluster.create(config('twice'));
    await expect(connected.cluster.create(config('twice'))).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await connected.cluster.replace({ ...made, data: { a: '2' } });
    await expect(connected.cluster.replace({ ...made, data: { a: '3' } })).rejects.toMatchObject({ code: 'CONFLICT' });
    const operations = [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'replace', path: '/data/a', value: '4' },
    ] as const;
    await expect(connected.cluster.patch(refTo('v1', 'ConfigMap', 'twice'), operations)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('a field that does not exist and a value of a wrong type are refused without the value', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: NAMESPACE } };
    for (const write of ['apply', 'create'] as const) {
      const wrong = connected.cluster[write]({ ...secret, stringData: { password: 87654321 } });
      await expect(wrong).rejects.toMatchObject({ code: 'INVALID', message: expect.not.stringContaining('87654321') });
      await expect(connected.cluster[write]({ ...secret, dta: {} })).rejects.toMatchObject({
        code: 'INVALID',
        message: expect.stringContaining('dta'),
      });
    }
  });

  test('an object of a kind can be applied right after the kind is defined', async () => {
    const group = `${NAMESPACE}.example.com`;
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    await connected.cluster.apply({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `things.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'things', singular: 'thing', kind: 'Thing' },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    });
    await connected.cluster.apply({ apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name: 'one', namespace: NAMESPACE } });
    expect(await connected.cluster.versions(group, 'Thing')).toEqual(['v1']);
    await connected.cluster.remove({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: `things.${group}` });
  });

  test('a kind that nobody serves is absent to a read and an error to a write', async () => {
    const nothing = { apiVersion: 'nobody.example.com/v1', kind: 'Nothing', namespace: NAMESPACE };
    expect(await connected.cluster.get({ ...nothing, name: 'x' })).toBeNull();
    expect(await connected.cluster.list(nothing)).toEqual([]);
    const object = { apiVersion: nothing.apiVersion, kind: nothing.kind, metadata: { name: 'x' } };
    await expect(connected.cluster.apply(object)).rejects.toMatchObject({ code: 'NOT_SERVED' });
  });
});

describe('watching', () => {
  test('a watch on one name shows it absent, made, changed and gone, and ends with its signal', async () => {
    const over = new AbortController();
    const ref = refTo('v1', 'ConfigMap', 'seen');
    const acts: readonly (() => unknown)[] = [
      () => connected.cluster.create(config('seen')),
      () => connected.cluster.patch(ref, [{ op: 'replace', path: '/data/a', value: '2' }]),
      () => connected.cluster.remove(ref),
      () => over.abort(),
    ];
    const seen: string[] = [];
    for await (const set of connected.cluster.watch(ref, over.signal)) {
      await acts[seen.push(set[0]?.data?.a ?? 'absent') - 1]?.();
    }
    expect(seen).toEqual(['absent', '1', '2', 'absent']);
  });

  test('a consumer that is slow gets the newest set only', async () => {
    const over = new AbortController();
    const of = { apiVersion: 'v1', kind: 'ConfigMap', namespace: NAMESPACE, labels: 'slow=yes' };
    const seen: number[] = [];
    for await (const set of connected.cluster.watch(of, over.signal)) {
      seen.push(set.length);
      if (seen.length === 1) {
        for (const index of [1, 2, 3, 4, 5]) {
          const object = config(`slow-${index}`);
          await connected.cluster.create({ ...object, metadata: { ...object.metadata, labels: { slow: 'yes' } } });
        }
        await told(of, 5);
      }
      if (set.length === 5) over.abort();
    }
    expect(seen.length).toBeLessThan(5);
  });
});

/** Waits until another watch has told so many: whoever watched all the while has been told of each by then. */
async function told(of: Collection, count: number): Promise<void> {
  const over = new AbortController();
  for await (const set of connected.cluster.watch(of, over.signal)) if (set.length === count) over.abort();
}

describe('permissions', () => {
  const deployer = process.env.LAB_DIR === undefined ? null : `${process.env.LAB_DIR}/kubeconfig-deployer`;
  const asDeployer = deployer === null ? test.skip : test;

  asDeployer('what is forbidden names verb, resource, namespace and the rule to add, and is never taken for absent', async () => {
    const limited = await connect({
      kubeconfig: deployer,
      context: null,
      skipTlsVerify: false,
      environment: process.env,
      onSecret: () => undefined,
    });
    try {
      const wanted = {
        code: 'FORBIDDEN',
        message: expect.stringContaining(`get secrets "x" in namespace "${NAMESPACE}"`),
        hint: expect.stringContaining('resources: ["secrets"], verbs: ["get"]'),
      };
      await expect(limited.cluster.get(refTo('v1', 'Secret', 'x'))).rejects.toMatchObject(wanted);
    } finally {
      await limited.close();
    }
  });

  asDeployer('who may only get and watch one object by name can wait for it', async () => {
    const user = JSON.parse(await kubectl(['--kubeconfig', String(deployer), 'auth', 'whoami', '-o', 'json'])).status.userInfo.username;
    await kubectl(['create', 'role', 'one', '--verb=get,watch', '--resource=configmaps', '--resource-name=only']);
    await kubectl(['create', 'rolebinding', 'one', '--role=one', `--user=${user}`]);
    await connected.cluster.create(config('only'));
    const limited = await connect({
      kubeconfig: deployer,
      context: null,
      skipTlsVerify: false,
      environment: process.env,
      onSecret: () => undefined,
    });
    const over = new AbortController();
    const seen: string[] = [];
    for await (const set of limited.cluster.watch(refTo('v1', 'ConfigMap', 'only'), over.signal)) {
      seen.push(set[0]?.data?.a ?? 'absent');
      if (seen.length === 1)
        await connected.cluster.patch(refTo('v1', 'ConfigMap', 'only'), [{ op: 'replace', path: '/data/a', value: '2' }]);
      if (set[0]?.data?.a === '2') over.abort();
    }
    expect(seen[0]).toBe('1');
    expect(seen.at(-1)).toBe('2');
    await limited.close();
  });
});
