/** Deploys in place, and ways back, that leave few pods up: said before they begin. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Event } from '../../src/model/event.ts';
import type { JsonObject, KubeObject } from '../../src/model/kube.ts';
import { web } from '../crash/kills/flows.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const by = (maxUnavailable: number | string, maxSurge: number | string): JsonObject => ({
  type: 'RollingUpdate',
  rollingUpdate: { maxUnavailable, maxSurge },
});
const files = (version: string, spec: JsonObject): readonly KubeObject[] =>
  web(version).map(object => (object.kind === 'Deployment' ? { ...object, spec: { ...object.spec, ...spec } } : object));

/** The warnings of v2 over v1, and of the way back from it, each in a dry run and then in earnest. */
async function warnings(now: JsonObject, next: JsonObject, beside: readonly KubeObject[] = []): Promise<readonly (readonly string[])[]> {
  const bed = await openBed(stage, [...files('v1', now), ...beside]);
  const told: string[][] = [];
  for (const [action, status] of Object.entries({ deploy: 'deployed', reject: 'rejected' }))
    for (const dryRun of ['true', 'false']) {
      const heard: string[] = [];
      const onEvent = (event: Event): void => void (event.type === 'notice' && event.level === 'warning' && heard.push(event.text));
      const inputs = { action, strategy: 'none', 'dry-run': dryRun };
      expect(said(await bed.act(inputs, files('v2', next), { onEvent }))).toBe(status);
      told.push(heard);
    }
  return told;
}

const autoscaler: KubeObject = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 3, maxReplicas: 8 },
};

describe('the pods that stay up while a Deployment rolls in place', () => {
  test.each([
    ['none', 'the new file', { strategy: by('100%', 0) }, 'keeps none of 3 pods up, so nobody answers requests until new pods are ready'],
    ['the only one may go', 'the new file', { replicas: 1, strategy: by(1, 1) }, 'keeps none of 1 pod up'],
    ['one of three', 'the new file', { strategy: by(2, 0) }, 'keeps 1 of 3 pods up, so requests may be too many for the one that stays'],
  ])('are told: %s, by %s', async (_, __, next, words) => {
    const told = await warnings({}, next);
    expect(told.map(heard => heard.join())).toEqual(['deploy', 'reject'].flatMap(() => Array(2).fill(expect.stringContaining(words))));
  });

  test('are no matter where most stay, nor where an autoscaler keeps more of them than the file says', async () => {
    expect((await warnings({}, { strategy: by(1, 1) })).flat()).toEqual([]);
    expect((await warnings({}, { replicas: 1, strategy: by(1, 1) }, [autoscaler])).flat()).toEqual([]);
  });
});
