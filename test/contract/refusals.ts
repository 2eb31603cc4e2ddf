/** What the API refuses, and in which words. */
import type { Answer, Body } from './api.ts';
import { inOrder, merge, type Scenarios } from './calls.ts';
import { apps, config, core, service, web } from './objects.ts';

export const refusals: Scenarios = {
  'what is wrong with an object is said field by field': api => {
    const post =
      (object: Body): (() => Promise<Answer>) =>
      () =>
        api.send('POST', `${apps}/deployments?fieldManager=one`, object);
    return inOrder([
      post({ ...web(), metadata: { name: 'Web_1' } }),
      post({ ...web(), metadata: {} }),
      post(web({ selector: { matchLabels: { app: 'other' } } })),
      post(web({ selector: {} })),
      post(web({ selector: undefined })),
      post(web({ replicas: -1 })),
      post(web({}, { image: '' })),
      post(web({}, { name: '' })),
      post(web({}, { volumeMounts: [{ name: 'none', mountPath: '/x' }] })),
      post(web({}, { ports: [{ containerPort: 0 }] })),
      post(web({ template: { metadata: { labels: { app: 'web' } }, spec: { containers: [] } } })),
      post(
        web({
          template: {
            metadata: { labels: { app: 'web' } },
            spec: {
              restartPolicy: 'Never',
              containers: [
                { name: 'a', image: 'b:1' },
                { name: 'a', image: 'b:1' },
              ],
            },
          },
        }),
      ),
      post(web({ strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } })),
      () => api.send('POST', `${core}/services`, { ...service, spec: { selector: { app: 'web' } } }),
      () => api.send('POST', `${core}/services`, { ...service, metadata: { name: '1web' } }),
      () => api.send('POST', `${core}/services`, { ...service, spec: { ports: [{ port: 80 }, { port: 0, name: 'x' }] } }),
      () => api.send('POST', `${core}/configmaps`, { ...config(), metadata: { name: 'a', labels: { x: 'y z' } } }),
    ]);
  },

  'how many pods a roll may do without is a count or a percentage': api => {
    const post = (rollingUpdate: Body, replicas = 0) =>
      api.send('POST', `${apps}/deployments?fieldManager=one`, web({ replicas, strategy: { type: 'RollingUpdate', rollingUpdate } }));
    return inOrder([
      () => post({ maxSurge: 'x%' }),
      () => post({ maxUnavailable: 'x%' }),
      () => post({ maxSurge: '5' }),
      () => post({ maxSurge: -1 }),
      () => post({ maxUnavailable: '120%' }),
      () => post({ maxSurge: '0%', maxUnavailable: '0%' }),
      () => post({ maxSurge: '300%' }),
    ]);
  },

  'data beyond one MiB is refused': async api => {
    const { code, body } = await api.send('POST', `${core}/configmaps`, config({ a: 'x'.repeat(1_048_577) }));
    const long = await api.send('POST', `${core}/configmaps`, {
      ...config(),
      metadata: { name: 'b', annotations: { a: 'x'.repeat(262_145) } },
    });
    return [{ code, body }, long];
  },

  'unknown fields are refused when asked strictly, warned of otherwise': api =>
    inOrder([
      () =>
        api.send(
          'POST',
          `${apps}/deployments?fieldValidation=Strict`,
          web({
            replica: 1,
            template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'b:1', envs: [] }] } },
          }),
        ),
      () => api.send('POST', `${core}/configmaps?fieldValidation=Warn&fieldManager=one`, { ...config(), spec: {} }),
      () => api.apply(`${apps}/deployments/web`, web({ replica: 1 }), 'one'),
    ]),

  'values of a wrong type are refused': api =>
    inOrder([
      () => api.send('POST', `${apps}/deployments`, web({ replicas: '2' })),
      () => api.send('POST', `${apps}/deployments`, web({}, { env: [{ name: 'A', value: 5 }] })),
      () => api.send('POST', `${core}/configmaps`, config({ a: 5 })),
      () => api.send('POST', `${core}/configmaps`, { ...config(), apiVersion: 'v2' }),
      () => api.send('POST', `${core}/configmaps`, { ...config(), metadata: { name: 'a', namespace: 'other' } }),
    ]),

  'what must not change does not': async api => {
    await api.send('POST', `${apps}/deployments`, web({ replicas: 0 }));
    await api.send('POST', `${core}/configmaps`, { ...config(), immutable: true });
    return inOrder([
      () =>
        api.send(
          'PATCH',
          `${apps}/deployments/web`,
          { spec: { selector: { matchLabels: { app: 'new' } }, template: { metadata: { labels: { app: 'new' } } } } },
          merge,
        ),
      () => api.send('PATCH', `${core}/configmaps/settings`, { data: { a: '2' } }, merge),
      () => api.send('PATCH', `${core}/configmaps/settings`, { metadata: { name: 'other' } }, merge),
    ]);
  },

  'what is not served and what is not there are told apart': api =>
    inOrder([
      () => api.send('GET', `${core}/nothings`),
      () => api.send('GET', '/apis/no.such.group/v1/namespaces/{ns}/things'),
      () => api.send('POST', '/api/v1/namespaces/no-such-namespace/configmaps', config()),
      () => api.send('GET', `${apps}/deployments/none`),
      () => api.apply(`${core}/configmaps/other`, config(), 'one'),
      () => api.send('PATCH', `${core}/configmaps/none`, config(), 'application/apply-patch+yaml'),
    ]),
};
