/** What a release has dropped goes with its promote, on the simulated cluster. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';
import { applySetOf } from '../../src/manifests/apply-set.ts';
import { at, records } from '../../src/manifests/json.ts';
import type { Event } from '../../src/model/event.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import type { MeasuredCluster } from '../../src/model/metrics.ts';
import { web } from '../crash/kills/flows.ts';
import type { Act } from '../stage/act.ts';
import { type Bed, config, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const shop: RawInputs = { application: 'shop', prune: 'true' };
const plain: RawInputs = { ...shop, action: 'deploy', strategy: 'none' };
const smi: RawInputs = { ...shop, strategy: 'canary', 'traffic-split-method': 'smi', baseline: 'false' };
const deploy: RawInputs = { ...smi, action: 'deploy', percentage: '20' };
const promote: RawInputs = { ...smi, action: 'promote' };

const claim: KubeObject = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};

const CONFIG = '/api/v1/namespaces/{ns}/configmaps';
const names = async ({ api }: Bed, path = CONFIG): Promise<readonly unknown[]> =>
  records((await api.send('GET', path)).body.items)
    .map(object => at(object, 'metadata.name'))
    .filter(name => name !== 'kube-root-ca.crt');
const parent = async ({ api }: Bed): Promise<unknown> => (await api.send('GET', `${CONFIG}/shop-applyset`)).body.metadata;
const placeOf = async ({ api }: Bed): Promise<string> => String(at((await parent({ api } as Bed)) as object, 'namespace'));

test('the name of a set is that of kubectl: the hash of name, namespace, kind and group', () => {
  // echo -n 'shop-applyset.demo.ConfigMap.' | sha256sum, in base64 for addresses
  expect(applySetOf('shop', 'demo').id).toBe('applyset-hne8qSSejhyyBHZNFXuO3y0zBczkLRwWDU13YruCBv4-v1');
});

describe('a release that has dropped a file', () => {
  test('removes it with its promote, and not before; what is not of the set stays', async () => {
    const bed = await openBed(stage, [config('mine')]);
    expect(said(await bed.act(plain, [...web('v1'), config('a'), config('b'), claim]))).toBe('deployed');
    expect(await parent(bed)).toMatchObject({
      labels: { 'applyset.kubernetes.io/id': expect.stringMatching(/^applyset-[\w-]{43}-v1$/) },
      annotations: {
        'applyset.kubernetes.io/tooling': 'kubectl/v1.27',
        'applyset.kubernetes.io/contains-group-kinds': 'ConfigMap,Deployment.apps,PersistentVolumeClaim,Service',
        'applyset.kubernetes.io/additional-namespaces': '',
      },
    });
    expect(said(await bed.act(deploy, [...web('v2'), config('a', 'new')]))).toBe('deployed');
    expect(await names(bed)).toContain('b');
    expect(said(await bed.act(promote, [...web('v2'), config('a', 'new')]))).toBe('promoted');
    expect(await names(bed)).toEqual(['a', 'mine', 'shop-applyset']);
    expect(await names(bed, '/api/v1/namespaces/{ns}/persistentvolumeclaims')).toEqual(['data']);
    expect(await parent(bed)).toMatchObject({
      annotations: { 'applyset.kubernetes.io/contains-group-kinds': 'ConfigMap,Deployment.apps,Service' },
    });
  });

  test('is told in the plan, and a dry run removes nothing', async () => {
    const bed = await openBed(stage, []);
    await bed.act(plain, [...web('v1'), config('a'), config('b')]);
    const namespace = await placeOf(bed);
    const steps: string[] = [];
    const onEvent = (event: Event): void =>
      void (event.type === 'planned' ? steps.push(...event.steps.map(({ text }) => text)) : undefined);
    await bed.act({ ...plain, 'dry-run': 'true' }, [...web('v1'), config('a')], { onEvent });
    expect(steps.at(-1)).toBe(`remove ConfigMap ${namespace}/b: the release does not have it any more`);
    expect(await names(bed)).toContain('b');
    expect(said(await bed.act(plain, [...web('v1'), config('a')]))).toBe('deployed');
    expect(await names(bed)).toEqual(['a', 'shop-applyset']);
    expect(said(await bed.act(plain, [...web('v1'), config('a')]))).toBe('unchanged');
  });

  test('keeps it where the canary is rejected, and where the parent names it but it does not bear the label itself', async () => {
    const bed = await openBed(stage, []);
    await bed.act(plain, [...web('v1'), config('a'), config('b')]);
    await bed.act(deploy, web('v2'));
    expect(said(await bed.act({ ...smi, action: 'reject' }))).toBe('rejected');
    expect(await names(bed)).toEqual(['a', 'b', 'shop-applyset']);
    const unlabelled = [{ op: 'remove', path: '/metadata/labels' }];
    await bed.api.send('PATCH', `${CONFIG}/b`, unlabelled, 'application/json-patch+json');
    await bed.act(plain, web('v2'));
    expect(await names(bed)).toEqual(['b', 'shop-applyset']);
  });

  test('killed behind any write, removes it with the next run', async () => {
    for (let write = 1; ; write++) {
      const bed = await openBed(stage, []);
      await bed.act(plain, [...web('v1'), config('a'), config('b')]);
      const act = { inputs: { ...plain }, files: [...web('v1'), config('a', 'new')] };
      const writes = await bed.dieBehind(write, act);
      if (writes.length < write) break;
      await bed.act(plain, act.files);
      expect([write, await names(bed)]).toEqual([write, ['a', 'shop-applyset']]);
    }
  });
});

describe('what somebody makes anew while it is being removed', () => {
  /** A ConfigMap b of his own, a moment before ours is deleted by its identity. */
  const made = async (
    bed: Bed,
    labels: Readonly<Record<string, string>>,
    { inputs, files, denied = [] }: Act & { denied?: readonly string[] },
  ) => {
    const notices: string[] = [];
    const done: string[] = [];
    const onEvent = (event: Event): void => {
      if (event.type === 'notice') notices.push(event.text);
      if (event.type === 'done') done.push(event.text);
    };
    const between = (cluster: MeasuredCluster): Cluster => ({
      ...cluster,
      get: async ref => {
        if (denied.includes(ref.name)) throw new RolloutError('FORBIDDEN', `get ${ref.name}`, 'Grant it.');
        return await cluster.get(ref);
      },
      remove: async (ref, options) => {
        if (ref.name === 'b') {
          await bed.api.send('DELETE', `${CONFIG}/b`);
          await bed.api.send('POST', CONFIG, { ...config('b', 'his'), metadata: { name: 'b', labels } });
        }
        return await cluster.remove(ref, options);
      },
    });
    return { ending: await bed.act(inputs, files, { onEvent, between }), notices, done };
  };

  test('stays, is told, and does not count as removed', async () => {
    const bed = await openBed(stage, []);
    await bed.act(plain, [...web('v1'), config('b')]);
    const { ending, notices, done } = await made(bed, {}, { inputs: plain, files: web('v1') });
    expect(said(ending)).toBe('unchanged');
    expect(notices).toContainEqual(expect.stringMatching(/^ConfigMap .*\/b was made anew by somebody else a moment ago: it stays/));
    expect(done.filter(text => text.startsWith('remove'))).toEqual([]);
    expect(await names(bed)).toEqual(['b', 'shop-applyset']);
  });

  test('is looked at by the right to list alone', async () => {
    const bed = await openBed(stage, []);
    await bed.act(plain, [...web('v1'), config('b')]);
    const { ending } = await made(bed, {}, { inputs: plain, files: web('v1'), denied: ['b'] });
    expect(said(ending)).toBe('unchanged');
  });

  test('is removed the next time where it bears the label of the set', async () => {
    const bed = await openBed(stage, []);
    await bed.act(plain, [...web('v1'), config('b')]);
    expect(said(await bed.act({ ...deploy, percentage: '20' }, web('v2')))).toBe('deployed');
    const id = applySetOf('shop', await placeOf(bed)).id;
    const { ending } = await made(bed, { 'applyset.kubernetes.io/part-of': id }, { inputs: promote, files: web('v2') });
    expect(said(ending)).toBe('promoted');
    expect(await names(bed)).toEqual(['b', 'shop-applyset']);
    expect(said(await bed.act(promote, web('v2')))).toBe('promoted');
    expect(await names(bed)).toEqual(['shop-applyset']);
  });
});

describe('a first release beside what it drops', () => {
  const renamed = (version: string): readonly KubeObject[] =>
    JSON.parse(JSON.stringify(web(version)).replaceAll('"web"', '"shop"')) as readonly KubeObject[];

  test('killed behind any write, removes it with the next deploy of the same files', async () => {
    const died: number[] = [];
    for (let write = 1; ; write++) {
      const bed = await openBed(stage, []);
      await bed.act(plain, [...web('v1'), config('a'), config('b')]);
      const writes = await bed.dieBehind(write, { inputs: deploy, files: [...renamed('v1'), config('a', 'new')] });
      if (writes.length < write) break;
      const ending = await bed.act(deploy, [...renamed('v1'), config('a', 'new')], { laterSeconds: 61 });
      const left = [await names(bed), await names(bed, '/apis/apps/v1/namespaces/{ns}/deployments')];
      expect([writes, said(ending), left]).toEqual([
        writes,
        expect.stringMatching(/^(unchanged|deployed|first-release)$/),
        [['a', 'shop-applyset'], ['shop']],
      ]);
      died.push(write);
    }
    expect(died.length).toBeGreaterThan(5);
  });

  test('is done once: an open canary that is deployed again still keeps what only its promote may remove', async () => {
    const bed = await openBed(stage, []);
    await bed.act(plain, [...web('v1'), config('a'), config('b')]);
    for (const _ of [1, 2]) expect(said(await bed.act(deploy, [...web('v2'), config('a')]))).toMatch(/^(deployed|unchanged)$/);
    expect(await names(bed)).toContain('b');
  });
});

describe('prune is refused', () => {
  test('without what names the set and what lists its members, in words that name both', () => {
    const words = (inputs: RawInputs) => {
      try {
        return parseInputs({ action: 'deploy', strategy: 'none', prune: 'true', ...inputs }, 'terminal').warnings;
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(words({ manifests: 'web.yaml' })).toContain('--prune: it also needs --application, to know what belongs to the release');
    expect(words({})).toContain('--prune: it also needs --application and --manifests, to know what belongs to the release');
  });

  test('over an object that is no parent of the set, and over files of another set', async () => {
    const bed = await openBed(stage, [config('shop-applyset')]);
    expect(said(await bed.act(plain, web('v1')))).toBe('NAME_TAKEN');
    const [deployment, service] = web('v1');
    const foreign = {
      ...deployment,
      metadata: { name: 'web', labels: { 'applyset.kubernetes.io/part-of': 'applyset-x-v1' } },
    } as KubeObject;
    expect(said(await bed.act(plain, [foreign, service as KubeObject]))).toBe('INVALID_MANIFEST');
    expect(await names(bed)).toEqual(['shop-applyset']);
  });
});
