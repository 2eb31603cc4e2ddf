/** What a release asks of the API server, and what its plan rests on, on the simulated cluster. */
import { describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Cluster, KubeObject } from '../../src/model/kube.ts';
import type { MeasuredCluster } from '../../src/model/metrics.ts';
import { web } from '../crash/kills/flows.ts';
import { openBed, said } from '../stage/bed.ts';
import { ownStage } from '../stage/own-stage.ts';

const here = ownStage();
const smi: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi' };
const deploy = (percentage: string): RawInputs => ({ ...smi, action: 'deploy', percentage });

test('two deploys and a promote make no more requests in their namespace than they did', async () => {
  const bed = await openBed(here.stage, web('v1'));
  const asked: number[] = [];
  for (const inputs of [deploy('10'), deploy('20'), { ...smi, action: 'promote' }]) {
    const wire = here.stage.wire(bed.api.namespace, null);
    expect(said(await bed.act(inputs, web('v2')))).toMatch(/^(deployed|promoted)$/);
    asked.push(wire.requests.length);
    wire.mend();
  }
  expect(asked.map((count, i) => count <= (MOST[i] ?? 0) || count)).toEqual([true, true, true]);
});

/** With the requests of no namespace: some more. */
const MOST = [35, 24, 35];

test('pods and rights, which every deploy by a mesh needs, are asked for before the Deployments are answered', async () => {
  const bed = await openBed(here.stage, web('v1'));
  const asked: string[] = [];
  const before: (readonly string[])[] = [];
  const between = (cluster: MeasuredCluster): MeasuredCluster => ({
    ...cluster,
    list: async of => {
      asked.push(of.kind);
      const found = await cluster.list(of);
      if (of.kind === 'Deployment') before.push([...asked]);
      return found;
    },
    review: async (kind, spec) => {
      asked.push(kind);
      return (await cluster.review?.(kind, spec)) ?? {};
    },
  });
  expect(said(await bed.act(deploy('10'), web('v2'), { between }))).toBe('deployed');
  expect(before).toEqual([expect.arrayContaining(['Pod', 'SelfSubjectRulesReview'])]);
});

test('what becomes of the records is asked for before the claim is answered', async () => {
  const bed = await openBed(here.stage, web('v1'));
  const told: string[] = [];
  const between = (cluster: Cluster): Cluster => ({
    ...cluster,
    trace: async of => {
      const { changes, ...trace } = await tracing(cluster)(of);
      return {
        ...trace,
        changes: signal => {
          told.push('asked');
          return changes(signal);
        },
      };
    },
    create: async (object, options) => {
      const created = await cluster.create(object, options);
      if (object.metadata.name === 'web-rollout' && object.kind === 'ConfigMap') told.push('claimed');
      return created;
    },
  });
  expect(said(await bed.act(deploy('10'), web('v2'), { between }))).toBe('deployed');
  expect(told).toEqual(['asked', 'claimed']);
});

function tracing({ trace }: Cluster): NonNullable<Cluster['trace']> {
  if (!trace) throw new Error('this cluster traces');
  return trace;
}

describe('what was read before the claim', () => {
  /** A deploy in whose way this comes right before its claim; how often it read the Deployments, and what it came to. */
  async function claimed(between: (cluster: Cluster, namespace: string) => Promise<unknown>, without: keyof Cluster | null = null) {
    const bed = await openBed(here.stage, web('v1'));
    const { namespace } = bed.api;
    let [reads, isBetween] = [0, false];
    const cut = (cluster: Cluster): Cluster => ({
      ...cluster,
      ...(without ? { [without]: undefined } : {}),
      list: of => {
        if (of.kind === 'Deployment') reads += 1;
        return cluster.list(of);
      },
      create: async (object, options) => {
        if (object.metadata.name === 'web-rollout' && !isBetween) {
          isBetween = true;
          await between(cluster, namespace);
        }
        return await cluster.create(object, options);
      },
    });
    return [said(await bed.act(deploy('10'), web('v2'), { between: cut })), reads];
  }

  const record = (name: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: { 'kubernetes-rollout/variant': 'record' } },
  });
  const made = async (cluster: Cluster, namespace: string, name: string): Promise<KubeObject> => {
    const object = record(name);
    return await cluster.create({ ...object, metadata: { ...object.metadata, namespace } });
  };

  test('is what the plan under the claim rests on where no other run has written a record', async () => {
    expect(await claimed(async () => undefined)).toEqual(['deployed', 1]);
  });

  test('is read anew where another rollout has begun, also where it is over again', async () => {
    const isOver = async (cluster: Cluster, namespace: string, name: string): Promise<unknown> => {
      await made(cluster, namespace, name);
      return await cluster.remove({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
    };
    expect(await claimed((cluster, namespace) => isOver(cluster, namespace, 'other-rollout'))).toEqual(['deployed', 2]);
    expect(await claimed((cluster, namespace) => isOver(cluster, namespace, 'web-rollout'))).toEqual(['deployed', 2]);
  });

  test('is read anew where nobody can tell what has become of the records', async () => {
    expect(await claimed(async () => undefined, 'trace')).toEqual(['deployed', 2]);
  });

  test('is read anew where that was some seconds ago', async () => {
    const late = (cluster: Cluster): Promise<unknown> => new Promise(resolve => cluster.time.after(6000, () => resolve(null)));
    expect(await claimed(late)).toEqual(['deployed', 2]);
  });
});
