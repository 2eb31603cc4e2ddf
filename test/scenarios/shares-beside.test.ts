/** Counts of pods behind a Service that several Deployments share, on the simulated cluster under traffic. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { status } from '../../src/actions/status.ts';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Stream } from '../../src/simulation/index.ts';
import type { Ending } from '../stage/act.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { connectTo, until } from '../stage/time.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'shop' },
  spec: { selector: { app: 'shop' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
};

function deployment(name: string, version: string, replicas: number): KubeObject {
  const labels = { app: 'shop', part: name };
  const containers = [{ name: 'web', image: `demo/${name}:${version}`, ports: [{ name: 'http', containerPort: 8080 }] }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
}

const all = (version: string): readonly KubeObject[] => ['one', 'two', 'three'].map(name => deployment(name, version, 2));
const deploy: RawInputs = { action: 'deploy', strategy: 'canary', 'traffic-split-method': 'pod', baseline: 'false', percentage: '33' };
const REQUESTS = 2000;

/** What the new version got of so many requests. */
async function measured(stream: Stream): Promise<number> {
  stream.reset();
  const sent = (): number => stream.counts().pods.reduce((sum, { requests }) => sum + requests, 0);
  await until(stage.simulation.kubeconfig, () => sent() >= REQUESTS);
  const pods = stream.counts().pods.filter(({ image }) => image.endsWith(':v2'));
  return pods.reduce((sum, { requests }) => sum + requests, 0) / sent();
}

/** Five standard deviations of a share of so many requests. */
const isNear = (got: number, share: number): boolean => Math.abs(got - share) <= 5 * Math.sqrt((share * (1 - share)) / REQUESTS);

const outcomeOf = (ending: Ending) => {
  if (ending?.type !== 'outcome') throw new Error(said(ending));
  return ending.outcome;
};

describe('three Deployments behind one Service', () => {
  test('count when one of them is deployed: its canary gets what was asked, and is said to', async () => {
    const bed = await openBed(stage, [...all('v1'), service]);
    const stream = await bed.traffic('service/shop');
    const outcome = outcomeOf(await bed.act(deploy, [deployment('one', 'v2', 2)]));
    expect(outcome.variants.map(({ name, replicas, share }) => [name, replicas, share])).toEqual([
      ['one', 2, 22.2],
      ['one-canary', 3, 33.3],
    ]);
    expect([outcome.weights, outcome.canaryShare]).toEqual([{ stable: 222, canary: 333 }, 33.3]);
    expect(isNear(await measured(stream), 1 / 3)).toBe(true);
    const { cluster, close } = await connectTo(stage.simulation.kubeconfig);
    const [view] = await status({ namespace: outcome.namespace, application: null }, cluster);
    await close();
    expect(view).toMatchObject({ variants: [{ share: 22.2 }, { share: 33.3 }] });
    expect(said(await bed.act({ action: 'reject', strategy: 'canary' }, [deployment('one', 'v2', 2)]))).toBe('rejected');
    stream.stop();
    expect(stream.counts().lost).toBe(0);
  });

  test('deployed together give up a third each, which is a third of all, and that is what is told', async () => {
    const bed = await openBed(stage, [...all('v1'), service]);
    const stream = await bed.traffic('service/shop');
    const outcome = outcomeOf(await bed.act(deploy, [...all('v2'), service]));
    expect(outcome.variants.filter(({ role }) => role === 'canary').map(({ replicas, share }) => [replicas, share])).toEqual([
      [1, 11.1],
      [1, 11.1],
      [1, 11.1],
    ]);
    expect(outcome.canaryShare).toBeCloseTo(33.3, 5);
    expect(isNear(await measured(stream), 1 / 3)).toBe(true);
    stream.stop();
  });

  test('are foreseen by a dry run as they come out', async () => {
    const bed = await openBed(stage, [...all('v1'), service]);
    const outcome = outcomeOf(await bed.act({ ...deploy, 'dry-run': 'true' }, [deployment('one', 'v2', 2)]));
    expect(outcome.variants.map(({ name, share }) => [name, share])).toEqual([
      ['one', 22.2],
      ['one-canary', 33.3],
    ]);
  });

  test('show no share of a Service of which nothing of their own is split', async () => {
    const bed = await openBed(stage, [...all('v1'), service]);
    const files = [deployment('one', 'v2', 2), ...all('v1').slice(1), service];
    const outcome = outcomeOf(await bed.act({ ...deploy, 'traffic-split-method': 'smi' }, files));
    const shares = outcome.variants.map(({ name, share }) => [name, share]);
    expect(shares).toEqual([
      ['one', 67],
      ['one-canary', 33],
      ['three', null],
      ['two', null],
    ]);
  });
});
