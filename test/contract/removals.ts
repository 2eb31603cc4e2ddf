/** What is left out of an apply, and what a delete answers with. */
import type { Body } from './api.ts';
import { inOrder, type Scenarios } from './calls.ts';
import { apps, config, core, podTemplate, service, web } from './objects.ts';

const kinds: readonly (readonly [collection: string, object: Body])[] = [
  [`${core}/configmaps`, config()],
  [`${core}/secrets`, { metadata: { name: 'keys' } }],
  [`${core}/services`, service],
  [`${core}/serviceaccounts`, { metadata: { name: 'web' } }],
  [`${core}/resourcequotas`, { metadata: { name: 'web' }, spec: { hard: { pods: '10' } } }],
  [`${core}/podtemplates`, podTemplate()],
  [`${apps}/deployments`, web({ replicas: 0 })],
  ['/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles', { metadata: { name: 'web' }, rules: [] }],
  [
    '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets',
    { metadata: { name: 'web' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } } },
  ],
  ['/apis/networking.k8s.io/v1/namespaces/{ns}/networkpolicies', { metadata: { name: 'web' }, spec: { podSelector: {} } }],
];

const nameOf = (object: Body): string => String((object.metadata as Body).name);

export const removals: Scenarios = {
  'a delete answers with the object itself or with a Status, as its kind does': api =>
    inOrder(
      kinds.map(([collection, object]) => async () => {
        await api.send('POST', collection, object);
        const { code, body } = await api.send('DELETE', `${collection}/${nameOf(object)}`);
        return { code, body: { of: collection, kind: body.kind, status: body.status } };
      }),
    ),

  'an apply leaves out labels that were empty before': async api => {
    const path = `${core}/configmaps/settings`;
    const labelled = (labels: Body) => ({ ...config(), metadata: { name: 'settings', labels } });
    return inOrder([
      () => api.apply(path, labelled({}), 'one'),
      () => api.apply(path, config(), 'one'),
      () => api.apply(path, labelled({ a: 'b' }), 'one'),
      () => api.apply(path, labelled({}), 'one'),
      () => api.apply(path, config(), 'one'),
    ]);
  },
};
