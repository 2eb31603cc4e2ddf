import { describe, expect, test } from '@jest/globals';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { anObject } from '../build/any.ts';
import { asked, type Place, place, run } from '../stage/rollouts.ts';

describe('a policy of a mesh over stable’s pods', () => {
  const kind = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy' } as const;
  const rules = [{ from: [{ source: { principals: ['shop'] } }] }];

  /** The labels that each policy selects by, by the policy's name. */
  async function policies({ cluster, namespace }: Place): Promise<Readonly<Record<string, unknown>>> {
    const found = await cluster.list({ ...kind, namespace });
    return Object.fromEntries(found.map(({ metadata, spec }) => [metadata.name, spec]));
  }

  /** A canary is open, and stable is under the policy. */
  async function opened(): Promise<Place> {
    const here = await place();
    const metadata = { name: 'web', namespace: here.namespace };
    await here.cluster.create({ ...kind, metadata, spec: { selector: { matchLabels: { app: 'web' } }, rules } });
    await run(here, asked(here, { files: here.files('app:2') }));
    return here;
  }
  const over = (app: string) => ({ selector: { matchLabels: { app } }, rules });

  test.each(['promote', 'reject'])('holds for its variants until %s has removed them', async action => {
    const here = await opened();
    expect(await policies(here)).toEqual({ web: over('web'), 'web-canary': over('web-canary'), 'web-baseline': over('web-baseline') });
    await run(here, asked(here, { inputs: { action } }));
    expect(await policies(here)).toEqual({ web: over('web') });
  });

  test('leaves no copy when the record was lost', async () => {
    const here = await opened();
    await here.cluster.remove({ apiVersion: 'v1', kind: 'ConfigMap', namespace: here.namespace, name: 'web-rollout' });
    await run(here, asked(here, { inputs: { action: 'reject', 'reject-any': 'true' } }));
    expect(await policies(here)).toEqual({ web: over('web') });
  });
});

describe('what promote drops from the files around', () => {
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' } as const;
  const map = (namespace: string, data: Readonly<Record<string, string>>): KubeObject =>
    anObject('v1', 'ConfigMap', 'settings')
      .namespace(namespace)
      .field('data', { ...data })
      .build();
  const isRolled = (event: Event): boolean => event.type === 'done' && event.text.includes('replace the pod template');

  /** A namespace with a ConfigMap of two keys, as a client-side command left it, and a canary whose files have one of them. */
  async function opened(): Promise<Place> {
    const here = await place();
    await here.cluster.create(map(here.namespace, { colour: 'blue', size: 'big' }), { manager: 'kubectl-client-side-apply' });
    await run(here, asked(here, { files: [...here.files('app:2'), map(here.namespace, { colour: 'blue' })] }));
    return here;
  }
  const dataOf = async ({ cluster, namespace }: Place): Promise<unknown> => (await cluster.get({ ...settings, namespace }))?.data;

  /** Who owns what of the Service, whose file changes nothing, and of the ConfigMap. */
  const ownersOf = ({ cluster, namespace }: Place): Promise<readonly unknown[]> =>
    Promise.all(
      [settings, { apiVersion: 'v1', kind: 'Service', name: 'web' }].map(
        async ref => (await cluster.get({ ...ref, namespace }))?.metadata.managedFields,
      ),
    );

  test('is gone when it has ended', async () => {
    const here = await opened();
    await run(here, asked(here, { inputs: { action: 'promote' } }));
    expect(await dataOf(here)).toEqual({ colour: 'blue' });
  });

  test('is back when it is rejected in the middle, and the owners of all files’ fields with it', async () => {
    const here = await opened();
    const before = await ownersOf(here);
    await run(here, asked(here, { inputs: { action: 'promote' } }), (event, stop) => {
      if (isRolled(event)) stop.abort();
    });
    expect(await dataOf(here)).toEqual({ colour: 'blue' });
    expect(await ownersOf(here)).not.toEqual(before);
    await run(here, asked(here, { inputs: { action: 'reject' } }));
    expect(await dataOf(here)).toEqual({ colour: 'blue', size: 'big' });
    expect(await ownersOf(here)).toEqual(before);
  });
});
