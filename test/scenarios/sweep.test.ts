/** Rollouts that were left open, on the simulated cluster. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { contractApi } from '../contract/api.ts';
import { web } from '../crash/kills/flows.ts';
import { type Act, type Ending, perform } from '../stage/act.ts';
import { ownStage } from '../stage/own-stage.ts';
import { applyAsUser } from '../stage/user.ts';

const here = ownStage();

let namespace = '';
beforeEach(async () => {
  namespace = await here.fresh('sweep');
});

const user = () => contractApi(here.stage.simulation, namespace);
const released = async (...versions: readonly string[]): Promise<void> => {
  for (const version of versions) await applyAsUser(user(), web(version));
};
const ref = () => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' });
const live = async (): Promise<KubeObject> => (await here.cluster.get(ref())) ?? { ...ref(), metadata: { name: 'none' } };
const record = () => here.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'web-rollout' });

const asked = (inputs: RawInputs, action: string, files: readonly KubeObject[] = []): Act => ({
  inputs: { action, ...(files.length === 0 ? { manifests: '' } : {}), ...inputs },
  files,
});
const deployed = (version: string, inputs: RawInputs): Promise<Ending> =>
  perform(asked(inputs, 'deploy', web(version)), { kubeconfig: here.stage.simulation.kubeconfig, namespace });

const canary: RawInputs = { strategy: 'canary', percentage: '20', 'traffic-split-method': 'smi' };

describe('sweep', () => {
  const told: string[] = [];
  const later = (seconds: number, inputs: RawInputs): Promise<Ending> =>
    perform(asked(inputs, 'sweep'), {
      kubeconfig: here.stage.simulation.kubeconfig,
      namespace,
      laterSeconds: seconds,
      onEvent: event => void (event.type === 'notice' && told.push(event.text)),
    });

  test('rejects what nobody has worked on for so long, and leaves what is younger', async () => {
    await released('v1');
    const before = (await live()).spec;
    await deployed('v2', canary);
    expect(await later(3600, {})).toMatchObject({
      outcome: { status: 'unchanged', because: expect.stringContaining('no open rollout has been idle') },
    });
    expect(await later(3600, { 'older-than': '50m', 'dry-run': 'true' })).toMatchObject({ outcome: { status: 'rejected', dryRun: true } });
    expect(told.filter(text => text.startsWith(`${namespace}/web`))).toEqual([expect.stringMatching(/ would be rejected\.$/)]);
    expect(await record()).not.toBeNull();
    expect(await later(3600, { 'older-than': '50m' })).toMatchObject({
      outcome: { status: 'rejected', ended: expect.stringContaining(`${namespace}/web`) },
    });
    expect((await live()).spec).toEqual(before);
    expect(await record()).toBeNull();
    expect(await here.cluster.get({ ...ref(), name: 'web-canary' })).toBeNull();
  });

  test('leaves one that a run is at work on, and names it', async () => {
    await released('v1');
    await deployed('v2', canary);
    const holder = JSON.stringify({ run: 'other', process: 'other', name: 'run 9 of other' });
    const object = await record();
    const now = String(here.cluster.now() + 3600_000);
    await here.cluster.replace({ ...object, data: { ...object?.data, holder, renewedAt: now } } as KubeObject);
    const ending = await later(3600, { 'older-than': '1s' });
    expect(ending).toMatchObject({ outcome: { status: 'unchanged', because: expect.stringContaining('run 9 of other is at work on it') } });
    expect(await record()).not.toBeNull();
  });

  test('goes on behind one that cannot be rejected, and ends red with its name', async () => {
    const second = `${namespace}-b`;
    await released('v1');
    await deployed('v2', canary);
    const broken = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'api-rollout', labels: { 'kubernetes-rollout/variant': 'record' } },
      data: {},
    };
    await here.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: second } });
    await here.cluster.create({ ...broken, metadata: { ...broken.metadata, namespace: second } });
    const ending = await later(7200, { 'older-than': '1h', namespaces: `${second},${namespace}` });
    expect(ending).toMatchObject({ code: 'RECORD_BROKEN', message: expect.stringContaining(`Rejected all the same: ${namespace}/web`) });
    expect(ending).not.toMatchObject({ standing: { isUnmoved: true } });
    expect(await record()).toBeNull();
  });
});
