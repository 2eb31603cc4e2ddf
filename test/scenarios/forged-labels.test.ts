/** Objects whose labels say that a rollout made them, and no record does: reject and `status` tell the same of them. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { status } from '../../src/actions/status.ts';
import type { Event } from '../../src/model/event.ts';
import type { JsonObject } from '../../src/model/kube.ts';
import { statusTree } from '../../src/report/status.ts';
import { strategyNamed } from '../../src/strategies/index.ts';
import { web } from '../crash/kills/flows.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';
import { connectTo } from '../stage/time.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const labels = (variant: string, application: string) => ({
  'kubernetes-rollout/variant': variant,
  'kubernetes-rollout/application': application,
});

async function bedWith(...configMaps: readonly JsonObject[]): Promise<Bed> {
  const bed = await openBed(stage, web('v1'));
  for (const metadata of configMaps) {
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { rollout: '{}' } };
    await bed.api.send('POST', '/api/v1/namespaces/{ns}/configmaps', configMap);
  }
  return bed;
}

async function shown({ api: { namespace } }: Bed, application: string | null = null) {
  const { cluster, close } = await connectTo(stage.simulation.kubeconfig);
  return await status({ namespace, application }, cluster).finally(close);
}

/** The objects that a reject would remove. */
async function removedBy(bed: Bed, application = ''): Promise<readonly string[]> {
  const steps: string[] = [];
  const onEvent = (event: Event): void => void (event.type === 'planned' && steps.push(...event.steps.map(({ text }) => text)));
  await bed.act({ action: 'reject', 'dry-run': 'true', application }, [], { onEvent });
  return steps.flatMap(text => /^remove (\w+) [^/]+\/(.*)/.exec(text)?.slice(1, 3).join(' ') ?? []);
}

test('what a lost record left is shown by status as reject removes it, and then no more', async () => {
  const bed = await bedWith({ name: 'b', labels: labels('canary', 'lost') }, { name: 'a', labels: labels('recor', 'lost') });
  expect(await shown(bed)).toEqual([{ namespace: bed.api.namespace, workload: 'lost', left: ['ConfigMap a', 'ConfigMap b'] }]);
  expect((await removedBy(bed)).toSorted()).toEqual(['ConfigMap a', 'ConfigMap b']);
  expect([await shown(bed, 'lost'), await shown(bed, 'other')]).toMatchObject([[{ workload: 'lost' }], []]);
  expect([await removedBy(bed, 'lost'), await removedBy(bed, 'other')]).toMatchObject([{ length: 2 }, []]);
  expect(statusTree(await shown(bed), bed.api.namespace, strategyNamed)).toEqual([
    `${bed.api.namespace}/lost: no record of a rollout, but what one left. Reject with application lost removes it:`,
    '  ConfigMap a',
    '  ConfigMap b',
  ]);
  expect(said(await bed.act({ action: 'reject' }))).toBe('rejected');
  expect(await shown(bed)).toEqual([]);
});

test('a long list of what is left is cut in the tree', async () => {
  const left = Array.from({ length: 5000 }, (_, i) => `ConfigMap c${i}`);
  const tree = statusTree([{ namespace: 'demo', workload: 'lost', left }], 'demo', strategyNamed);
  expect([tree.length, tree.at(-1)]).toEqual([12, '  and 4990 more']);
});

test('a record that cannot be read ends a reject, whatever its labels call it', async () => {
  const bed = await bedWith({ name: 'web-rollout', labels: labels('record', 'forged') });
  expect(await shown(bed)).toMatchObject([{ record: 'web-rollout' }]);
  for (const application of ['', 'web', 'forged'])
    expect(said(await bed.act({ action: 'reject', application, manifests: '' }))).toBe('RECORD_BROKEN');
  expect(said(await bed.act({ action: 'reject', application: 'other', manifests: '' }))).toBe('unchanged');
});

test('a label that no object can be called by is nobody of ours', async () => {
  const bed = await bedWith({ name: 'a', labels: labels('canary', 'Not_A_Name') });
  expect([await shown(bed), await removedBy(bed)]).toEqual([[], []]);
  expect(said(await bed.act({ action: 'reject' }))).toBe('unchanged');
});
