/** A Deployment behind a headless Service beside one whose requests are split, on the simulated cluster: as the exporters of kube-prometheus beside Grafana. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { app, images } from '../build/app.ts';
import { openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const files = (version: string): readonly KubeObject[] => [
  ...app('web', version),
  ...app('exporter', version, { service: { clusterIP: 'None' } }),
];
const canary: RawInputs = { strategy: 'canary', baseline: 'false' };
const smi: RawInputs = { ...canary, 'traffic-split-method': 'smi' };

describe('a Deployment that only a headless Service selects', () => {
  test('rolls at promote where requests are split by weights, and a reject finds it as it was', async () => {
    const bed = await openBed(stage, files('v1'));
    const before = await bed.snapshot();
    expect(said(await bed.act({ ...smi, action: 'deploy', percentage: '20' }, files('v2')))).toBe('deployed');
    expect(await images(bed)).toEqual(['demo/exporter:v1', 'demo/web:v1', 'demo/web:v2']);
    expect(said(await bed.act({ ...smi, action: 'reject' }))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
    await bed.act({ ...smi, action: 'deploy', percentage: '20' }, files('v2'));
    expect(said(await bed.act({ ...smi, action: 'promote' }, files('v2')))).toBe('promoted');
    expect(await images(bed)).toEqual(['demo/exporter:v2', 'demo/web:v2']);
  });

  test('runs beside itself where pods are the split', async () => {
    const bed = await openBed(stage, files('v1'));
    const pod = { ...canary, 'traffic-split-method': 'pod', percentage: '50' };
    expect(said(await bed.act({ ...pod, action: 'deploy' }, files('v2')))).toBe('deployed');
    expect(await images(bed)).toEqual(['demo/exporter:v1', 'demo/exporter:v2', 'demo/web:v1', 'demo/web:v2']);
  });

  test('is refused by name where it is all that there is', async () => {
    const alone = (version: string): readonly KubeObject[] => app('exporter', version, { service: { clusterIP: 'None' } });
    const bed = await openBed(stage, alone('v1'));
    const ending = await bed.act({ ...smi, action: 'deploy', percentage: '20' }, alone('v2'));
    expect(ending).toMatchObject({ code: 'NO_SERVICE', message: expect.stringContaining('exporter over the pods of') });
  });
});
