/** A deploy that waits at its end for a person: what he says reaches it by the record, and no answer is a refusal. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answered, answer } from '../../src/actions/answering.ts';
import { status } from '../../src/actions/status.ts';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { statusTree } from '../../src/report/status.ts';
import { summary } from '../../src/report/summary.ts';
import { strategyNamed } from '../../src/strategies/index.ts';
import { gatewayRoute, web } from '../crash/kills/flows.ts';
import type { Ending } from '../stage/act.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { connectTo } from '../stage/time.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const smi: RawInputs = {
  action: 'deploy',
  strategy: 'canary',
  'traffic-split-method': 'smi',
  'baseline-and-canary-replicas': '1',
  percentage: '20',
  hold: '10m',
};

/** What somebody says who has a kubeconfig of the namespace. */
async function says(verdict: 'approve' | 'refuse', { api }: Bed, person = 'jane'): Promise<readonly Answered[]> {
  const { cluster, close } = await connectTo(stage.simulation.kubeconfig);
  return await answer({ namespace: api.namespace, application: null, verdict, person }, cluster).finally(close);
}

async function shown({ api }: Bed): Promise<string> {
  const { cluster, close } = await connectTo(stage.simulation.kubeconfig);
  const views = await status({ namespace: api.namespace, application: null }, cluster).finally(close);
  return statusTree(views, api.namespace, strategyNamed).join('\n');
}

interface Held {
  readonly ending: Ending;
  readonly events: readonly Event[];
  readonly answered: readonly Answered[];
}

/** A deploy of which the person hears when it waits. */
async function heldDeploy(bed: Bed, inputs: RawInputs, onHeld: () => Promise<readonly Answered[]>, files = web('v2')): Promise<Held> {
  const events: Event[] = [];
  let answering: Promise<readonly Answered[]> = Promise.resolve([]);
  const onEvent = (event: Event): void => {
    events.push(event);
    if (event.type === 'held') answering = onHeld();
  };
  const ending = await bed.act(inputs, files, { onEvent });
  return { ending, events, answered: await answering };
}

const holdIn = async ({ api }: Bed): Promise<Record<string, unknown> | undefined> => {
  const { body } = await api.send('GET', '/api/v1/namespaces/{ns}/configmaps/web-rollout');
  return JSON.parse((body as KubeObject).data?.rollout ?? '{}').hold;
};

const isSplit = async ({ api }: Bed): Promise<boolean> =>
  (await api.send('GET', '/apis/split.smi-spec.io/v1alpha4/namespaces/{ns}/trafficsplits/web-rollout')).code === 200;

/** A deploy that dies when the record says that it waits: behind the split comes nothing else, and without a hold the end of the claim. */
async function killedInItsHold(bed: Bed): Promise<void> {
  const whole = await openBed(stage, web('v1'));
  const writes = await whole.dieBehind(1000, { inputs: { ...smi, hold: '' }, files: [...web('v2')] });
  const behind = writes.findLastIndex(write => write.includes('trafficsplits')) + 2;
  await bed.dieBehind(behind, { inputs: smi, files: [...web('v2')] });
}

const methods: readonly (readonly [string, RawInputs])[] = [
  ['smi', smi],
  ['pods', { ...smi, 'traffic-split-method': 'pod', baseline: 'false', 'baseline-and-canary-replicas': '', percentage: '25' }],
  ['a blue-green pair that stands by', { action: 'deploy', strategy: 'blue-green', 'traffic-split-method': 'smi', hold: '10m' }],
  ['a match', { action: 'deploy', strategy: 'ab', 'traffic-split-method': 'gateway-api', match: 'header x-beta=always', hold: '10m' }],
  ['copies', { action: 'deploy', strategy: 'shadow', 'traffic-split-method': 'gateway-api', hold: '10m' }],
];

describe('a deploy that is held', () => {
  test.each(methods)('by %s ends well once a person has approved it', async (_, inputs) => {
    const bed = await openBed(stage, [...web('v1'), gatewayRoute]);
    const { ending, answered, events } = await heldDeploy(bed, inputs, () => says('approve', bed));
    expect(said(ending)).toBe('deployed');
    expect(answered).toEqual([{ workload: 'web', by: 'jane', isTaken: true }]);
    expect(events.filter(({ type }) => type === 'held' || type === 'answered').map(({ type }) => type)).toEqual(['held', 'answered']);
    expect(await shown(bed)).toContain('approved by jane at ');
  });

  test('is told to whoever looks: in the plan, by status, and in the summary with who approved', async () => {
    const bed = await openBed(stage, web('v1'));
    let meanwhile = '';
    const { ending, events } = await heldDeploy(bed, smi, async () => {
      meanwhile = await shown(bed);
      return await says('approve', bed, 'jane | <b>');
    });
    expect(meanwhile).toMatch(/waits for a person until \d{4}-.* UTC: kubernetes-rollout approve -n bed-\d+, or refuse/);
    const planned = events.flatMap(event => (event.type === 'planned' ? event.steps : []));
    expect(planned.filter(({ text }) => text.includes('wait for a person')).map(({ waitSeconds }) => waitSeconds)).toEqual([0]);
    expect(ending?.type === 'outcome' && summary(ending, events, new Date(0))).toContain('Approval: web was approved by jane');
    expect(ending?.type === 'outcome' && summary(ending, events, new Date(0))).not.toContain('<b>');
  });

  test('asks once, behind the last of several shares', async () => {
    const bed = await openBed(stage, web('v1'));
    const { percentage: _, ...others } = smi;
    const { ending, events } = await heldDeploy(bed, { ...others, steps: '10,20', interval: '1s' }, () => says('approve', bed));
    expect(said(ending)).toBe('deployed');
    const at = events.findIndex(({ type }) => type === 'held');
    expect(events.filter(({ type }) => type === 'held')).toHaveLength(1);
    expect(events.slice(at).filter(({ type }) => type === 'shifted')).toEqual([]);
  });

  test('fails when he refuses it, and all requests go back', async () => {
    const bed = await openBed(stage, web('v1'));
    const traffic = await bed.traffic('service/web');
    const { ending, answered } = await heldDeploy(bed, { ...smi, 'on-failure': 'reject' }, () => says('refuse', bed));
    expect(ending).toMatchObject({ code: 'NOT_APPROVED', message: expect.stringContaining('jane refused') });
    expect(answered).toMatchObject([{ isTaken: true }]);
    expect(await isSplit(bed)).toBe(false);
    expect(traffic.counts().lost).toBe(0);
    traffic.stop();
  });

  test('fails when nobody answers in time, is not promoted, and tells so', async () => {
    const bed = await openBed(stage, web('v1'));
    const { ending } = await heldDeploy(bed, { ...smi, hold: '1m' }, async () => []);
    expect(ending).toMatchObject({ code: 'NOT_APPROVED', message: expect.stringContaining('nobody approved') });
    expect(await shown(bed)).toContain('nobody approved');
    await expect(says('approve', bed)).rejects.toMatchObject({
      code: 'NOT_HELD',
      message: expect.stringContaining('not answered in time'),
    });
    expect(said(await bed.act({ ...smi, action: 'promote', hold: '', percentage: '' }, web('v2')))).toBe('DEPLOY_UNFINISHED');
  });

  test('waits for nobody once another workload of the step was refused', async () => {
    const zeta = (version: string): readonly KubeObject[] =>
      JSON.parse(JSON.stringify(web(version)).replaceAll('"web"', '"zeta"')) as readonly KubeObject[];
    const bed = await openBed(stage, [...web('v1'), ...zeta('v1')]);
    // The answer to one alone: the other would be waited for until its ten minutes are over.
    const refuseWeb = async (): Promise<readonly Answered[]> => {
      const path = '/api/v1/namespaces/{ns}/configmaps/web-rollout';
      const { body } = await bed.api.send('GET', path);
      const rollout = JSON.parse((body as KubeObject).data?.rollout ?? '{}');
      const hold = { ...rollout.hold, answer: { verdict: 'refuse', by: 'jane', at: 0 } };
      await bed.api.send('PATCH', path, { data: { rollout: JSON.stringify({ ...rollout, hold }) } }, 'application/merge-patch+json');
      return [];
    };
    const { ending, events } = await heldDeploy(bed, smi, refuseWeb, [...web('v2'), ...zeta('v2')]);
    expect(ending).toMatchObject({ code: 'NOT_APPROVED', message: expect.stringContaining('jane refused') });
    expect(events.flatMap(event => (event.type === 'answered' ? [event.by] : []))).toEqual(['jane']);
  });

  test('asks nobody in a first release, nor again for what has ended well', async () => {
    const bed = await openBed(stage, []);
    const first = await heldDeploy(bed, smi, async () => [], web('v1'));
    expect([said(first.ending), first.events.some(({ type }) => type === 'held')]).toEqual(['first-release', false]);
    expect(said((await heldDeploy(bed, smi, () => says('approve', bed))).ending)).toBe('deployed');
    expect(said((await heldDeploy(bed, smi, async () => [])).ending)).toBe('unchanged');
  });

  test('that is killed is asked for anew by the next run, and takes an answer that was given between them', async () => {
    const other = await openBed(stage, web('v1'));
    await killedInItsHold(other);
    expect(await shown(other)).toContain('waits for a person');
    const again = await heldDeploy(other, smi, () => says('approve', other), web('v2'));
    expect(said(again.ending)).toBe('deployed');

    const third = await openBed(stage, web('v1'));
    await killedInItsHold(third);
    expect(await says('approve', third)).toEqual([{ workload: 'web', by: 'jane', isTaken: false }]);
    const silent = await heldDeploy(third, smi, async () => []);
    expect([said(silent.ending), silent.events.some(({ type }) => type === 'held')]).toEqual(['deployed', false]);
    expect(await holdIn(third)).toMatchObject({ answer: { verdict: 'approve', by: 'jane', taken: true } });
  });
});
