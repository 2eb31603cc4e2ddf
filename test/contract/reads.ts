/** Lists, watches, deletions, subresources. */
import type { Answer, Body } from './api.ts';
import { inOrder, merge, rolledOut, type Scenarios } from './calls.ts';
import { apps, config, core, web } from './objects.ts';

export const reads: Scenarios = {
  'a dry run answers what would be and stores nothing': async api => {
    const path = `${core}/configmaps/settings`;
    return inOrder([
      () => api.send('POST', `${core}/configmaps?dryRun=All&fieldManager=one`, config()),
      () => api.apply(path, config(), 'one', '&dryRun=All'),
      () => api.send('GET', path),
    ]);
  },

  'scale is a resource of its own': async api => {
    const path = `${apps}/deployments/web/scale`;
    await api.send('POST', `${apps}/deployments?fieldManager=one`, web({ replicas: 0, paused: true }));
    await api.until(`${apps}/deployments/web`, body => (body.status as Body).observedGeneration === 1);
    const changed = await api.send('PATCH', `${path}?fieldManager=two`, { spec: { replicas: 0 } }, merge);
    const one = await api.send('PATCH', `${path}?fieldManager=two&dryRun=All`, { spec: { replicas: 1 } }, merge);
    return [await api.send('GET', path), changed, one];
  },

  'status and spec are written apart': async api => {
    const path = `${core}/pods/lonely`;
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'lonely' },
      spec: { nodeSelector: { none: 'such' }, containers: [{ name: 'a', image: 'b:1' }] },
      status: { phase: 'Running' },
    };
    await api.send('POST', `${core}/pods?fieldManager=one`, pod);
    await api.until(path, body => JSON.stringify(body).includes('Unschedulable'));
    const { body } = await api.send(
      'PATCH',
      `${path}/status?fieldManager=two`,
      { spec: { priority: 9 }, status: { message: 'hello' } },
      merge,
    );
    return [body.spec, (body.status as Body).message, (body.status as Body).phase];
  },

  'selectors choose by labels and by fields': async api => {
    const named = (name: string, labels: Body): Body => ({ ...config({}, name), metadata: { name, labels } });
    for (const [name, labels] of [
      ['a', { app: 'x', tier: '1' }],
      ['b', { app: 'y' }],
      ['c', { app: 'z', tier: '2' }],
    ] as const)
      await api.send('POST', `${core}/configmaps`, named(name, labels));
    const chosen = async (query: string): Promise<unknown> => {
      const { code, body } = await api.send('GET', `${core}/configmaps?${query}`);
      return code === 200 ? (body.items as { metadata: { name: string } }[]).map(item => item.metadata.name) : body;
    };
    const labelled = ['app=x', 'app!=x,app', 'app in (x,y)', 'app notin (x),tier', '!tier,app', 'tier', 'app==z'];
    const byLabel = await Promise.all(labelled.map(selector => chosen(`labelSelector=${encodeURIComponent(selector)}`)));
    return [
      ...byLabel,
      await chosen('fieldSelector=metadata.name%3Db'),
      await chosen(`fieldSelector=${encodeURIComponent('metadata.name!=b,metadata.name!=kube-root-ca.crt')}`),
    ];
  },

  'a watch tells what happens, in order, from the version it is given': async api => {
    const list = await api.send('GET', `${core}/configmaps`);
    await api.send('POST', `${core}/configmaps`, config());
    await api.send('PATCH', `${core}/configmaps/settings`, { data: { b: '2' } }, merge);
    await api.send('DELETE', `${core}/configmaps/settings`);
    const version = (list.body.metadata as { resourceVersion: string }).resourceVersion;
    const query = `watch=true&resourceVersion=${version}`;
    return [
      await api.watch(`${core}/configmaps?${query}&fieldSelector=metadata.name%3Dsettings`, 3),
      await api.watch(`${core}/configmaps?watch=true&fieldSelector=metadata.name%3Dkube-root-ca.crt`, 1),
    ];
  },

  'an object that leaves a watched selection is told as deleted': async api => {
    const list = await api.send('GET', `${core}/configmaps`);
    await api.send('POST', `${core}/configmaps`, { ...config(), metadata: { name: 'settings', labels: { in: 'yes' } } });
    await api.send('PATCH', `${core}/configmaps/settings`, { metadata: { labels: { in: 'no' } } }, merge);
    await api.send('PATCH', `${core}/configmaps/settings`, { metadata: { labels: { in: 'yes' } } }, merge);
    const version = (list.body.metadata as { resourceVersion: string }).resourceVersion;
    return api.watch(`${core}/configmaps?watch=true&resourceVersion=${version}&labelSelector=in%3Dyes`, 3);
  },

  'foreground deletion takes the dependents first, orphaning leaves them': async api => {
    await api.send('POST', `${apps}/deployments?fieldManager=one`, web());
    await rolledOut(api);
    const orphaned = await api.send('DELETE', `${apps}/deployments/web`, { propagationPolicy: 'Orphan' });
    await api.until(`${apps}/deployments/web`, body => body.code === 404);
    const left = await api.until(`${apps}/replicasets`, body => !JSON.stringify(body).includes('ownerReferences'));
    const sets = left.items as { metadata: { name: string } }[];
    const going = await api.send('DELETE', `${apps}/replicasets/${sets[0]?.metadata.name}`, { propagationPolicy: 'Foreground' });
    await api.until(`${core}/pods`, body => (body.items as unknown[]).length === 0);
    await api.until(`${apps}/replicasets`, body => (body.items as unknown[]).length === 0);
    const metadata = (answer: Answer): unknown => ({
      code: answer.code,
      finalizers: (answer.body.metadata as Body).finalizers,
      generation: (answer.body.metadata as Body).generation,
    });
    return [metadata(orphaned), sets.length, metadata(going)];
  },

  'a finalizer holds a deleted object until it is taken away': async api => {
    const path = `${core}/configmaps/settings`;
    await api.send('POST', `${core}/configmaps?fieldManager=one`, {
      ...config(),
      metadata: { name: 'settings', finalizers: ['example.test/hold'] },
    });
    return inOrder([
      () => api.send('DELETE', path),
      () => api.send('GET', path),
      () => api.send('PATCH', `${path}?fieldManager=two`, { metadata: { finalizers: null } }, merge),
      () => api.send('GET', path),
    ]);
  },
};
