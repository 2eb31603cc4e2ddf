import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Connected, connect } from '../../src/cluster/index.ts';
import type { KubeObject, Ref } from '../../src/model/kube.ts';

const NAMESPACE = `api-${Date.now().toString(36)}`;
let connected: Connected;

beforeAll(async () => {
  connected = await connect({ kubeconfig: null, context: null, skipTlsVerify: false, environment: process.env, onSecret: () => undefined });
  await connected.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
});

afterAll(async () => {
  await connected.cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE });
  await connected.close();
});

function kubectl(args: readonly string[], input: KubeObject | null = null): Promise<string> {
  return new Promise((fulfil, reject) => {
    const child = execFile('kubectl', ['--namespace', NAMESPACE, ...args], (error, stdout, stderr) => {
      if (error === null) fulfil(stdout);
      else reject(new Error(`kubectl ${args.join(' ')}: ${stderr}`));
    });
    child.stdin?.end(input === null ? '' : JSON.stringify(input));
  });
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

interface Version {
  readonly image: string;
  readonly environment: readonly string[];
  readonly labels: readonly string[];
  readonly limit?: string;
  readonly replicas?: number;
}

const V1: Version = { image: 'web:1', environment: ['A', 'B', 'C'], labels: ['a', 'b', 'c'], limit: '1' };
const V2: Version = { image: 'web:2', environment: ['A', 'B'], labels: ['a', 'b'] };
const V3: Version = { image: 'web:3', environment: ['A'], labels: ['a'] };

function deployment(name: string, version: Version): KubeObject {
  const selected = { app: name };
  const limits = version.limit === undefined ? {} : { resources: { limits: { cpu: version.limit } } };
  const env = version.environment.map(variable => ({ name: variable, value: `${variable} of ${version.image}` }));
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE, labels: Object.fromEntries(version.labels.map(label => [label, 'x'])) },
    spec: {
      replicas: version.replicas ?? 1,
      selector: { matchLabels: selected },
      template: { metadata: { labels: selected }, spec: { containers: [{ name: 'web', image: version.image, env, ...limits }] } },
    },
  };
}

async function read(name: string): Promise<KubeObject> {
  const found = await connected.cluster.get(refTo('apps/v1', 'Deployment', name));
  if (found === null) throw new Error(`no Deployment ${name}`);
  return found;
}

function refTo(apiVersion: string, kind: string, name: string): Ref {
  return { apiVersion, kind, namespace: NAMESPACE, name };
}

function managersOf(object: KubeObject): readonly string[] {
  const entries = (object.metadata.managedFields ?? []).filter(entry => entry.manager !== 'kube-controller-manager');
  return entries.map(entry => `${entry.manager} ${entry.operation}${entry.subresource ? ` ${entry.subresource}` : ''}`).sort();
}

function versionOf(object: KubeObject): Version {
  const spec = JSON.parse(JSON.stringify(object.spec));
  const container = spec.template.spec.containers[0];
  const limit = container.resources?.limits?.cpu;
  return {
    image: container.image,
    environment: (container.env ?? []).map((entry: { name: string }) => entry.name),
    labels: Object.keys(object.metadata.labels ?? {}).sort(),
    ...(limit === undefined ? {} : { limit }),
  };
}

async function generationsOfTemplate(name: string): Promise<number> {
  const all = await connected.cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: NAMESPACE, labels: `app=${name}` });
  return all.length;
}

describe('applying over what kubectl did before', () => {
  test('a client-side applied object loses what the next file drops, with one roll of its pods', async () => {
    await kubectl(['apply', '-f', '-'], deployment('client', V1));
    await kubectl(['rollout', 'status', 'deployment/client', '--timeout=30s']);

    await connected.cluster.apply(deployment('client', V2));

    expect(versionOf(await read('client'))).toEqual(V2);
    await kubectl(['rollout', 'status', 'deployment/client', '--timeout=30s']);
    expect(await generationsOfTemplate('client')).toBe(2);
    expect(managersOf(await read('client'))).toEqual(['kubectl Apply']);
  });

  test.each([['--server-side=false'], ['--server-side=true']])(
    'kubectl apply %s of the file after prunes what that one drops',
    async mode => {
      const name = mode.endsWith('true') ? 'on-server' : 'on-client';
      await kubectl(['apply', '-f', '-'], deployment(name, V1));
      await connected.cluster.apply(deployment(name, V2));

      await kubectl(['apply', mode, '-f', '-'], deployment(name, V3));
      expect(versionOf(await read(name))).toEqual(V3);

      await connected.cluster.apply(deployment(name, V2));
      expect(versionOf(await read(name))).toEqual(V2);
      await kubectl(['apply', '--server-side=false', '-f', '-'], deployment(name, V3));
      expect(versionOf(await read(name))).toEqual(V3);
    },
  );

  test('the same file applied by kubectl afterwards changes nothing', async () => {
    await kubectl(['apply', '-f', '-'], deployment('same', V2));
    const byHand = (await read('same')).metadata.annotations;
    await kubectl(['apply', '-f', '-'], deployment('same', V1));
    const applied = await connected.cluster.apply(deployment('same', V2));
    expect(applied.metadata.annotations?.[LAST_APPLIED]).toBe(byHand?.[LAST_APPLIED]);
    const again = await connected.cluster.apply(deployment('same', V2));
    expect(managersOf(again)).toEqual(['kubectl Apply']);
    expect(again.metadata.generation).toBe(applied.metadata.generation);

    await kubectl(['apply', '-f', '-'], deployment('same', V2));
    expect((await read('same')).metadata.generation).toBe(applied.metadata.generation);
    await kubectl(['apply', '--server-side', '-f', '-'], deployment('same', V2));
    expect((await read('same')).spec).toEqual(applied.spec);
  });

  test.each([
    ['set image', ['set', 'image', 'deployment/NAME', 'web=web:9']],
    ['set env', ['set', 'env', 'deployment/NAME', 'D=4']],
    ['rollout restart', ['rollout', 'restart', 'deployment/NAME']],
    ['annotate', ['annotate', 'deployment/NAME', 'note=x']],
    ['label', ['label', 'deployment/NAME', 'b=y', '--overwrite']],
    ['patch', ['patch', 'deployment/NAME', '-p', '{"spec":{"minReadySeconds":1}}']],
  ])('kubectl %s before is neither a conflict nor left behind', async (command, args) => {
    for (const serverSide of [true, false]) {
      const name = `${command.replace(' ', '-')}-${serverSide ? 'server' : 'client'}`;
      await kubectl(['apply', `--server-side=${serverSide}`, '-f', '-'], deployment(name, V1));
      await kubectl(args.map(arg => arg.replace('NAME', name)));

      await connected.cluster.apply(deployment(name, V2));

      const live = await read(name);
      expect(versionOf(live)).toEqual(V2);
      expect(live.metadata.annotations?.note).toBeUndefined();
      expect(managersOf(live)).toEqual(['kubectl Apply']);
    }
  });

  test('a count set by kubectl scale stays', async () => {
    await kubectl(['apply', '-f', '-'], deployment('scaled', { ...V1, replicas: 1 }));
    await kubectl(['scale', 'deployment/scaled', '--replicas=3']);

    await connected.cluster.apply(deployment('scaled', { ...V2, replicas: 1 }));

    expect((await read('scaled')).spec?.replicas).toBe(3);
    expect(versionOf(await read('scaled'))).toEqual(V2);
  });

  test('a live value that is to be kept stays, also where the file does not name it', async () => {
    await kubectl(['apply', '--server-side', '-f', '-'], deployment('kept', { ...V1, replicas: 4 }));
    const { replicas: _, ...spec } = deployment('kept', V2).spec ?? {};

    await connected.cluster.apply({ ...deployment('kept', V2), spec }, { keepLive: ['/spec/replicas'] });

    expect((await read('kept')).spec?.replicas).toBe(4);
  });

  test('fields of another manager are a conflict that names it, unless they are taken by force', async () => {
    await connected.cluster.apply(deployment('foreign', V1), { manager: 'gitops' });

    await expect(connected.cluster.apply(deployment('foreign', V2))).rejects.toMatchObject({
      code: 'APPLY_CONFLICT',
      message: expect.stringMatching(/containers\[name="web"\]\.image.*gitops/),
    });
    await connected.cluster.apply(deployment('foreign', V2), { force: true });
    expect(versionOf(await read('foreign')).image).toBe('web:2');
  });

  test('parallel applies of one object all succeed', async () => {
    await kubectl(['apply', '-f', '-'], deployment('busy', V1));
    await kubectl(['set', 'image', 'deployment/busy', 'web=web:9']);

    await Promise.all([1, 2, 3, 4].map(() => connected.cluster.apply(deployment('busy', V2))));

    expect(versionOf(await read('busy'))).toEqual(V2);
  });
});

describe('a dry run', () => {
  test('stores nothing and passes over fields that an apply would hand over', async () => {
    const bare = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'dry', namespace: NAMESPACE } };
    expect((await connected.cluster.apply({ ...bare, data: { a: '1' } }, { dryRun: true })).data).toEqual({ a: '1' });
    expect(await connected.cluster.get(refTo('v1', 'ConfigMap', 'dry'))).toBeNull();

    await kubectl(['apply', '-f', '-'], deployment('rehearsed', V1));
    await kubectl(['set', 'image', 'deployment/rehearsed', 'web=web:9']);
    await connected.cluster.apply(deployment('rehearsed', V2), { dryRun: true });
    expect(versionOf(await read('rehearsed')).image).toBe('web:9');
  });

  test('accepts a variable whose plain value becomes a reference', async () => {
    await kubectl(['apply', '-f', '-'], deployment('turned', V1));
    const text = JSON.stringify(deployment('turned', V2));
    const turned = JSON.parse(text.replace(/"value":"A of web:2"/, '"valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}'));

    await connected.cluster.apply(turned, { dryRun: true });
    await connected.cluster.apply(turned);
    expect(JSON.stringify((await read('turned')).spec)).toContain('metadata.name');
  });

  test('finds an immutable selector', async () => {
    await kubectl(['apply', '-f', '-'], deployment('fixed', V1));
    const other = JSON.parse(JSON.stringify(deployment('fixed', V2)).replaceAll('"app":"fixed"', '"app":"other"'));

    await expect(connected.cluster.apply(other, { dryRun: true })).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining('immutable'),
    });
  });
});

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

function config(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: NAMESPACE }, data: { a: '1' } };
}

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
      }
      if (set.length === 5) over.abort();
    }
    expect(seen.length).toBeLessThan(5);
  });
});

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
