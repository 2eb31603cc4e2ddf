import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Connected, connect } from '../src/cluster/index.ts';
import type { Event } from '../src/model/event.ts';
import type { Cluster, KubeObject } from '../src/model/kube.ts';
import type { Request } from '../src/model/request.ts';
import { rollout } from '../src/rollout.ts';
import { type Simulation, simulate } from '../src/simulation/index.ts';
import { anObject } from './build/any.ts';
import { aDeployment } from './build/deployment.ts';
import { type Asked, aRequest } from './build/request.ts';
import { aService } from './build/service.ts';
import { definition } from './simulation/client.ts';

const pace = {
  schedulingMilliseconds: 1,
  readyMilliseconds: 5,
  terminationMilliseconds: 5,
  endpointsMilliseconds: 2,
  dataPlaneMilliseconds: 2,
};
const parsed = { trafficDelaySeconds: 0.01, drainSeconds: 0.01, timeoutSeconds: 20 };
let simulation: Simulation;
let connected: Connected;
let count = 0;

beforeAll(async () => {
  const crds = [
    definition('split.smi-spec.io', 'v1alpha4', 'TrafficSplit', 'trafficsplits'),
    definition('security.istio.io', 'v1', 'AuthorizationPolicy', 'authorizationpolicies'),
  ];
  simulation = await simulate({ pace, crds: crds as never });
  connected = await connect({
    kubeconfig: simulation.kubeconfig,
    context: null,
    skipTlsVerify: false,
    environment: {},
    onSecret: () => undefined,
  });
});
afterAll(async () => {
  await connected.close();
  await simulation.close();
});

interface Place {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly files: (image: string) => readonly KubeObject[];
}

/** A namespace of its own where version 1 runs. */
async function place(): Promise<Place> {
  const namespace = `rollout-${++count}`;
  const { cluster } = connected;
  const files = (image: string) => [
    aDeployment('web').namespace(namespace).replicas(3).image(image).build(),
    aService('web').namespace(namespace).ports({ name: 'http', port: 80, targetPort: 'http' }).build(),
  ];
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  for (const object of files('app:1')) await cluster.create(object, { manager: 'kubectl' });
  return { cluster, namespace, files };
}

function asked({ namespace }: Place, { parsed: more, ...given }: Asked): Request {
  return { ...aRequest({ process: `p-${++count}`, ...given, parsed: { ...parsed, ...more } }), namespace };
}

/** All that a run tells; `onEvent` may interrupt it. */
async function run(
  { cluster }: Place,
  request: Request,
  onEvent: (event: Event, stop: AbortController) => void = () => undefined,
): Promise<readonly Event[]> {
  const stop = new AbortController();
  const events: Event[] = [];
  for await (const event of rollout(request, cluster, stop.signal)) {
    events.push(event);
    onEvent(event, stop);
  }
  return events;
}

async function names({ cluster, namespace }: Place): Promise<readonly string[]> {
  const kinds = [
    ['v1', 'Service'],
    ['v1', 'ConfigMap'],
    ['v1', 'Secret'],
    ['apps/v1', 'Deployment'],
    ['split.smi-spec.io/v1alpha4', 'TrafficSplit'],
  ] as const;
  const lists = await Promise.all(kinds.map(([apiVersion, kind]) => cluster.list({ apiVersion, kind, namespace })));
  return lists
    .flat()
    .map(object => `${object.kind} ${object.metadata.name}`)
    .filter(name => !name.includes('kube-root-ca'))
    .sort();
}

const untouched = ['Deployment web', 'Service web'];
const endOf = (events: readonly Event[]): Event | undefined => events.at(-1);

describe('a canary', () => {
  test('is deployed with its shares, promoted, and leaves nothing of ours', async () => {
    const here = await place();
    const deployed = await run(here, asked(here, { files: here.files('app:2') }));
    expect(endOf(deployed)).toMatchObject({
      type: 'outcome',
      outcome: { status: 'deployed', weights: { stable: 800, baseline: 100, canary: 100 } },
    });
    const promoted = await run(here, asked(here, { inputs: { action: 'promote' } }));
    expect(endOf(promoted)).toMatchObject({ type: 'outcome', outcome: { status: 'promoted' } });
    expect(await names(here)).toEqual(untouched);
  });

  test('whose older release hid Secrets leaves none of them behind when the newer is rejected', async () => {
    const here = await place();
    const secret = anObject('v1', 'Secret', 'keys').namespace(here.namespace).field('data', { a: 'YQ==' }).build();
    await run(here, asked(here, { files: [...here.files('app:2'), secret] }));
    expect(await names(here)).toContain('Secret web-rollout');
    await run(here, asked(here, { files: here.files('app:3'), run: { id: 'run/2' } }));
    await run(here, asked(here, { inputs: { action: 'reject' }, run: { id: 'run/2' } }));
    expect((await names(here)).filter(name => name !== 'Secret keys')).toEqual(untouched);
  });

  test('is shown and not made by a dry run', async () => {
    const here = await place();
    const events = await run(here, asked(here, { inputs: { 'dry-run': 'true' }, files: here.files('app:2') }));
    expect(events.find(({ type }) => type === 'planned')).toMatchObject({ dryRun: true });
    expect(endOf(events)).toMatchObject({ outcome: { dryRun: true, weights: { stable: 800, baseline: 100, canary: 100 } } });
    expect(await names(here)).toEqual(untouched);
  });
});

describe('a policy of a mesh over stable’s pods', () => {
  const kind = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy' } as const;
  const rules = [{ from: [{ source: { principals: ['shop'] } }] }];

  /** The labels that each policy selects by, by the policy's name. */
  async function policies({ cluster, namespace }: Place): Promise<Readonly<Record<string, unknown>>> {
    const found = await cluster.list({ ...kind, namespace });
    return Object.fromEntries(found.map(({ metadata, spec }) => [metadata.name, spec]));
  }

  /** A canary is open, and stable is under the policy. */
  async function opened(): Promise<Place> {
    const here = await place();
    const metadata = { name: 'web', namespace: here.namespace };
    await here.cluster.create({ ...kind, metadata, spec: { selector: { matchLabels: { app: 'web' } }, rules } });
    await run(here, asked(here, { files: here.files('app:2') }));
    return here;
  }
  const over = (app: string) => ({ selector: { matchLabels: { app } }, rules });

  test.each(['promote', 'reject'])('holds for its variants until %s has removed them', async action => {
    const here = await opened();
    expect(await policies(here)).toEqual({ web: over('web'), 'web-canary': over('web-canary'), 'web-baseline': over('web-baseline') });
    await run(here, asked(here, { inputs: { action } }));
    expect(await policies(here)).toEqual({ web: over('web') });
  });

  test('leaves no copy when the record was lost', async () => {
    const here = await opened();
    await here.cluster.remove({ apiVersion: 'v1', kind: 'ConfigMap', namespace: here.namespace, name: 'web-rollout' });
    await run(here, asked(here, { inputs: { action: 'reject', 'reject-any': 'true' } }));
    expect(await policies(here)).toEqual({ web: over('web') });
  });
});

describe('an interruption', () => {
  const isDone = (event: Event, words: string): boolean => event.type === 'done' && event.text.includes(words);

  test('before anything was written gives the claim back', async () => {
    const here = await place();
    const events = await run(here, asked(here, { files: here.files('app:2') }), (event, stop) => {
      if (isDone(event, 'claim the rollout')) stop.abort();
    });
    expect(endOf(events)).toMatchObject({ type: 'failed', code: 'INTERRUPTED' });
    expect(await names(here)).toEqual(untouched);
  });

  test('in the middle lets go of the claim, and the same action goes on from there', async () => {
    const here = await place();
    const request = asked(here, { files: here.files('app:2') });
    const events = await run(here, request, (event, stop) => {
      if (isDone(event, 'web-canary (')) stop.abort();
    });
    expect(endOf(events)).toMatchObject({ type: 'failed', code: 'INTERRUPTED' });
    const record = await here.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: here.namespace, name: 'web-rollout' });
    expect(record?.data?.holder).toBe('null');
    expect(endOf(await run(here, asked(here, { files: here.files('app:2'), run: { id: 'run/2' } })))).toMatchObject({
      outcome: { status: 'deployed' },
    });
  });
});

describe('two runs at once', () => {
  test('do not write over each other: one holds the claim, the other says who', async () => {
    const here = await place();
    let second: Promise<readonly Event[]> | null = null;
    const first = await run(here, asked(here, { files: here.files('app:2') }), event => {
      if (event.type === 'done' && event.text.startsWith('claim'))
        second = run(here, asked(here, { files: here.files('app:3'), run: { id: 'run/2', name: 'run 2' } }));
    });
    expect(endOf(first)).toMatchObject({ outcome: { status: 'deployed' } });
    expect(endOf((await second) ?? [])).toMatchObject({
      type: 'failed',
      code: 'CONCURRENT_ROLLOUT',
      message: expect.stringContaining('run 1'),
    });
  });
});

test('a canary that never gets ready leaves all traffic on stable, stays for a look, and goes with the reject', async () => {
  const here = await place();
  const events = await run(here, asked(here, { files: here.files('app:unready'), parsed: { timeoutSeconds: 0.3 } }));
  expect(endOf(events)).toMatchObject({ type: 'failed', code: 'NOT_READY', message: expect.stringContaining('web-canary') });
  const left = await names(here);
  expect(left).toContain('Deployment web-canary');
  expect(left.filter(name => name.startsWith('TrafficSplit'))).toEqual([]);
  await run(here, asked(here, { inputs: { action: 'reject' } }));
  expect(await names(here)).toEqual(untouched);
});
