/** DaemonSets on their way back to an earlier release, on the simulated cluster. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { history } from '../../src/actions/history.ts';
import type { Event } from '../../src/model/event.ts';
import { agent, byHand, everywhere, NEW, OLD, onNodes, running } from '../build/daemon-set.ts';
import { type Bed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { connectTo } from '../stage/time.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('undo of a DaemonSet', () => {
  const released = async (...versions: readonly string[]): Promise<Bed> => {
    const bed = await running(stage);
    for (const version of versions) expect(said(await bed.act({ action: 'deploy', strategy: 'none' }, agent(version)))).toBe('deployed');
    return bed;
  };
  const seen = async ({ api }: Bed) => {
    const { cluster, close } = await connectTo(stage.simulation.kubeconfig);
    return history({ namespace: api.namespace, workloads: [] }, cluster).finally(close);
  };

  test('goes back to the release before on every node, to and fro, and history numbers the revisions as kubectl does', async () => {
    const bed = await released('v2');
    expect(await bed.act({ action: 'undo' })).toMatchObject({
      outcome: {
        status: 'undone',
        images: [{ from: ['demo/agent:v2'], to: ['demo/agent:v1'] }],
        variants: [{ name: 'agent', replicas: 5, ready: 5 }],
        because: expect.stringContaining('DaemonSet'),
      },
    });
    expect(await onNodes(bed)).toBe(OLD);
    expect(await seen(bed)).toMatchObject([
      {
        workload: 'agent',
        revisions: [
          { revision: 3, isRunning: true, images: ['demo/agent:v1'], pods: 5 },
          { revision: 2, isRunning: false, images: ['demo/agent:v2'], pods: 0 },
        ],
      },
    ]);
    expect(said(await bed.act({ action: 'undo', workloads: 'agent', 'to-revision': '2' }))).toBe('undone');
    expect(await onNodes(bed)).toBe(NEW);
    expect(said(await bed.act({ action: 'undo', 'to-revision': '4' }))).toBe('unchanged');
  });

  test('on a share of its nodes has the earlier release there until promote, or until reject', async () => {
    const bed = await released('v2');
    for (const last of ['reject', 'promote']) {
      expect(await bed.act({ action: 'undo', strategy: 'canary', percentage: '40' })).toMatchObject({
        outcome: { status: 'deployed', action: 'undo' },
      });
      expect(await onNodes(bed)).toBe('v1 v1 v2 v2 v2');
      expect((await seen(bed))[0]?.revisions).toMatchObject([
        { isRunning: true, pods: 2 },
        { isRunning: false, pods: 3 },
      ]);
      expect(said(await bed.act({ action: last }))).toBe(last === 'reject' ? 'rejected' : 'promoted');
      await everywhere(bed);
    }
    expect(await onNodes(bed)).toBe(OLD);
  });

  test('with OnDelete replaces no pod, and says so', async () => {
    const bed = await running(stage, 'v1', byHand);
    await bed.act({ action: 'deploy', strategy: 'none' }, agent('v2', byHand));
    const told: string[] = [];
    const onEvent = (event: Event): void => void (event.type === 'notice' && told.push(event.text));
    expect(said(await bed.act({ action: 'undo' }, [], { onEvent }))).toBe('undone');
    expect(told).toContainEqual(expect.stringContaining('is updated OnDelete'));
    expect(await onNodes(bed)).toBe(OLD);
  });
});
