/** Custom resources. */
import type { Body } from './api.ts';
import { inOrder, merge, type Scenarios, strategic } from './calls.ts';
import { routeDefinition } from './objects.ts';

export const custom: Scenarios = {
  'a custom resource is served, defaulted, pruned and checked by its schema': async api => {
    const group = `${api.namespace}.example.test`;
    const path = `/apis/${group}/v1/namespaces/{ns}/routes`;
    const route = (spec: Body, version = 'v1'): Body => ({
      apiVersion: `${group}/${version}`,
      kind: 'Route',
      metadata: { name: 'r' },
      spec,
    });
    await api.send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldManager=one', routeDefinition(group));
    await api.until(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/routes.${group}`, body =>
      JSON.stringify(body).includes('"Established"'),
    );
    await api.until(path, body => body.kind === 'RouteList');
    const answers = await inOrder([
      () => api.send('POST', path, route({ mode: 'a' })),
      () => api.send('POST', path, route({ service: '' })),
      () => api.send('POST', path, route({ service: 'web', mode: 'c' })),
      () =>
        api.send('POST', path, route({ service: 'web', backends: [{ name: 'a', weight: -1 }, { name: 'b', weight: 1.5 }, { weight: 5 }] })),
      () => api.send('POST', path, route({ service: 5 })),
      () => api.send('POST', `${path}?fieldValidation=Strict`, route({ service: 'web', extra: 1 })),
      () => api.send('POST', `${path}?fieldManager=one`, route({ service: 'web', extra: 1, backends: [{ name: 'a', weight: 1 }] })),
      () => api.send('PATCH', `${path}/r?fieldManager=two`, { spec: { backends: [{ name: 'b', weight: 2 }] } }, merge),
      () => api.send('PATCH', `${path}/r/status?fieldManager=two`, { spec: { service: 'no' }, status: { ready: true } }, merge),
      () => api.send('GET', `/apis/${group}/v1alpha1/namespaces/{ns}/routes/r`),
      () => api.apply(`${path}/r`, route({ service: 'other', ports: [{ port: 1, note: 'x' }, { port: 2 }] }), 'three'),
      () => api.apply(`${path}/r`, route({ service: 'other', ports: [{ port: 1, note: 'x' }, { port: 2 }] }), 'three', '&force=true'),
      () => api.apply(`${path}/r`, route({ service: 'other', ports: [{ port: 2 }] }), 'three', '&force=true'),
      () => api.apply(`${path}/r`, route({ service: 'other', nothing: 1 }), 'three', '&force=true'),
      () => api.send('PATCH', `${path}/r`, { spec: { service: 'x' } }, strategic),
    ]);
    await api.send('DELETE', `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/routes.${group}`);
    return answers;
  },
};
