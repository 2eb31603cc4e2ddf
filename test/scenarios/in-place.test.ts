/** Deploys in place, with native rolling updates, and how they are taken back, on the simulated cluster. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { contractApi } from '../contract/api.ts';
import { web } from '../crash/kills/flows.ts';
import { type Diary, diaryOf, mixed } from '../fakes/pods.ts';
import { type Act, type Ending, perform } from '../stage/act.ts';
import { ownStage } from '../stage/own-stage.ts';
import { applyAsUser } from '../stage/user.ts';

const here = ownStage();

let namespace = '';
let diary: Diary;
beforeEach(async () => {
  namespace = await here.fresh('in-place');
  await applyAsUser(contractApi(here.stage.simulation, namespace), web('v1'));
  diary = await diaryOf(here.cluster, namespace);
});
afterEach(() => diary.close());

const ref = () => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' });
const now = async () => (await here.cluster.get(ref()))?.spec;

function act(action: string, inputs: RawInputs, version: string | null = 'v2', more: Partial<Act> = {}): Promise<Ending> {
  const files = version === null ? [] : web(version);
  return perform({ inputs: { action, ...inputs }, files, ...more }, { kubeconfig: here.stage.simulation.kubeconfig, namespace });
}

const rolling: RawInputs = { strategy: 'none' };

/** The most and the fewest pods that were ready at once and not told to go: one that is only made yet has not begun to run. */
function extremes(): { readonly mostReady: number; readonly leastReady: number } {
  const ready = diary.moments.map(pods => pods.filter(({ isGoing, isReady }) => isReady && !isGoing).length);
  return { mostReady: Math.max(...ready), leastReady: Math.min(...ready) };
}

describe('a rolling deploy of 3 pods', () => {
  test('runs both versions beside each other for a while, one pod more at a time', async () => {
    expect(await act('deploy', {})).toMatchObject({ outcome: { status: 'deployed' } });
    expect(mixed(diary).length).toBeGreaterThan(0);
    expect(extremes()).toEqual({ mostReady: 4, leastReady: 3 });
  });

  test('has as many more at once as surge says', async () => {
    await act('deploy', { ...rolling, surge: '2', unavailable: '0' });
    expect((await now())?.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } });
    expect(extremes()).toEqual({ mostReady: 5, leastReady: 3 });
  });

  test('goes without as many as unavailable says, and has none more where surge is 0', async () => {
    await act('deploy', { ...rolling, surge: '0', unavailable: '67%' });
    expect((await now())?.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: '67%' } });
    expect(extremes()).toEqual({ mostReady: 3, leastReady: 1 });
  });
});

describe('a reject of a rolling deploy', () => {
  test('goes back to the version before, with the pace that the manifests say', async () => {
    const before = await now();
    await act('deploy', { ...rolling, surge: '2', unavailable: '0' });
    expect(await act('reject', rolling)).toMatchObject({
      outcome: { status: 'rejected', because: expect.stringContaining('went back to the previous revision') },
    });
    expect(await now()).toEqual(before);
  });

  test('says that nothing was taken back where the release does not run any more', async () => {
    await act('deploy', rolling);
    await act('reject', rolling);
    expect(await act('reject', rolling)).toMatchObject({
      outcome: { status: 'unchanged', because: expect.stringContaining('nothing was rolled back') },
    });
    expect(await act('reject', rolling, 'v9')).toMatchObject({ outcome: { status: 'unchanged' } });
  });

  test('is refused without manifests, which alone tell what was deployed', async () => {
    await act('deploy', rolling);
    const strategies = ['none', 'rolling', 'recreate'];
    for (const strategy of strategies)
      expect(await act('reject', { strategy }, null)).toMatchObject({ code: 'INVALID_INPUT', hint: expect.stringContaining('manifests') });
  });

  test('that names no strategy leaves it, for what was promoted looks the same, and says how it is taken back', async () => {
    await act('deploy', rolling);
    const ending = await act('reject', {});
    expect(ending).toMatchObject({
      outcome: {
        status: 'unchanged',
        because: expect.stringContaining(`nothing is open in namespace ${namespace}. To take back a deploy in place`),
      },
    });
    expect(await act('reject', {}, null)).toMatchObject({ outcome: { because: expect.stringContaining('(none, recreate)') } });
  });

  test('writes nothing under another run’s open canary', async () => {
    await act('deploy', rolling);
    const canary = { strategy: 'canary', 'traffic-split-method': 'smi', percentage: '20' };
    await act('deploy', canary, 'v3', { run: 2 });
    const before = await now();
    expect(await act('reject', { ...rolling, 'traffic-split-method': 'smi' })).toMatchObject({ outcome: { status: 'superseded' } });
    expect(await now()).toEqual(before);
  });

  test('is refused where the Deployment is paused: no pod would go back', async () => {
    await act('deploy', rolling);
    await here.cluster.patch(ref(), [{ op: 'add', path: '/spec/paused', value: true }]);
    expect(await act('reject', rolling)).toMatchObject({ code: 'UNSUPPORTED', message: expect.stringContaining('is paused') });
  });

  test('leaves what has no revision before and what is no Deployment, and says so; alone they are refused', async () => {
    const renamed = (object: KubeObject): KubeObject => JSON.parse(JSON.stringify(object).replaceAll('"web"', '"db"'));
    const db = web('v1').slice(0, 1).map(renamed);
    const set = { ...db[0], kind: 'StatefulSet', spec: { ...db[0]?.spec, serviceName: 'db' } } as KubeObject;
    const files = [...web('v2'), ...db, set];
    const before = await now();
    const warned: string[] = [];
    const onEvent = (event: Event) => void (event.type === 'notice' && warned.push(event.text));
    const place = { kubeconfig: here.stage.simulation.kubeconfig, namespace, onEvent };
    await act('deploy', rolling, null, { files });
    expect(await perform({ inputs: { action: 'reject', ...rolling }, files }, place)).toMatchObject({ outcome: { status: 'rejected' } });
    expect(warned).toContain(`Deployment ${namespace}/db has no previous revision and stays as it is.`);
    expect(warned).toContainEqual(expect.stringMatching(/^StatefulSet \S*db: not taken back/));
    expect(await now()).toEqual(before);
    expect(await act('reject', rolling, null, { files: db })).toMatchObject({ code: 'UNSUPPORTED' });
  });

  test('is refused where the files cannot be told from others: the API server does not take them', async () => {
    await act('deploy', rolling);
    const [deployment, service] = web('v2');
    const files = [{ ...deployment, spec: { ...deployment?.spec, replicas: -1 } }, service] as readonly KubeObject[];
    expect(await act('reject', rolling, 'v2', { files })).toMatchObject({ code: 'INVALID' });
  });
});

describe('who owns which field behind a reject', () => {
  const user = () => contractApi(here.stage.simulation, namespace);
  const owners = async () => {
    const live = await here.cluster.get(ref());
    return (live?.metadata.managedFields ?? []).filter(({ subresource }) => !subresource).map(({ time: _time, ...entry }) => entry);
  };
  /** A version whose container has a variable that the others do not have. */
  const withVariable = (version: string): readonly KubeObject[] =>
    web(version).map(object =>
      object.kind === 'Deployment'
        ? (JSON.parse(JSON.stringify(object).replace('"ports"', '"env":[{"name":"COLOR","value":"blue"}],"ports"')) as KubeObject)
        : object,
    );
  const colours = async (): Promise<string> => (JSON.stringify((await now())?.template).includes('COLOR') ? 'blue' : 'none');

  test.each(['none', 'recreate'])('lets `kubectl apply --server-side` go on: %s', async strategy => {
    await act('deploy', { strategy });
    await act('deploy', { strategy }, 'v3');
    expect(await act('reject', { strategy }, 'v3')).toMatchObject({ outcome: { status: 'rejected' } });
    await applyAsUser(user(), web('v4'));
    expect(JSON.stringify((await now())?.template)).toContain('demo/web:v4');
  });

  test('is the owner that it was before the release', async () => {
    await act('deploy', rolling);
    const before = await owners();
    await act('deploy', { ...rolling, surge: '2' }, 'v3');
    await act('reject', rolling, 'v3');
    const strategies = JSON.stringify(await owners());
    expect((await owners()).map(({ manager, operation }) => `${manager} ${operation}`)).toEqual(
      before.map(({ manager, operation }) => `${manager} ${operation}`),
    );
    expect(strategies).toContain('f:image');
  });

  test('lets the next apply drop what came back with the version before', async () => {
    await applyAsUser(user(), withVariable('v2'));
    await act('deploy', rolling, 'v3');
    expect(await colours()).toBe('none');
    await act('reject', rolling, 'v3');
    expect(await colours()).toBe('blue');
    await applyAsUser(user(), web('v4'));
    expect(await colours()).toBe('none');
  });

  test('lets the next client-side apply drop what came back, by what it remembers, which is nobody’s', async () => {
    const name = 'kubectl.kubernetes.io/last-applied-configuration';
    const [file] = withVariable('v2');
    await applyAsUser(user(), withVariable('v2'));
    const annotations = { op: 'add', path: '/metadata/annotations', value: { [name]: JSON.stringify(file) } } as const;
    await here.cluster.patch(ref(), [annotations], { manager: 'kubectl-client-side-apply' });
    await act('deploy', rolling, 'v3');
    const remembered = async () => {
      const live = await here.cluster.get(ref());
      return JSON.stringify((JSON.parse(live?.metadata.annotations?.[name] ?? '{}') as KubeObject).spec);
    };
    expect(await remembered()).not.toContain('COLOR');
    await act('reject', rolling, 'v3');
    expect(await remembered()).toContain('COLOR');
    expect(await remembered()).toContain('demo/web:v2');
    expect(JSON.stringify(await owners())).not.toContain(name);
    await applyAsUser(user(), web('v4'));
    expect(await remembered()).toContain('demo/web:v4');
  });

  test('is put right by the next reject where the first one died before it', async () => {
    await act('deploy', rolling);
    const image = { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'demo/web:v1' } as const;
    await here.cluster.patch(ref(), [image], { manager: 'kubectl' });
    expect(await act('reject', rolling)).toMatchObject({ type: 'outcome' });
    await applyAsUser(user(), web('v4'));
  });
});

describe('what a reject tells', () => {
  const hear = async (inputs: RawInputs): Promise<readonly Event[]> => {
    const told: Event[] = [];
    const place = { kubeconfig: here.stage.simulation.kubeconfig, namespace, onEvent: (event: Event) => void told.push(event) };
    await perform({ inputs: { action: 'reject', ...inputs }, files: web('v2') }, place);
    return told;
  };
  const planned = (events: readonly Event[]): readonly string[] =>
    events.flatMap(event => (event.type === 'planned' ? event.steps.map(({ text }) => text) : []));
  const step = () => `Deployment ${namespace}/web: go back to revision 1 (demo/web:v1)`;

  test.each(['none', 'recreate'])('of a dry run: the step, and writes nothing: %s', async strategy => {
    await act('deploy', { strategy });
    const before = await here.cluster.get(ref());
    const told = await hear({ strategy, 'dry-run': 'true' });
    expect(planned(told)).toEqual([step()]);
    expect(told.at(-1)).toMatchObject({
      outcome: { status: 'rejected', because: expect.stringContaining('would go back'), variants: [{ images: ['demo/web:v1'] }] },
    });
    expect(await here.cluster.get(ref())).toEqual(before);
  });

  test('of a real run: the same step first, and when it is done', async () => {
    await act('deploy', rolling);
    const told = await hear(rolling);
    expect(planned(told)).toEqual([step()]);
    expect(told).toContainEqual(expect.objectContaining({ type: 'done', text: step() }));
  });

  test('where nothing is to be taken back: no step', async () => {
    expect(planned(await hear(rolling))).toEqual([]);
  });
});
