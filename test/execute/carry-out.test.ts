import { beforeEach, describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import { carryOut } from '../../src/execute/carry-out.ts';
import type { Lease } from '../../src/execute/lease.ts';
import { parseInputs } from '../../src/inputs/parse.ts';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { Cluster, KubeObject, RemoveOptions } from '../../src/model/kube.ts';
import type { Operation } from '../../src/model/operation.ts';
import type { PodQuestion, ProbedCluster } from '../../src/model/probe.ts';
import { aDeployment } from '../build/deployment.ts';
import { aRollout } from '../build/rollout.ts';
import { aService } from '../build/service.ts';
import { aSession } from '../build/session.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';
import { hurriedTime } from '../fakes/time.ts';

/** A lease that notes what it is asked for; `guard` may fail as when the claim was lost. */
function aLease(guard: () => void = () => undefined): Lease & { readonly asked: string[] } {
  const asked: string[] = [];
  const note = (what: string) => async (): Promise<void> => {
    asked.push(what);
  };
  return {
    asked,
    claim: note('claim'),
    remember: note('remember'),
    letGo: async (_rollout, done) => void asked.push(`let go ${done}`),
    giveBack: note('give back'),
    isUntouched: () => asked.length === 0,
    forget: note('forget'),
    guard: async () => {
      asked.push('guard');
      guard();
    },
    made: () => undefined,
    held: () => [],
    stop: () => undefined,
  };
}

const service = aService('web').build();
const deployment = aDeployment('web-canary').build();
let waits: number[];
let removals: RemoveOptions[];
let fake: FakeCluster;
let cluster: Cluster;

/** The fake with a time that passes at once; a watch shows what is there, as often as it is asked. */
function world(...objects: readonly KubeObject[]): void {
  waits = [];
  removals = [];
  fake = fakeCluster(...objects);
  cluster = {
    ...fake,
    time: hurriedTime(waits),
    remove: (ref, options = {}) => {
      removals.push(options);
      return fake.remove(ref, options);
    },
    watch: async function* (of) {
      yield [...fake.objects.values()].filter(object => 'name' in of && keyOf(refOf(object)) === keyOf(of));
    },
  };
}

beforeEach(() => world(service));

const remove: Operation = { do: 'remove', ref: refOf(service), uid: 'uid-1' };
const create: Operation = { do: 'create', object: deployment };

describe('a write', () => {
  test('looks first whether every claim still stands, and is not sent where one does not', async () => {
    const lost = aLease(() => {
      throw new RolloutError('CONCURRENT_ROLLOUT', 'lost', 'Wait.');
    });
    await expect(carryOut(create, { session: aSession(cluster), lease: lost })).rejects.toMatchObject({ code: 'CONCURRENT_ROLLOUT' });
    expect([lost.asked, fake.writes]).toEqual([['guard'], []]);
  });

  test('is not sent once the run was stopped, nor is its claim asked for', async () => {
    const lease = aLease();
    await expect(carryOut(create, { session: aSession(cluster, AbortSignal.abort()), lease })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    expect([lease.asked, fake.writes]).toEqual([[], []]);
  });

  test('is noted as the API server answered it', async () => {
    const session = aSession(cluster);
    await carryOut(create, { session, lease: aLease() });
    expect(session.seen.get(keyOf(refOf(deployment)))?.metadata.uid).toBe(fake.objects.get(keyOf(refOf(deployment)))?.metadata.uid);
  });
});

describe('a removal', () => {
  test('names the very object that is meant, and forgets it when it is gone', async () => {
    const session = aSession(cluster);
    session.seen.set(keyOf(refOf(service)), service);
    await carryOut(remove, { session, lease: aLease() });
    expect(removals).toEqual([{ uid: 'uid-1', propagation: 'Background' }]);
    expect(session.seen.has(keyOf(refOf(service)))).toBe(false);
  });

  test('of what somebody else has replaced meanwhile is done: the other one stays, and is ours no more', async () => {
    world();
    const session = aSession({
      ...cluster,
      remove: async () => {
        throw new RolloutError('CONFLICT', 'the UID in the precondition is another', 'A fake has no hints.');
      },
    });
    session.seen.set(keyOf(refOf(service)), service);
    await carryOut(remove, { session, lease: aLease() });
    expect(session.seen.has(keyOf(refOf(service)))).toBe(false);
    expect(session.events).toMatchObject([
      { level: 'warning', text: expect.stringMatching(/^Service .*web was made anew by somebody else/) },
    ]);
  });

  test('of a workload waits for its pods’ owners too', async () => {
    world(deployment);
    await carryOut({ do: 'remove', ref: refOf(deployment) }, { session: aSession(cluster), lease: aLease() });
    expect(removals).toEqual([{ propagation: 'Foreground' }]);
  });
});

describe('a wait', () => {
  test.each(['drain', 'hold'] as const)('that is a %s lasts as long as it says, and asks for no claim', async does => {
    const lease = aLease();
    await carryOut({ do: does, seconds: 30 } as Operation, { session: aSession(cluster), lease });
    expect([waits, lease.asked]).toEqual([[30_000], []]);
  });

  test('ends with the run', async () => {
    const stop = new AbortController();
    const waiting = carryOut({ do: 'drain', seconds: 30 } as Operation, {
      session: aSession({ ...cluster, time: { elapsed: () => 0, after: () => () => undefined } }, stop.signal),
      lease: aLease(),
    });
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

test.each([
  [{ do: 'remember', rollout: aRollout() }, 'remember'],
  [{ do: 'let-go', rollout: aRollout() }, 'let go true'],
  [{ do: 'forget', ref: refOf(service) }, 'forget'],
] as const)('the lease alone writes the record: $do', async (operation, asked) => {
  const lease = aLease();
  await carryOut(operation as Operation, { session: aSession(cluster), lease });
  expect([lease.asked, fake.writes]).toEqual([[asked], []]);
});

describe('a question to the new pods', () => {
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-canary-1', namespace: 'demo', labels: { app: 'web-canary' } },
    spec: { containers: [{ name: 'web', ports: [{ name: 'http', containerPort: 8080 }] }] },
  };
  const ask = async (askPod: ProbedCluster['askPod']): Promise<void> => {
    world(pod);
    const [probe] = parseInputs(
      { action: 'deploy', strategy: 'canary', percentage: '10', manifests: 'x.yaml', probe: 'GET /x 200 within 500ms' },
      'github',
    ).inputs.probes;
    const operation: Operation = {
      do: 'probe',
      namespace: 'demo',
      workload: 'web',
      pods: 'app=web-canary',
      port: 'http',
      probes: probe ? [probe] : [],
    };
    await carryOut(operation, { session: aSession({ ...cluster, ...(askPod ? { askPod } : {}) }), lease: aLease() });
  };

  test('goes to the port by its number, and an answer that takes longer than it may is none', async () => {
    const asked: unknown[] = [];
    const answers = (milliseconds: number) => async (question: PodQuestion) => {
      asked.push(question.port);
      return { status: 200, text: '', milliseconds };
    };
    await ask(answers(499));
    await expect(ask(answers(501))).rejects.toMatchObject({ code: 'PROBE_FAILED', message: expect.stringContaining('it took 501 ms') });
    expect(asked).toEqual([8080, 8080]);
  });

  test('that the API server does not get through is asked three times, and then a finding in its own words', async () => {
    let times = 0;
    const nobody = async (): Promise<never> => {
      times += 1;
      throw new RolloutError('UNREACHABLE', 'the API server cannot reach pod web-canary-1 at port 8080: connection refused', 'Let it.');
    };
    await expect(ask(nobody)).rejects.toMatchObject({ code: 'PROBE_FAILED', message: expect.stringContaining('cannot reach pod') });
    expect(times).toBe(3);
  });
});
