import { describe, expect, test } from '@jest/globals';
import { machineTime } from '../../src/cluster/clock.ts';
import { carryOut } from '../../src/execute/carry-out.ts';
import { openLease } from '../../src/execute/lease.ts';
import { gateShare } from '../../src/execute/pods/share.ts';
import { awaitTaken } from '../../src/execute/routes.ts';
import { noteAll, type Session } from '../../src/execute/session.ts';
import { refOf } from '../../src/manifests/refs.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import type { MeasuredCluster, Metrics } from '../../src/model/metrics.ts';
import type { Operation } from '../../src/model/operation.ts';
import { aDeployment } from '../build/deployment.ts';
import { aRollout } from '../build/record.ts';
import { aSession } from '../build/session.ts';
import { fakeCluster } from '../fakes/cluster.ts';
import { hurriedTime } from '../fakes/time.ts';

/** Its controller has spoken of an older generation, and says nothing any more. */
const route: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'web', namespace: 'demo', uid: 'route', generation: 2 },
  spec: { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
  status: {
    parents: [
      {
        parentRef: { name: 'edge' },
        controllerName: 'gone.example/gateway',
        conditions: ['Accepted', 'ResolvedRefs'].map(type => ({ type, status: 'True', observedGeneration: 1 })),
      },
    ],
  },
};

/** A cluster that shows the route as it is, for as long as somebody looks. */
const silent: Cluster = {
  ...fakeCluster(route),
  versions: async (_, kind) => (kind === 'HTTPRoute' ? ['v1'] : []),
  watch: async function* (_, signal) {
    yield [route];
    if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
  },
};

function session(timeoutSeconds = 2): Session {
  const made = aSession(silent);
  const short = { ...made, request: { ...made.request, inputs: { ...made.request.inputs, timeoutSeconds } } };
  noteAll(short, [route]);
  return short;
}

const lane = { name: 'web', router: 'gateway-api', root: { namespace: 'demo', workload: 'web', service: 'web' } };
const wait = (until?: 'seen'): Extract<Operation, { do: 'wait' }> => ({
  do: 'wait',
  seconds: 0.1,
  lanes: [lane],
  ...(until ? { until } : {}),
});

describe('a controller that says nothing of a route as it is now', () => {
  test('is waited for no longer than the data plane where requests go back', async () => {
    await expect(awaitTaken(session(), wait('seen'))).resolves.toBeUndefined();
  });

  test('bars no way back either where the timeout is shorter than that', async () => {
    await expect(awaitTaken(session(0), wait('seen'))).resolves.toBeUndefined();
  });

  test('keeps requests from going to a new version', async () => {
    await expect(awaitTaken(session(), wait())).rejects.toMatchObject({ code: 'ROUTE_NOT_ACCEPTED' });
  });
});

describe('what stands before a route is written', () => {
  const seconds = 5;
  const written = (secondsAgo: number): KubeObject['metadata'] => ({
    ...route.metadata,
    managedFields: [
      { manager: 'kubernetes-rollout', operation: 'Update', time: new Date(Date.now() - secondsAgo * 1000).toISOString() },
      { manager: 'gateway', operation: 'Update', subresource: 'status', time: new Date().toISOString() },
    ],
  });

  /** The seconds that are waited for, rounded up, where the route and the endpoints were written so long ago. */
  async function waited(
    routeSecondsAgo: number,
    endpointsSecondsAgo: number | null,
    before: (session: Session) => unknown = () => undefined,
  ): Promise<readonly number[]> {
    const waits: number[] = [];
    const after = (milliseconds: number, task: () => void): (() => void) => {
      waits.push(Math.ceil(milliseconds / 1000));
      queueMicrotask(task);
      return () => undefined;
    };
    const old = { ...route, metadata: written(routeSecondsAgo) };
    const { versions, watch } = silent;
    const made = aSession({ ...fakeCluster(old), versions, watch, time: { ...silent.time, after } });
    noteAll(made, [old]);
    if (endpointsSecondsAgo !== null) made.trail.endpointsAt = Date.now() - endpointsSecondsAgo * 1000;
    await before(made);
    await awaitTaken(made, { do: 'wait', seconds, lanes: [lane], until: 'nothing', standing: true });
    return waits;
  }

  test('is waited for no more where routes and endpoints have stood for as long', async () => {
    expect(await waited(60, 60)).toEqual([]);
  });

  test('is given what it lacks, by times that are whole seconds', async () => {
    expect(await waited(4, 60)).toEqual([3]);
    expect(await waited(60, 4)).toEqual([3]);
    expect(await waited(1, 60)).toEqual([5]);
  });

  /** By the machine's time: of the one that passes at once its renewals would never end. */
  const leaseOver = (over: Session) =>
    openLease({ ...over, cluster: { ...over.cluster, time: machineTime } }, { host: 'agent', pid: 1 }, () => undefined);

  /** Takes over the record of a run that was last seen so many seconds ago. */
  const takenOver = (secondsAgo: number, hasDied: boolean) => async (over: Session) => {
    const holder = { run: 'run/1', process: 'dead', name: 'run 1' };
    const left = aRollout(aDeployment('web').build(), { holder: hasDied ? holder : null, renewedAt: Date.now() - secondsAgo * 1000 });
    const lease = leaseOver(over);
    await lease.claim({ do: 'claim', rollout: { ...left, holder: { ...holder, process: 'living' } }, version: null, previous: left });
    lease.stop();
  };

  test('is given all of it where a run died on it a moment ago: what only took a field away left no time', async () => {
    expect(await waited(60, 60, takenOver(9, true))).toEqual([5]);
    expect(await waited(60, 60, takenOver(9, false))).toEqual([]);
    expect(await waited(90, 90, takenOver(60, true))).toEqual([]);
  });

  test('is given all of it behind a write of our own that left no time', async () => {
    const operations = [{ op: 'remove', path: '/metadata/uid' }] as const;
    const removal: Operation = { do: 'patch', ref: refOf(route), operations, manager: 'kubernetes-rollout', text: 'takes a field away' };
    const behind = async (over: Session) => {
      const lease = leaseOver(over);
      await carryOut(removal, { session: over, lease });
      lease.stop();
    };
    expect(await waited(60, 60, behind)).toEqual([5]);
  });

  test('is given all of it where nobody looked at the endpoints', async () => {
    expect(await waited(60, null)).toEqual([5]);
  });
});

describe('the share that is compared behind the wait', () => {
  const side = (name: string) => ({ labels: `app=${name}`, deployment: name, services: [] });
  const sides = { canary: side('web-canary'), baseline: null, stable: side('web') };
  const asked = { do: 'gate-share', namespace: 'demo', workload: 'web', sides, share: 0.5 } as const;
  const pods = ['web', 'web-canary'].map(name => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'demo', labels: { app: name } },
  }));

  let lists: (string | undefined)[];
  let reads: number;

  /** Pauses, and the shares that were told; each second 100 requests come in, and of those before `from` none gets the new version. */
  async function compared(from: number, perSecond = 100, metrics?: Metrics): Promise<readonly [readonly number[], readonly number[]]> {
    [lists, reads] = [[], 0];
    const waits: number[] = [];
    const time = hurriedTime(waits);
    const counted = (pod: string): number => {
      const seconds = time.elapsed() / 1000;
      const canary = (Math.max(0, seconds - from) * perSecond) / 2;
      return pod === 'web' ? seconds * perSecond - canary : canary;
    };
    const cluster: MeasuredCluster = {
      ...fakeCluster(...pods),
      time,
      list: async ({ labels }) => {
        lists.push(labels);
        return pods;
      },
      ...(metrics ? { metrics } : {}),
      podCounts: {
        read: async () => {
          reads += 1;
          return pods.map(({ metadata: { name } }) => ({ pod: name, answers: { requests: counted(name), errors: 0, slower: {} } }));
        },
      },
    };
    const session = aSession(cluster);
    await awaitTaken(session, { do: 'wait', seconds: 5, lanes: [], shares: [asked] });
    await gateShare(session, asked);
    return [waits, session.events.flatMap(event => (event.type === 'measured' ? [event.measured] : []))];
  }

  test('is counted in its last second and takes none of its own', async () => {
    expect(await compared(1)).toEqual([[4000, 1000], [50]]);
  });

  test('takes one list for the pods of all sides, and another one only where the look ahead was too early', async () => {
    await compared(1);
    expect(lists).toEqual(['app in (web-canary,web)']);
    await compared(4.9);
    expect(lists).toHaveLength(2);
  });

  test('is counted anew where it was still another one in that second', async () => {
    expect(await compared(4.9)).toEqual([[4000, 1000, 1000], [50]]);
  });

  test('is what the pods themselves count, and not what somebody has read of them a while ago', async () => {
    const metrics: Metrics = {
      read: async () => pods.map(({ metadata: { name } }) => ({ pod: name, answers: { requests: 0, errors: 0, slower: {} } })),
    };
    expect(await compared(1, 100, metrics)).toEqual([[4000, 1000], [50]]);
  });

  test('is counted on for a moment where few requests come', async () => {
    expect(await compared(1, 10)).toEqual([[4000, 1000, 1000, 1000], [50]]);
  });

  test('is looked for once where no pod has ever counted a request', async () => {
    expect(await compared(1, 0)).toEqual([[4000, 1000], []]);
    expect(reads).toBe(1);
  });

  test('fails only where none has come so long after the delay', async () => {
    await expect(compared(1000)).rejects.toMatchObject({ code: 'SHARE_OFF', message: expect.stringContaining('1500') });
  });
});
