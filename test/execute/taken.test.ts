import { describe, expect, test } from '@jest/globals';
import { awaitTaken } from '../../src/execute/routes.ts';
import { noteAll, type Session } from '../../src/execute/session.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import type { Operation } from '../../src/model/operation.ts';
import { aSession } from '../build/session.ts';
import { fakeCluster } from '../fakes/cluster.ts';

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
  async function waited(routeSecondsAgo: number, endpointsSecondsAgo: number | null): Promise<readonly number[]> {
    const waits: number[] = [];
    const after = (milliseconds: number, task: () => void): (() => void) => {
      waits.push(Math.ceil(milliseconds / 1000));
      queueMicrotask(task);
      return () => undefined;
    };
    const made = aSession({ ...silent, time: { ...silent.time, after } });
    noteAll(made, [{ ...route, metadata: written(routeSecondsAgo) }]);
    if (endpointsSecondsAgo !== null) made.trail.endpointsAt = Date.now() - endpointsSecondsAgo * 1000;
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

  test('is given all of it where nobody looked at the endpoints', async () => {
    expect(await waited(60, null)).toEqual([5]);
  });
});
