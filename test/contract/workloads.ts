/** Controllers: what becomes of workloads. */
import type { Answer, Body } from './api.ts';
import { inOrder, merge, rolledOut, type Scenarios, strategic } from './calls.ts';
import { apps, core, service, web } from './objects.ts';

export const workloads: Scenarios = {
  'a rolling update ends with one ReplicaSet per template and the newest at full size': async api => {
    await api.send('POST', `${core}/services?fieldManager=one`, service);
    await api.send('POST', `${apps}/deployments?fieldManager=one`, web());
    await rolledOut(api);
    await api.send(
      'PATCH',
      `${apps}/deployments/web?fieldManager=two`,
      { spec: { template: { spec: { containers: [{ name: 'web', image: 'demo/web:v2' }] } } } },
      strategic,
    );
    await rolledOut(api, 2);
    await api.until(
      `/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices`,
      body => JSON.stringify(body).split('"ready":true').length === 3 && !JSON.stringify(body).includes('"ready":false'),
    );
    return inOrder([
      () => api.send('GET', `${apps}/deployments/web`),
      () => api.send('GET', `${apps}/replicasets`),
      () => api.send('GET', `${core}/pods`),
      async () => withoutNames(await api.send('GET', `/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices`)),
    ]);
  },

  'a Recreate ends with the new template alone': async api => {
    await api.send('POST', `${apps}/deployments?fieldManager=one`, web({ strategy: { type: 'Recreate' } }));
    await rolledOut(api);
    await api.send(
      'PATCH',
      `${apps}/deployments/web?fieldManager=two`,
      { spec: { template: { metadata: { labels: { v: '2' } } } } },
      merge,
    );
    await rolledOut(api, 2);
    return inOrder([() => api.send('GET', `${apps}/deployments/web`), () => api.send('GET', `${apps}/replicasets`)]);
  },

  'a paused Deployment rolls nothing until it is resumed': async api => {
    await api.send('POST', `${apps}/deployments?fieldManager=one`, web());
    await rolledOut(api);
    const patch = (body: Body): Promise<Answer> => api.send('PATCH', `${apps}/deployments/web?fieldManager=two`, body, merge);
    await patch({ spec: { paused: true, template: { metadata: { labels: { v: '2' } } } } });
    await api.until(
      `${apps}/deployments/web`,
      body => JSON.stringify(body).includes('DeploymentPaused') && (body.status as Body).observedGeneration === 2,
    );
    const paused = await api.send('GET', `${apps}/deployments/web`);
    await patch({ spec: { paused: null } });
    await rolledOut(api, 3);
    return [paused, await api.send('GET', `${apps}/deployments/web`)];
  },

  'a Deployment whose image cannot be pulled never gets available': async api => {
    await api.send('POST', `${apps}/deployments?fieldManager=one`, web({ replicas: 1 }, { image: 'demo/web:badpull' }));
    await api.until(`${core}/pods`, body => JSON.stringify(body).includes('ImagePullBackOff'));
    await api.until(
      `${apps}/deployments/web`,
      body => JSON.stringify(body).includes('"unavailableReplicas":1') && JSON.stringify(body).includes('ReplicaSetUpdated'),
    );
    return inOrder([() => api.send('GET', `${apps}/deployments/web`), () => api.send('GET', `${core}/pods`)]);
  },

  'a Deployment that does not get on in time says so': async api => {
    await api.send(
      'POST',
      `${apps}/deployments?fieldManager=one`,
      web({ replicas: 1, progressDeadlineSeconds: 2 }, { image: 'demo/web:unready' }),
    );
    await api.until(`${apps}/deployments/web`, body => JSON.stringify(body).includes('ProgressDeadlineExceeded'));
    return api.send('GET', `${apps}/deployments/web`);
  },

  'a StatefulSet makes its pods in order and replaces them from the last': async api => {
    const labels = { app: 'web' };
    const spec = {
      serviceName: 'web',
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'demo/web:v1' }] } },
    };
    const path = `${apps}/statefulsets/web`;
    const done = (revision: number): Promise<Body> =>
      api.until(path, body => {
        const status = (body.status ?? {}) as Record<string, unknown>;
        return (
          status.observedGeneration === revision &&
          status.updatedReplicas === 2 &&
          status.availableReplicas === 2 &&
          status.currentRevision === status.updateRevision
        );
      });
    await api.send('POST', `${apps}/statefulsets?fieldManager=one`, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'web' },
      spec,
    });
    await done(1);
    await api.send(
      'PATCH',
      `${path}?fieldManager=two`,
      { spec: { template: { spec: { containers: [{ name: 'web', image: 'demo/web:v2' }] } } } },
      strategic,
    );
    await done(2);
    return inOrder([() => api.send('GET', path), () => api.send('GET', `${core}/pods`)]);
  },

  'a DaemonSet has a ready pod on every node': async api => {
    const labels = { app: 'web' };
    const spec = {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'demo/web:v1' }] } },
    };
    await api.send('POST', `${apps}/daemonsets?fieldManager=one`, {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'web' },
      spec,
    });
    const { status } = await api.until(`${apps}/daemonsets/web`, body => {
      const counts = (body.status ?? {}) as Record<string, unknown>;
      return Number(counts.desiredNumberScheduled) > 0 && counts.numberAvailable === counts.desiredNumberScheduled;
    });
    return status;
  },

  'a Job is complete when its pods have come to an end': async api => {
    const spec = { completions: 2, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'demo/job:v1' }] } } };
    await api.send('POST', '/apis/batch/v1/namespaces/{ns}/jobs?fieldManager=one', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'once' },
      spec,
    });
    const { status } = await api.until('/apis/batch/v1/namespaces/{ns}/jobs/once', body => JSON.stringify(body).includes('completionTime'));
    return status;
  },

  'a quota without room is told by the ReplicaSet and the Deployment': async api => {
    await api.send('POST', `${core}/resourcequotas?fieldManager=one`, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'few' },
      spec: { hard: { pods: '1' } },
    });
    await api.until(`${core}/resourcequotas/few`, body => JSON.stringify(body.status ?? {}).includes('used'));
    await api.send('POST', `${apps}/deployments?fieldManager=one`, web());
    await api.until(
      `${apps}/deployments/web`,
      body => JSON.stringify(body).includes('"availableReplicas":1') && JSON.stringify(body).includes('FailedCreate'),
    );
    const deployment = await api.send('GET', `${apps}/deployments/web`);
    return JSON.parse(JSON.stringify(deployment).replaceAll(/web-[a-z0-9]+-[a-z0-9]{5}/g, 'web-POD')) as unknown;
  },
};

function withoutNames(answer: Answer): Answer {
  return JSON.parse(
    JSON.stringify(answer)
      .replaceAll(/"web-[a-z0-9]{5}"/g, '"web-SLICE"')
      .replaceAll(/("kind":"EndpointSlice"|)"generation":\d+/g, '"generation":0'),
  ) as Answer;
}
