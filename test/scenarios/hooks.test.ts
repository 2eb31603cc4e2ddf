/** Helm's hooks that are no Jobs but are there for one, on the simulated cluster: as the account of cert-manager's check, or of ingress-nginx's certificate. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import { asPhased } from '../../src/manifests/phases.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** An object of a chart that Helm makes at these moments. */
const hooked = (object: KubeObject, moments: string, policy?: string): KubeObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    annotations: { 'helm.sh/hook': moments, ...(policy === undefined ? {} : { 'helm.sh/hook-delete-policy': policy }) },
  },
});

const account: KubeObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'migrate' } };
const settings: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { level: 'info' } };
const job = (image: string): KubeObject => {
  const spec = { restartPolicy: 'Never', serviceAccountName: 'migrate', containers: [{ name: 'migrate', image }] };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate' }, spec: { backoffLimit: 0, template: { spec } } };
};

const BOTH = 'pre-install,pre-upgrade';
const GOES = 'before-hook-creation,hook-succeeded';

/** The Job stands first: what it needs comes before it all the same. */
function files(version: string, image = 'demo/job:1', other = hooked(settings, BOTH)): readonly KubeObject[] {
  const all = [hooked(job(image), BOTH, GOES), hooked(account, BOTH, GOES), other, ...web(version)];
  return all.map(object => asPhased(object, all) ?? object);
}

const inPlace: RawInputs = { action: 'deploy', strategy: 'none' };
const canary: RawInputs = { action: 'deploy', strategy: 'canary', percentage: '20', 'traffic-split-method': 'smi' };

const accounts = async ({ api }: Bed): Promise<number> => (await api.send('GET', '/api/v1/namespaces/{ns}/serviceaccounts/migrate')).code;

describe('a hook that a Job needs', () => {
  test('is applied before the Job, and goes behind it or stays as its policy says', async () => {
    const bed = await openBed(stage, []);
    const writes = await bed.dieBehind(1000, { inputs: inPlace, files: files('v1') });
    const at = (part: string): number => writes.findIndex(write => write.includes(part));
    expect(at('serviceaccounts')).toBeLessThan(at('/jobs'));
    expect([at('serviceaccounts'), at('/configmaps/settings')]).not.toContain(-1);
    expect(at('/jobs')).toBeLessThan(at('/deployments'));
    expect(await accounts(bed)).toBe(404);
    expect((await bed.snapshot())['ConfigMap/settings']).toMatchObject({ data: settings.data, metadata: { managers: ['kubectl Apply'] } });
  });

  test('is there at a canary already, and a reject leaves what it left', async () => {
    const bed = await openBed(stage, web('v1'));
    const before = await bed.snapshot();
    expect(said(await bed.act(canary, files('v2')))).toBe('deployed');
    expect(said(await bed.act({ ...canary, action: 'reject' }))).toBe('rejected');
    const { 'ConfigMap/settings': left, ...after } = await bed.snapshot();
    expect([after, await accounts(bed)]).toEqual([before, 404]);
    expect(JSON.stringify(left)).not.toContain('kubernetes-rollout');
  });

  test('that is a Secret is remembered with the Secrets of the rollout', async () => {
    const secret: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'password' }, stringData: { password: 'hunter2' } };
    const bed = await openBed(stage, web('v1'));
    expect(said(await bed.act(canary, files('v2', 'demo/job:1', hooked(secret, BOTH))))).toBe('deployed');
    expect((await bed.api.send('GET', '/api/v1/namespaces/{ns}/secrets/web-rollout')).code).toBe(200);
    expect(said(await bed.act({ ...canary, action: 'promote' }))).toBe('promoted');
    expect(Object.keys(await bed.snapshot()).sort()).toEqual(['Deployment/web', 'Secret/password', 'Service/web']);
  });

  test('of an install alone is no part of an upgrade', async () => {
    const bed = await openBed(stage, web('v1'));
    expect(said(await bed.act(inPlace, files('v2', 'demo/job:1', hooked(settings, 'pre-install'))))).toBe('deployed');
    expect(Object.keys(await bed.snapshot())).not.toContain('ConfigMap/settings');
  });

  test.each([
    ['a canary', canary],
    ['a deploy in place', inPlace],
  ])('is not left behind when %s is killed behind any write and run again', async (_, inputs) => {
    for (let write = 1; ; write++) {
      const bed = await openBed(stage, web('v1'));
      const writes = await bed.dieBehind(write, { inputs, files: files('v2') });
      if (writes.length < write) break;
      expect([writes.at(-1), said(await bed.act(inputs, files('v2'), { laterSeconds: 61 }))]).toEqual([
        writes.at(-1),
        expect.stringMatching(/^(deployed|unchanged)$/),
      ]);
      expect([writes.at(-1), await accounts(bed)]).toEqual([writes.at(-1), 404]);
    }
  });

  test('stays beside a Job that failed, and the next run ends with it', async () => {
    const bed = await openBed(stage, web('v1'));
    expect(said(await bed.act(canary, files('v2', 'demo/job:crash')))).toBe('NOT_READY');
    expect(await accounts(bed)).toBe(200);
    expect(said(await bed.act(canary, files('v2')))).toBe('deployed');
    expect(await accounts(bed)).toBe(404);
  });
});

test('a hook that makes pods, or that no Job of its moment needs, is none of them', () => {
  const server = hooked({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'server' } }, BOTH);
  const other = hooked(settings, 'post-upgrade');
  const all = [hooked(job('demo/job:1'), BOTH), server, other];
  expect(all.map(object => asPhased(object, all)?.kind)).toEqual(['Job', undefined, undefined]);
});
