/** The way back to an earlier release, from what the Deployment's controller keeps, on the simulated cluster. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { history } from '../../src/actions/history.ts';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import { contractApi } from '../contract/api.ts';
import { web } from '../crash/kills/flows.ts';
import { type Act, type Ending, perform, performUntilCut } from '../stage/act.ts';
import { said } from '../stage/bed.ts';
import { ownStage } from '../stage/own-stage.ts';
import { applyAsUser } from '../stage/user.ts';

const here = ownStage();

let namespace = '';
beforeEach(async () => {
  namespace = await here.fresh('undo');
});

const user = () => contractApi(here.stage.simulation, namespace);
const released = async (...versions: readonly string[]): Promise<void> => {
  for (const version of versions) await applyAsUser(user(), web(version));
};
const MERGE = 'application/merge-patch+json';
const ref = () => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' });
const live = async (): Promise<KubeObject> => (await here.cluster.get(ref())) ?? { ...ref(), metadata: { name: 'none' } };
const image = async (): Promise<string> => /demo\/web:(\w+)/.exec(JSON.stringify((await live()).spec))?.[1] ?? '';
const record = () => here.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'web-rollout' });

const asked = (inputs: RawInputs, action: string, files: readonly KubeObject[] = [], run = 1): Act => ({
  run,
  inputs: { action, ...(files.length === 0 ? { manifests: '' } : {}), ...inputs },
  files,
});
const inRun = (run: number): Promise<Ending> =>
  perform(asked({ workloads: 'web' }, 'undo', [], run), { kubeconfig: here.stage.simulation.kubeconfig, namespace });
function act(inputs: RawInputs, action = 'undo', between?: (cluster: Cluster) => Cluster): Promise<Ending> {
  const place = { kubeconfig: here.stage.simulation.kubeconfig, namespace };
  return perform(asked(inputs, action), { ...place, ...(between ? { between } : {}) });
}
const deployed = (version: string, inputs: RawInputs): Promise<Ending> =>
  perform(asked(inputs, 'deploy', web(version)), { kubeconfig: here.stage.simulation.kubeconfig, namespace });

const named = (name: string, object: KubeObject | undefined): KubeObject =>
  ({ ...(object ?? web('v1')[0]), metadata: { name } }) as KubeObject;
const placed = (object: KubeObject | undefined, where: string): KubeObject =>
  ({ ...object, metadata: { ...object?.metadata, namespace: where } }) as KubeObject;

const canary: RawInputs = { strategy: 'canary', percentage: '20', 'traffic-split-method': 'smi' };

describe('undo at once', () => {
  test('goes back to the release before, and by another run to and fro as `kubectl rollout undo` would', async () => {
    await released('v1', 'v2');
    expect(await act({})).toMatchObject({
      outcome: { status: 'undone', action: 'undo', images: [{ from: ['demo/web:v2'], to: ['demo/web:v1'] }] },
    });
    expect(await image()).toBe('v1');
    expect(await record()).toBeNull();
    expect(said(await inRun(1))).toBe('unchanged');
    expect(await image()).toBe('v1');
    expect(said(await inRun(2))).toBe('undone');
    expect(await image()).toBe('v2');
  });

  test('goes to the revision that is named, also by the number that it had before, and writes nothing where that runs', async () => {
    await released('v1', 'v2', 'v3');
    expect(said(await act({ 'to-revision': '1' }))).toBe('undone');
    expect(await image()).toBe('v1');
    const { metadata } = await live();
    expect(await act({ 'to-revision': '1' })).toMatchObject({
      outcome: { status: 'unchanged', because: expect.stringContaining('already') },
    });
    expect((await live()).metadata.resourceVersion).toBe(metadata.resourceVersion);
  });

  test('leaves owners with whom the next `kubectl apply --server-side` goes on, and the count that somebody set', async () => {
    await released('v1', 'v2');
    await here.cluster.patch(ref(), [{ op: 'replace', path: '/spec/replicas', value: 4 }], { manager: 'scaler' });
    await act({});
    const { spec, metadata } = await live();
    expect(spec?.replicas).toBe(4);
    const owners = (metadata.managedFields ?? []).filter(({ manager, operation }) => manager === 'kubectl' && operation === 'Update');
    expect(owners).toEqual([]);
    const [deployment] = web('v3');
    const { replicas: _replicas, ...rest } = deployment?.spec ?? {};
    expect(
      (await user().apply('/apis/apps/v1/namespaces/{ns}/deployments/web', { ...deployment, spec: rest } as KubeObject, 'kubectl')).code,
    ).toBe(200);
    expect(await image()).toBe('v3');
  });

  test('brings the annotations of that revision back, and none of ours', async () => {
    const caused = (version: string): readonly KubeObject[] =>
      web(version).map(object =>
        object.kind === 'Deployment'
          ? { ...object, metadata: { ...object.metadata, annotations: { 'kubernetes.io/change-cause': `to ${version}` } } }
          : object,
      );
    await applyAsUser(user(), caused('v1'));
    await applyAsUser(user(), caused('v2'));
    await act({});
    expect((await live()).metadata.annotations).toMatchObject({ 'kubernetes.io/change-cause': 'to v1' });
    const [view] = await history({ namespace, workloads: ['web'] }, here.cluster);
    expect(view?.revisions).toMatchObject([
      { revision: 3, isRunning: true, images: ['demo/web:v1'], cause: 'to v1', run: null },
      { revision: 2, isRunning: false, images: ['demo/web:v2'], cause: 'to v2' },
    ]);
  });

  test('of a dry run tells the step and writes nothing', async () => {
    await released('v1', 'v2');
    const before = await live();
    const told: Event[] = [];
    const place = { kubeconfig: here.stage.simulation.kubeconfig, namespace, onEvent: (event: Event) => void told.push(event) };
    const ending = await perform(asked({ 'dry-run': 'true' }, 'undo'), place);
    const text = `Deployment ${namespace}/web: go back to revision 1 (demo/web:v1)`;
    expect(told.flatMap(event => (event.type === 'planned' ? event.steps.map(step => step.text) : []))).toEqual([text]);
    expect(ending).toMatchObject({ outcome: { status: 'undone', dryRun: true, variants: [{ images: ['demo/web:v1'] }] } });
    expect(await live()).toEqual(before);
  });
});

describe('undo as a canary', () => {
  test('runs the earlier release beside the one that runs, and promote makes it that', async () => {
    await released('v1', 'v2');
    expect(await act(canary)).toMatchObject({ outcome: { status: 'deployed', action: 'undo', canaryShare: 10 } });
    const beside = await here.cluster.get({ ...ref(), name: 'web-canary' });
    expect(JSON.stringify(beside?.spec)).toContain('demo/web:v1');
    expect(await image()).toBe('v2');
    expect(said(await act({}, 'promote'))).toBe('promoted');
    expect(await image()).toBe('v1');
    await released('v3');
    expect(await image()).toBe('v3');
  });

  test('is taken back by reject like every canary', async () => {
    await released('v1', 'v2');
    const before = (await live()).spec;
    await act(canary);
    expect(said(await act({}, 'reject'))).toBe('rejected');
    expect((await live()).spec).toEqual(before);
  });
});

describe('undo is refused', () => {
  test('while a rollout is open, with the way back that there is', async () => {
    await released('v1');
    await deployed('v2', canary);
    expect(await act({})).toMatchObject({ code: 'ROLLOUT_OPEN', hint: expect.stringContaining('reject it') });
  });

  test('without a revision before, with those that are kept', async () => {
    await released('v1');
    expect(await act({})).toMatchObject({ code: 'UNSUPPORTED', message: expect.stringContaining('it keeps 1') });
    expect(await act({ 'to-revision': '7' })).toMatchObject({ code: 'UNSUPPORTED', message: expect.stringContaining('no revision 7') });
    await user().send('PATCH', '/apis/apps/v1/namespaces/{ns}/deployments/web', { spec: { revisionHistoryLimit: 0 } }, MERGE);
    expect(await act({})).toMatchObject({ hint: expect.stringContaining('With revisionHistoryLimit: 0 no old revision is kept.') });
  });

  test('where nobody would answer during the roll, unless the gap is wanted', async () => {
    const stopping = (version: string): readonly KubeObject[] =>
      web(version).map(object =>
        object.kind === 'Deployment' ? { ...object, spec: { ...object.spec, strategy: { type: 'Recreate' } } } : object,
      );
    await applyAsUser(user(), stopping('v1'));
    await applyAsUser(user(), stopping('v2'));
    expect(await act({})).toMatchObject({ code: 'UNSUPPORTED', hint: expect.stringContaining('strategy: canary') });
    expect(await act({ strategy: 'recreate' })).toMatchObject({ outcome: { status: 'deployed', action: 'undo' } });
    expect(await image()).toBe('v1');
  });

  test('goes back in every namespace of its files, each with its own', async () => {
    const second = await here.fresh('undo-beside');
    await released('v1', 'v2');
    for (const version of ['v1', 'v2']) await applyAsUser(contractApi(here.stage.simulation, second), [named('api', web(version)[0])]);
    const files = [placed(web('v1')[0], namespace), placed(named('api', web('v1')[0]), second)];
    const place = { kubeconfig: here.stage.simulation.kubeconfig, namespace };
    expect(await perform(asked({}, 'undo', files), place)).toMatchObject({
      outcome: { status: 'undone', variants: [{ name: 'web' }, { name: 'api' }] },
    });
    expect(said(await perform(asked({ workloads: 'api' }, 'undo', files, 2), place))).toBe('undone');
    expect(await perform(asked({ workloads: 'apo' }, 'undo', files), place)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('of nobody knows what: several Deployments, or one that is not there', async () => {
    await released('v1', 'v2');
    const [deployment] = web('v1');
    await applyAsUser(user(), [{ ...deployment, metadata: { name: 'api' } } as KubeObject]);
    expect(await act({})).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('api, web') });
    expect(await act({ workloads: 'wbe' })).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('api, web') });
  });

  test('where somebody was faster between the look and the write, and nothing is left of the claim', async () => {
    await released('v1', 'v2');
    const ending = await act({}, 'undo', cluster => ({
      ...cluster,
      patch: async (at, operations, options) => {
        const isRoll = at.kind === 'Deployment' && operations.some(({ path }) => path === '/spec/template');
        if (isRoll) await released('v3');
        return cluster.patch(at, operations, options);
      },
    }));
    expect(ending).toMatchObject({ code: 'CONCURRENT_ROLLOUT' });
    expect(await image()).toBe('v3');
    expect(said(await act({}))).toBe('undone');
    expect(await image()).toBe('v2');
  });
});

describe('what the earlier pods read', () => {
  const reading = (version: string, optional?: boolean): readonly KubeObject[] => {
    const from = { configMapRef: { name: `web-${version}`, ...(optional ? { optional } : {}) } };
    const text = JSON.stringify(web(version)).replace(
      '"ports":[{"name":"http","containerPort"',
      `"envFrom":[${JSON.stringify(from)}],"ports":[{"name":"http","containerPort"`,
    );
    return JSON.parse(text) as readonly KubeObject[];
  };
  const config = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { mode: name } });

  test('has to be there, or to be optional', async () => {
    await applyAsUser(user(), [config('web-v2'), ...reading('v1')]);
    await applyAsUser(user(), reading('v2'));
    expect(await act({})).toMatchObject({ code: 'UNSUPPORTED', message: expect.stringContaining('web-v1, which is gone') });
    await applyAsUser(user(), [config('web-v4'), ...reading('v3', true)]);
    await applyAsUser(user(), reading('v4'));
    expect(said(await act({}))).toBe('undone');
  });
});

describe('an undo that is killed', () => {
  test('behind any of its writes is ended by the next one, which does not go to and fro', async () => {
    for (let write = 1; ; write++) {
      namespace = `undo-killed-${write}`;
      await here.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      await released('v1', 'v2');
      const wire = here.stage.wire(namespace, { write, when: 'after', isDeath: true });
      const place = { kubeconfig: here.stage.simulation.kubeconfig, namespace };
      const first = await performUntilCut(asked({}, 'undo'), place, wire);
      wire.mend();
      if (first !== 'died') break;
      const second = await perform(asked({}, 'undo'), { ...place, laterSeconds: 120 });
      const isOver = /^DELETE/.test(wire.writes.at(-1) ?? '');
      expect([write, said(second), await image()]).toEqual([write, isOver ? 'unchanged' : 'undone', 'v1']);
      expect(await record()).toBeNull();
    }
    expect(namespace).not.toBe('undo-killed-1');
  });
});
