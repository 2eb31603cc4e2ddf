import { describe, expect, test } from '@jest/globals';
import {
  connected,
  deployment,
  generationsOfTemplate,
  kubectl,
  LAST_APPLIED,
  managersOf,
  NAMESPACE,
  read,
  refTo,
  V1,
  V2,
  V3,
  versionOf,
} from './api/scene.ts';

describe('applying over what kubectl did before', () => {
  test('a client-side applied object loses what the next file drops, with one roll of its pods', async () => {
    await kubectl(['apply', '-f', '-'], deployment('client', V1));
    await kubectl(['rollout', 'status', 'deployment/client', '--timeout=300s']);

    await connected.cluster.apply(deployment('client', V2));

    expect(versionOf(await read('client'))).toEqual(V2);
    await kubectl(['rollout', 'status', 'deployment/client', '--timeout=300s']);
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

  test('a file that says what stands writes nothing behind a scale', async () => {
    await kubectl(['apply', '--server-side', '-f', '-'], deployment('still', { ...V1, replicas: 1 }));
    await kubectl(['scale', 'deployment/still', '--replicas=3']);
    const owners = async () => (await read('still')).metadata.managedFields?.filter(({ subresource }) => subresource !== 'status');
    const before = await owners();

    await connected.cluster.apply(deployment('still', { ...V1, replicas: 1 }));

    expect((await read('still')).spec?.replicas).toBe(3);
    expect(await owners()).toEqual(before);
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

    await kubectl(['apply', '-f', '-'], deployment('tried', V1));
    await kubectl(['set', 'image', 'deployment/tried', 'web=web:9']);
    await connected.cluster.apply(deployment('tried', V2), { dryRun: true });
    expect(versionOf(await read('tried')).image).toBe('web:9');
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

describe('applying with leave to write, while another manager is faster', () => {
  const named = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', name, namespace: NAMESPACE });
  const file = (name: string, data: Readonly<Record<string, string>>) => {
    const { apiVersion, kind, ...metadata } = named(name);
    return { apiVersion, kind, metadata, data };
  };

  test.each([
    ['to the same field', 'leave-same', 'a', false],
    ['to the same field, by force', 'leave-forced', 'a', true],
    ['to another field', 'leave-other', 'b', false],
  ] as const)('%s, the leave is asked for anew, and what that one wrote stays', async (_where, name, field, force) => {
    await kubectl(['apply', '--server-side', '-f', '-'], file(name, { a: '1', b: '1' }));
    const write = { op: 'replace', path: `/data/${field}`, value: 'theirs' } as const;
    let asked = 0;
    const mayWrite = async (): Promise<boolean> => {
      if (++asked === 1) await connected.cluster.patch(named(name), [write], { manager: 'other' });
      return asked === 1;
    };
    const left = await connected.cluster.apply(file(name, { a: '2', b: '1' }), { force, mayWrite });
    expect([asked, left.data]).toEqual([2, { a: '1', b: '1', [field]: 'theirs' }]);
  });
});
