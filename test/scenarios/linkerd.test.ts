/** Splits inside Linkerd’s mesh, whose proxies decide once by what they go for a Service: on the simulated cluster, under traffic that was there before. */
import { afterAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Json, KubeObject } from '../../src/model/kube.ts';
import type { Stream } from '../../src/simulation/index.ts';
import { web } from '../crash/kills/flows.ts';
import { definition } from '../simulation/client.ts';
import type { Ending } from '../stage/act.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { until } from '../stage/time.ts';
import { applyAsUser } from '../stage/user.ts';

const SPLITS = definition('split.smi-spec.io', 'v1alpha4', 'TrafficSplit', 'trafficsplits');
const ROUTES = definition('gateway.networking.k8s.io', 'v1', 'HTTPRoute', 'httproutes');
const POLICY = definition('policy.linkerd.io', 'v1beta3', 'HTTPRoute', 'httproutes');
const PROFILES = definition('linkerd.io', 'v1alpha2', 'ServiceProfile', 'serviceprofiles');

/** The files of a release, with the proxy that the injector puts into its pods as a native sidecar. */
const injected = (version: string, proxy = 'edge-26.8.1'): readonly KubeObject[] => {
  const sidecar = { name: 'linkerd-proxy', image: `demo/proxy:${proxy}`, restartPolicy: 'Always' };
  const [deployment, service] = web(version).map(object => JSON.stringify(object));
  return [deployment?.replace('"containers":', `"initContainers":[${JSON.stringify(sidecar)}],"containers":`), service].map(text =>
    JSON.parse(text ?? ''),
  );
};

/** A profile of the user's for this Service. */
const profileOf = (namespace: string, spec: Json): KubeObject => ({
  apiVersion: 'linkerd.io/v1alpha2',
  kind: 'ServiceProfile',
  metadata: { name: `web.${namespace}.svc.cluster.local` },
  spec: spec as KubeObject['spec'] & object,
});
const RETRIES: Json = { routes: [{ name: 'all', condition: { pathRegex: '.*' } }] };

const stages = new Map<string, Promise<CrashStage>>();

/** A stage that serves these kinds, shared by the tests that need the same. */
function serving(...kinds: readonly unknown[]): Promise<CrashStage> {
  const key = JSON.stringify(kinds);
  const opened = stages.get(key) ?? openStage(kinds);
  stages.set(key, opened);
  return opened;
}
afterAll(async () => {
  for (const opened of stages.values()) await (await opened).close();
});

interface World {
  readonly kinds: readonly unknown[];
  readonly method: string;
  readonly profile?: Json;
  readonly proxy?: string;
}

let kubeconfig: string;
let bed: Bed;
let traffic: Stream;
let act: (action: string, more?: RawInputs) => Promise<Ending>;

/** A namespace whose clients call the Service before anything is split. */
async function callers({ kinds, method, profile, proxy }: World, objects: readonly KubeObject[] = []): Promise<void> {
  const stage = await serving(...kinds);
  kubeconfig = stage.simulation.kubeconfig;
  bed = await openBed(stage, [...injected('v1', proxy), ...objects]);
  if (profile) await applyAsUser(bed.api, [profileOf(bed.api.namespace, profile)]);
  traffic = await bed.traffic('service/web');
  await canaryShare(50);
  const inputs: RawInputs = { strategy: 'canary', baseline: 'false', 'traffic-split-method': method };
  act = (action, more = {}) => bed.act({ ...inputs, action, ...more }, action === 'reject' ? [] : injected('v2', proxy));
}

/** The new version's part of the next requests. */
async function canaryShare(requests: number): Promise<number> {
  const canarys = (): number =>
    traffic
      .counts()
      .pods.filter(({ image }) => image.endsWith(':v2'))
      .reduce((sum, pod) => sum + pod.requests, 0);
  const [sent, had] = [traffic.counts().sent, canarys()];
  await until(kubeconfig, () => traffic.counts().sent >= sent + requests);
  return (canarys() - had) / (traffic.counts().sent - sent);
}

/** Five standard deviations of 400 requests at a quarter: one honest run in a million is outside. */
const isQuarter = (share: number): boolean => Math.abs(share - 0.25) < 5 * Math.sqrt((0.25 * 0.75) / 400);

describe('where HTTPRoutes are served', () => {
  const worlds: readonly (readonly [string, World])[] = [
    ['smi, beside the Gateway API', { kinds: [SPLITS, ROUTES, PROFILES], method: 'smi' }],
    ['smi, beside Linkerd’s own HTTPRoute', { kinds: [SPLITS, POLICY, PROFILES], method: 'smi' }],
    ['smi, beside a profile without a route', { kinds: [SPLITS, ROUTES, PROFILES], method: 'smi', profile: {} }],
    ['linkerd, by the Gateway API', { kinds: [SPLITS, ROUTES, PROFILES], method: 'linkerd' }],
    ['linkerd, by a profile with a route', { kinds: [SPLITS, ROUTES, PROFILES], method: 'linkerd', profile: RETRIES }],
    ['smi, with a profile with a route', { kinds: [SPLITS, ROUTES, PROFILES], method: 'smi', profile: RETRIES }],
  ];

  test.each(worlds)('%s reaches clients that know the Service already, to the end', async (_, world) => {
    await callers(world);
    expect(said(await act('deploy', { percentage: '25' }))).toBe('deployed');
    expect(isQuarter(await canaryShare(400))).toBe(true);
    expect(said(await act('deploy', { percentage: '50' }))).toBe('deployed');
    expect(await canaryShare(400)).toBeGreaterThan(0.37);
    expect(said(await act('promote'))).toBe('promoted');
    expect(await canaryShare(50)).toBe(1);
    expect(traffic.counts().lost).toBe(0);
  });

  test('what smi was asked for is taken back by smi', async () => {
    await callers({ kinds: [SPLITS, ROUTES, PROFILES], method: 'smi' });
    expect(said(await act('deploy', { percentage: '25' }))).toBe('deployed');
    expect(said(await act('reject'))).toBe('rejected');
    expect(await canaryShare(50)).toBe(0);
    expect(Object.keys(await bed.snapshot()).sort()).toEqual(['Deployment/web', 'Service/web']);
    expect(traffic.counts().lost).toBe(0);
  });
});

const meshRoute: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'web' },
  spec: { parentRefs: [{ group: '', kind: 'Service', name: 'web', port: 80 }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
};

test('a route of the user’s whose parent is the Service is split by gateway-api: Linkerd names no generation', async () => {
  await callers({ kinds: [ROUTES], method: 'gateway-api' }, [meshRoute]);
  expect(said(await act('deploy', { percentage: '25' }))).toBe('deployed');
  expect(isQuarter(await canaryShare(400))).toBe(true);
  expect(said(await act('promote'))).toBe('promoted');
  expect(traffic.counts().lost).toBe(0);
});

test('a route of Linkerd’s own kind that a reject has removed had requests, whatever fails behind it', async () => {
  await callers({ kinds: [POLICY], method: 'linkerd' });
  expect(said(await act('deploy', { percentage: '25' }))).toBe('deployed');
  await applyAsUser(bed.api, injected('v2'));
  expect(await act('reject')).toMatchObject({ code: 'STABLE_CHANGED', standing: { isUnmoved: false } });
});

describe('where no HTTPRoute is served', () => {
  test.each(['smi', 'linkerd'])('%s is refused: no client would hear of the split', async method => {
    await callers({ kinds: [SPLITS, PROFILES], method });
    expect(await act('deploy', { percentage: '25' })).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('do not hear of a new'),
      hint: expect.stringContaining('policy.linkerd.io/v1beta3'),
    });
    expect(await canaryShare(50)).toBe(0);
  });

  test.each(['smi', 'linkerd'])('%s splits by a profile that had a route before', async method => {
    await callers({ kinds: [SPLITS, PROFILES], method, profile: RETRIES });
    expect(said(await act('deploy', { percentage: '25' }))).toBe('deployed');
    expect(isQuarter(await canaryShare(400))).toBe(true);
    expect(said(await act('reject'))).toBe('rejected');
    expect(await canaryShare(50)).toBe(0);
    expect(traffic.counts().lost).toBe(0);
  });

  test('a Linkerd that knows no policy takes a TrafficSplit as ever', async () => {
    await callers({ kinds: [SPLITS, PROFILES], method: 'smi', proxy: 'stable-2.12.4' });
    expect(said(await act('deploy', { percentage: '25' }))).toBe('deployed');
    expect(said(await act('promote'))).toBe('promoted');
    expect(traffic.counts().lost).toBe(0);
  });
});

/** What an earlier version of this tool did on Linkerd: it looked at no proxy. */
test.each(['promote', 'reject'])('a rollout that stands by a TrafficSplit ends by %s where HTTPRoutes would be made now', async action => {
  const kinds = [SPLITS, ROUTES, PROFILES];
  await callers({ kinds, method: 'smi', proxy: 'stable-2.12.4' });
  expect(said(await act('deploy', { percentage: '25' }))).toBe('deployed');
  expect(Object.keys(await bed.snapshot())).toContain('TrafficSplit/web-rollout');
  expect(said(await bed.act({ action, 'traffic-split-method': 'smi' }))).toBe(action === 'promote' ? 'promoted' : 'rejected');
  expect(await canaryShare(50)).toBe(action === 'promote' ? 1 : 0);
  expect(Object.keys(await bed.snapshot()).sort()).toEqual(['Deployment/web', 'Service/web']);
  expect(traffic.counts().lost).toBe(0);
});
