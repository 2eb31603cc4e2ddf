/** Creating, applying, patching: who owns what afterwards. */
import type { Answer, Body } from './api.ts';
import { inOrder, json, merge, type Scenarios, strategic } from './calls.ts';
import { defaulted } from './defaulted.ts';
import { apps, config, core, podTemplate, service, web } from './objects.ts';

export const writes: Scenarios = {
  'every kind gets its defaults': api =>
    inOrder(
      defaulted.map(
        ([path, object]) =>
          () =>
            api.send('POST', `${path}?dryRun=All&fieldManager=one`, object),
      ),
    ),

  'a created object has managers for every field that it was given': async api => [
    await api.send('POST', `${apps}/deployments?fieldManager=one&dryRun=All`, web()),
    await api.send('POST', `${core}/configmaps?fieldManager=one`, config()),
    await api.send('POST', `${core}/services?fieldManager=one`, service),
  ],

  'apply takes away what it named before and names no more': async api => {
    const path = `${core}/podtemplates/web`;
    await api.apply(path, podTemplate({ args: ['x'] }), 'one');
    const without = podTemplate({ env: [{ name: 'B', value: '2' }] });
    return inOrder([() => api.apply(path, without, 'one'), () => api.apply(path, without, 'one')]);
  },

  'apply that names the only label no more keeps the object, its name too': async api => {
    const path = `${core}/configmaps/settings`;
    const labelled = { ...config(), metadata: { name: 'settings', labels: { color: 'green' } } };
    return inOrder([() => api.apply(path, labelled, 'one'), () => api.apply(path, config(), 'one')]);
  },

  'apply keeps what others own, and shares what is the same': async api => {
    const path = `${core}/configmaps/settings`;
    await api.apply(path, config({ a: '1', b: '2' }), 'one');
    return inOrder([
      () => api.apply(path, config({ a: '1', c: '3' }), 'two'),
      () => api.apply(path, config({ b: '2' }), 'one'),
      () => api.apply(path, config({}), 'two'),
    ]);
  },

  'apply over the fields of another manager is refused with its name, and forced takes them': async api => {
    const path = `${core}/podtemplates/web`;
    await api.send('POST', `${core}/podtemplates?fieldManager=kubectl-client-side-apply`, podTemplate());
    return inOrder([
      () => api.apply(path, podTemplate({ image: 'demo/web:v3' }), 'two'),
      () => api.apply(path, podTemplate({ image: 'demo/web:v2', env: [{ name: 'A', value: '9' }] }), 'two'),
      () => api.apply(path, podTemplate({ image: 'demo/web:v2', env: [{ name: 'A', value: '9' }] }), 'two', '&force=true'),
    ]);
  },

  'apply by kubectl takes fields that its last applied configuration names': async api => {
    const path = `${core}/configmaps/settings`;
    const last = JSON.stringify(config({ a: '1', b: '2' }));
    const first = {
      ...config({ a: '1', b: '2' }),
      metadata: { name: 'settings', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': last } },
    };
    await api.send('POST', `${core}/configmaps?fieldManager=kubectl-client-side-apply`, first);
    return inOrder([() => api.apply(path, config({ a: '5' }), 'kubectl')]);
  },

  'fields are handed over by a patch of managedFields': async api => {
    const path = `${core}/configmaps/settings`;
    const { body } = await api.send('POST', `${core}/configmaps?fieldManager=kubectl-client-side-apply`, config({ a: '1', b: '2' }));
    const metadata = body.metadata as { managedFields: Body[]; resourceVersion: string };
    const managed = metadata.managedFields.map(entry => ({ ...entry, manager: 'kubectl', operation: 'Apply' }));
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value: managed },
      { op: 'replace', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
    ];
    return inOrder([
      () => api.send('PATCH', `${path}?fieldManager=hand`, patch, json),
      () => api.apply(path, config({ a: '2' }), 'kubectl'),
    ]);
  },

  'managedFields are emptied by one empty entry': async api => {
    const path = `${core}/configmaps/settings`;
    await api.send('POST', `${core}/configmaps?fieldManager=one`, config());
    return inOrder([
      () => api.send('PATCH', `${path}?fieldManager=two`, { metadata: { managedFields: [{}] } }, merge),
      () => api.send('PATCH', `${path}?fieldManager=two`, { data: { b: '2' } }, merge),
    ]);
  },

  'patches change what they name, and a failed test changes nothing': async api => {
    const path = `${core}/podtemplates/web`;
    await api.send('POST', `${core}/podtemplates?fieldManager=one`, podTemplate());
    return inOrder([
      () =>
        api.send(
          'PATCH',
          `${path}?fieldManager=two`,
          [
            { op: 'test', path: '/metadata/name', value: 'other' },
            { op: 'replace', path: '/metadata/labels/app', value: 'x' },
          ],
          json,
        ),
      () => api.send('PATCH', `${path}?fieldManager=two`, [{ op: 'remove', path: '/template/nothing' }], json),
      () =>
        api.send(
          'PATCH',
          `${path}?fieldManager=two`,
          [
            { op: 'test', path: '/metadata/name', value: 'web' },
            { op: 'replace', path: '/template/spec/containers/0/image', value: 'demo/web:v2' },
          ],
          json,
        ),
      () =>
        api.send(
          'PATCH',
          `${path}?fieldManager=two`,
          {
            template: {
              spec: {
                containers: [
                  {
                    name: 'web',
                    env: [
                      { name: 'C', value: '3' },
                      { name: 'A', $patch: 'delete' },
                    ],
                  },
                  { name: 'side', image: 'demo/side:v1' },
                ],
              },
            },
          },
          strategic,
        ),
      () => api.send('PATCH', `${path}?fieldManager=two`, { metadata: { labels: { x: 'y', app: null } } }, merge),
    ]);
  },

  'a write to another version or another object is a conflict': async api => {
    const path = `${core}/configmaps/settings`;
    const { body } = await api.send('POST', `${core}/configmaps?fieldManager=one`, config());
    const stale = { ...body, data: { a: '2' } };
    const strange = '00000000-0000-4000-a000-000000000000';
    return inOrder([
      () => api.send('PUT', `${path}?fieldManager=one`, stale),
      () => api.send('PUT', `${path}?fieldManager=one`, stale),
      () => api.send('POST', `${core}/configmaps`, config()),
      async () => scrubbed(await api.send('DELETE', path, { preconditions: { uid: strange } }), strange),
      () => api.send('DELETE', path, {}),
      () => api.send('DELETE', path, {}),
      () => api.send('GET', path),
      () => api.send('PATCH', path, { data: {} }, merge),
    ]);
  },

  'a write that changes nothing makes no new version': async api => {
    const path = `${core}/configmaps/settings`;
    const { body } = await api.send('POST', `${core}/configmaps?fieldManager=one`, config());
    const again = await api.send('PATCH', `${path}?fieldManager=one`, { data: { a: '1' } }, merge);
    await api.apply(path, config(), 'three');
    const applied = await api.send('GET', path);
    const twice = await api.apply(path, config(), 'three');
    return [versionOf(again.body) === versionOf(body), versionOf(twice.body) === versionOf(applied.body)];
  },
};

function versionOf(body: Body): unknown {
  return (body.metadata as Body).resourceVersion;
}

function scrubbed(answer: Answer, uid: string): Answer {
  return JSON.parse(JSON.stringify(answer).replaceAll(uid, 'STRANGE')) as Answer;
}
