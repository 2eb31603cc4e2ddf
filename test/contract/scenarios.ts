/**
 * What every Kubernetes API server does. Each scenario is a fact with the calls that show it; what it answers, normalised, is
 * recorded from a real control plane in `recorded.json`, and both the real one and the simulated one must answer it.
 */
import type { Answer, Body, ContractApi } from './api.ts';
import { defaulted } from './defaulted.ts';
import { apps, config, core, podTemplate, routeDefinition, service, web } from './objects.ts';

export type Scenario = (api: ContractApi) => Promise<unknown>;

const json = 'application/json-patch+json';
const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';

/** Waits for the Deployment `web` to be rolled out at a generation. */
async function rolledOut(api: ContractApi, generation = 1, replicas = 2): Promise<void> {
  await api.until(`${apps}/deployments/web`, body => {
    const status = (body.status ?? {}) as Record<string, unknown>;
    const done = status.observedGeneration === generation && (status.updatedReplicas ?? 0) === replicas;
    return done && (status.availableReplicas ?? 0) === replicas && (status.replicas ?? 0) === replicas && isProgressed(status);
  });
  await api.until(`${core}/pods?labelSelector=app%3Dweb`, body => (body.items as unknown[]).length === replicas);
}

function isProgressed(status: Record<string, unknown>): boolean {
  return JSON.stringify(status.conditions).includes('NewReplicaSetAvailable');
}

async function inOrder(calls: readonly (() => Promise<Answer>)[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const call of calls) answers.push(await call());
  return answers;
}

export const scenarios: Readonly<Record<string, Scenario>> = {
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

function versionOf(body: Body): unknown {
  return (body.metadata as Body).resourceVersion;
}

function withoutNames(answer: Answer): Answer {
  return JSON.parse(
    JSON.stringify(answer)
      .replaceAll(/"web-[a-z0-9]{5}"/g, '"web-SLICE"')
      .replaceAll(/("kind":"EndpointSlice"|)"generation":\d+/g, '"generation":0'),
  ) as Answer;
}

function scrubbed(answer: Answer, uid: string): Answer {
  return JSON.parse(JSON.stringify(answer).replaceAll(uid, 'STRANGE')) as Answer;
}
