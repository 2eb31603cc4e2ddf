/** A new version is read by Prometheus as stable is: monitors of the operator travel with it, where the login may copy them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { at, records } from '../../src/manifests/json.ts';
import { matches } from '../../src/manifests/selectors.ts';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { definition } from '../simulation/client.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStageFor } from '../stage/stage.ts';

const USER = 'deployer';
let stage: CrashStage;
beforeAll(async () => {
  stage = await openStageFor(USER, [
    definition('split.smi-spec.io', 'v1alpha4', 'TrafficSplit', 'trafficsplits'),
    definition('monitoring.coreos.com', 'v1', 'PodMonitor', 'podmonitors'),
    definition('monitoring.coreos.com', 'v1', 'ServiceMonitor', 'servicemonitors'),
  ]);
});
afterAll(() => stage.close());

const smi: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi', percentage: '20', baseline: 'false' };

/** Prometheus finds monitors by their label `release`. */
const monitor = (kind: string, name: string, app: string): KubeObject => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind,
  metadata: { name, labels: { release: 'prometheus', 'app.kubernetes.io/managed-by': 'Helm' } },
  spec: { selector: { matchLabels: { app } }, [kind === 'PodMonitor' ? 'podMetricsEndpoints' : 'endpoints']: [{ port: 'http' }] },
});

const files = (version: string): readonly KubeObject[] =>
  web(version).map(object =>
    object.kind === 'Service' ? { ...object, metadata: { ...object.metadata, labels: { app: 'web' } } } : object,
  );
const monitors = [monitor('PodMonitor', 'web', 'web'), monitor('ServiceMonitor', 'web', 'web'), monitor('PodMonitor', 'db', 'db')];

const GROUPS = [
  '',
  'apps',
  'policy',
  'networking.k8s.io',
  'autoscaling',
  'split.smi-spec.io',
  'discovery.k8s.io',
  'batch',
  'events.k8s.io',
];

async function open(verbs: readonly string[], more: readonly KubeObject[] = []): Promise<Bed> {
  const bed = await openBed(stage, [...files('v1'), ...monitors, ...more]);
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}';
  const rules = [
    { apiGroups: GROUPS, resources: ['*'], verbs: ['*'] },
    { apiGroups: ['monitoring.coreos.com'], resources: ['*'], verbs },
  ];
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  await bed.api.send('POST', `${rbac}/roles`, { apiVersion, kind: 'Role', metadata: { name: USER }, rules });
  await bed.api.send('POST', `${rbac}/rolebindings`, {
    apiVersion,
    kind: 'RoleBinding',
    metadata: { name: USER },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: USER },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: USER }],
  });
  return bed;
}

/** Every monitor of the namespace, as Kind/name. */
async function found({ api }: Bed): Promise<Readonly<Record<string, KubeObject>>> {
  const lists = ['podmonitors', 'servicemonitors'].map(async plural => {
    const { body } = await api.send('GET', `/apis/monitoring.coreos.com/v1/namespaces/{ns}/${plural}`);
    return (records(body.items) as unknown as readonly KubeObject[]).map(object => [`${plural}/${object.metadata.name}`, object] as const);
  });
  return Object.fromEntries((await Promise.all(lists)).flat());
}

async function told(bed: Bed): Promise<readonly string[]> {
  const notices: string[] = [];
  const onEvent = (event: Event): void => void (event.type === 'notice' && notices.push(event.text));
  expect(said(await bed.act({ ...smi, action: 'deploy' }, files('v2'), { onEvent }))).toBe('deployed');
  return notices;
}

describe('a PodMonitor over stable’s pods and a ServiceMonitor over its Service', () => {
  test.each(['promote', 'reject'])('have copies for the canary until %s', async action => {
    const bed = await open(['*']);
    const before = Object.keys(await found(bed));
    expect(said(await bed.act({ ...smi, action: 'deploy' }, files('v2')))).toBe('deployed');
    const during = await found(bed);
    expect(Object.keys(during).filter(key => !before.includes(key))).toEqual(['podmonitors/web-canary', 'servicemonitors/web-canary']);
    const own = { 'kubernetes-rollout/variant': 'canary', 'kubernetes-rollout/application': 'web' };
    expect(during['podmonitors/web-canary']).toMatchObject({
      metadata: { labels: { release: 'prometheus', ...own } },
      spec: { selector: { matchLabels: { app: 'web-canary' } }, podMetricsEndpoints: [{ port: 'http' }] },
    });
    expect(during['servicemonitors/web-canary']?.metadata.labels).toEqual({ release: 'prometheus', ...own });
    expect(during['servicemonitors/web-canary']?.spec).toEqual({ selector: { matchLabels: own }, endpoints: [{ port: 'http' }] });
    // What a ServiceMonitor picks are Services.
    const { body } = await bed.api.send('GET', '/api/v1/namespaces/{ns}/services/web-canary');
    expect(body.metadata).toMatchObject({ labels: own });
    expect(said(await bed.act({ ...smi, action }, files('v2')))).toBe(`${action}${action.endsWith('e') ? 'd' : 'ed'}`);
    expect(Object.keys(await found(bed))).toEqual(before);
  });

  test('have one for each Service of the workload, which reads from that one alone', async () => {
    const [, service] = files('v1') as [KubeObject, KubeObject];
    const admin = { ...service, metadata: { name: 'web-admin', labels: { app: 'web-admin' } } };
    const bed = await open(['*'], [admin, monitor('ServiceMonitor', 'web-admin', 'web-admin')]);
    expect(said(await bed.act({ ...smi, action: 'deploy' }, [...files('v2'), admin]))).toBe('deployed');
    const during = await found(bed);
    const { body } = await bed.api.send('GET', '/api/v1/namespaces/{ns}/services');
    const picked = (name: string): readonly string[] =>
      (body.items as readonly KubeObject[])
        .filter(({ metadata }) => matches(at(during[`servicemonitors/${name}`], 'spec.selector'), metadata.labels ?? {}))
        .map(({ metadata }) => metadata.name);
    expect(['web-canary', 'web-admin-canary'].map(picked)).toEqual([['web-canary'], ['web-admin-canary']]);
  });

  test('read from each pod of a blue-green release once: its preview Service, which leads to the same pods, is left out', async () => {
    const bed = await open(['*']);
    const blueGreen: RawInputs = { action: 'deploy', strategy: 'blue-green', 'traffic-split-method': 'smi' };
    expect(said(await bed.act(blueGreen, files('v2')))).toBe('deployed');
    const copy = (await found(bed))['servicemonitors/web-canary'];
    const { body } = await bed.api.send('GET', '/api/v1/namespaces/{ns}/services');
    const picked = (body.items as readonly KubeObject[]).filter(({ metadata }) =>
      matches(at(copy, 'spec.selector'), metadata.labels ?? {}),
    );
    expect(picked.map(({ metadata }) => metadata.name)).toEqual(['web-canary']);
    expect((body.items as readonly KubeObject[]).map(({ metadata }) => metadata.name)).toContain('web-preview');
    expect(said(await bed.act({ ...blueGreen, action: 'reject' }, files('v2')))).toBe('rejected');
  });

  test.each([
    ['may look at them only', ['get', 'list', 'watch']],
    ['may not even see them', []],
  ])('are left as they are where the login %s, and that is told', async (_, verbs) => {
    const bed = await open(verbs);
    const before = await found(bed);
    const notices = await told(bed);
    expect(notices.filter(text => text.includes('PodMonitor of monitoring.coreos.com'))).toEqual([
      expect.stringContaining('does not read from the canary'),
    ]);
    expect(await found(bed)).toEqual(before);
  });

  test('get no copy where a monitor of the user’s has its name', async () => {
    const bed = await open(['*'], [monitor('PodMonitor', 'web-canary', 'other')]);
    await told(bed);
    expect((await found(bed))['podmonitors/web-canary']?.spec).toMatchObject({ selector: { matchLabels: { app: 'other' } } });
  });
});
