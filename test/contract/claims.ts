/** Claims that a StatefulSet makes, and kinds of the cluster's own. */
import type { Body } from './api.ts';
import { inOrder, type Scenarios } from './calls.ts';
import { apps, core } from './objects.ts';

const template: Body = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'demo/web:v1', volumeMounts: [{ name: 'data', mountPath: '/data' }] }] },
};
const set = (spec: Body): Body => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'web' },
  spec: { serviceName: 'web', replicas: 0, selector: { matchLabels: { app: 'web' } }, template, ...spec },
});
const claim: Body = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};

const hooks = '/apis/admissionregistration.k8s.io/v1';
const hook = (kind: string): Body => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name: 'contract.example.com' },
  webhooks: [
    {
      name: 'contract.example.com',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      clientConfig: { service: { name: 'hook', namespace: 'default' } },
      rules: [{ apiGroups: ['example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['things'] }],
    },
  ],
});
const service: Body = {
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: 'v1.contract.example.com' },
  spec: {
    group: 'contract.example.com',
    version: 'v1',
    groupPriorityMinimum: 100,
    versionPriority: 100,
    service: { name: 'api', namespace: 'default' },
  },
};

/** A webhook about one ConfigMap of the scenario's namespace, behind a Service that has no pods. */
const silent = (namespace: string): Body => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: `${namespace}.example.com` },
  webhooks: [
    {
      name: 'silent.example.com',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      clientConfig: { service: { name: 'hook', namespace, path: '/ask' }, caBundle: '' },
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      objectSelector: { matchLabels: { asked: 'yes' } },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] }],
    },
  ],
});
const configMap = (name: string, labels: Body): Body => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } });

export const claims: Scenarios = {
  'what a webhook has to be asked about is refused while its Service is not there or has no pods, also in a dry run': async api => {
    const path = `${hooks}/validatingwebhookconfigurations`;
    const { code: made } = await api.send('POST', path, silent(api.namespace));
    const ask = (query: string, labels: Body) => async () => {
      const { code, body } = await api.send('POST', `${core}/configmaps${query}`, configMap('asked', labels));
      return { code, reason: body.reason, message: String(body.message ?? '').replaceAll(api.namespace, 'ns') };
    };
    // The API server takes a moment to know of it.
    let first = await ask('?dryRun=All', { asked: 'yes' })();
    while (first.code < 300) first = await ask('?dryRun=All', { asked: 'yes' })();
    await api.send('POST', `${core}/services`, { metadata: { name: 'hook' }, spec: { selector: { app: 'hook' }, ports: [{ port: 443 }] } });
    let second = await ask('', { asked: 'yes' })();
    while (second.message === first.message) second = await ask('', { asked: 'yes' })();
    const others = await ask('', {})();
    await api.send('DELETE', `${path}/${api.namespace}.example.com`);
    return { made, first, second, others };
  },

  'a StatefulSet mounts what it makes claims of, and nothing that nobody gives it': api =>
    inOrder([
      () => api.send('POST', `${apps}/statefulsets?fieldManager=one`, set({})),
      () => api.send('POST', `${apps}/statefulsets?fieldManager=one`, set({ volumeClaimTemplates: [claim] })),
    ]),

  'a StatefulSet makes a claim for every pod': async api => {
    await api.send('POST', `${apps}/statefulsets?fieldManager=one`, set({ replicas: 1, volumeClaimTemplates: [claim] }));
    await api.until(`${core}/persistentvolumeclaims`, body => (body.items as unknown[]).length === 1);
    await api.until(`${core}/pods`, body => (body.items as unknown[]).length === 1);
    const { body: made } = await api.send('GET', `${core}/persistentvolumeclaims`);
    const { body: pods } = await api.send('GET', `${core}/pods`);
    const [data] = made.items as readonly { readonly metadata: Body; readonly spec: Body }[];
    const [pod] = pods.items as readonly { readonly spec: Body }[];
    const volumes = ((pod?.spec.volumes ?? []) as readonly Body[]).filter(({ name }) => name === 'data');
    return { name: data?.metadata.name, labels: data?.metadata.labels, spec: data?.spec, volumes };
  },

  'webhook configurations and APIServices are stored with their defaults': async api => {
    const paths = [
      [`${hooks}/validatingwebhookconfigurations`, hook('ValidatingWebhookConfiguration')],
      [`${hooks}/mutatingwebhookconfigurations`, hook('MutatingWebhookConfiguration')],
      ['/apis/apiregistration.k8s.io/v1/apiservices', service],
    ] as const;
    const made = await inOrder(
      paths.map(
        ([path, object]) =>
          () =>
            api.send('POST', `${path}?fieldManager=one`, object),
      ),
    );
    await inOrder(
      paths.map(
        ([path, { metadata }]) =>
          () =>
            api.send('DELETE', `${path}/${(metadata as Body).name}`),
      ),
    );
    return made.map(({ code, body }) => ({ code, ...body, status: null }));
  },
};
