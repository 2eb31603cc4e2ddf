/** Deployments that the user leaves out of a canary, and the order in which several roll, on the simulated cluster. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { turnsOf } from '../../src/plan/world/turns.ts';
import { app, images } from '../build/app.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const smi: RawInputs = { strategy: 'canary', 'traffic-split-method': 'smi', baseline: 'false' };
const deploy: RawInputs = { ...smi, action: 'deploy', percentage: '20' };
const promote: RawInputs = { ...smi, action: 'promote' };

const SKIP = { 'kubernetes-rollout/skip': 'true' };
const behind = (names: string) => ({ 'kubernetes-rollout/after': names });

describe('a Deployment with a Service that is left out', () => {
  test.each<readonly [string, Readonly<Record<string, string>>, RawInputs]>([
    ['by its annotation', SKIP, {}],
    ['by the list of the others', {}, { workloads: 'web' }],
  ])('%s gets no canary, and rolls at promote: with the files, or without', async (_, annotations, inputs) => {
    const files = (version: string) => [...app('api', version, { annotations }), ...app('web', version)];
    const bed = await openBed(stage, files('v1'));
    for (const [version, before, given] of [
      ['v2', 'v1', files('v2')],
      ['v3', 'v2', []],
    ] as const) {
      expect(said(await bed.act({ ...deploy, ...inputs }, files(version)))).toBe('deployed');
      expect(await images(bed)).toEqual([`demo/api:${before}`, `demo/web:${before}`, `demo/web:${version}`]);
      // Which ones were left out is known by the record.
      expect(said(await bed.act(promote, given))).toBe('promoted');
      expect(await images(bed)).toEqual([`demo/api:${version}`, `demo/web:${version}`]);
    }
  });

  test('is put back by the reject of a promote that stopped', async () => {
    const files = (version: string, of = version) => [...app('api', of, { annotations: SKIP }), ...app('web', version)];
    const bed = await openBed(stage, files('v1'));
    const before = await bed.snapshot();
    await bed.act(deploy, files('v2', 'v2-badpull'));
    expect(said(await bed.act(promote))).toBe('NOT_READY');
    expect(said(await bed.act({ ...smi, action: 'reject' }))).toBe('rejected');
    expect(await bed.snapshot()).toEqual(before);
  });

  test('must not be the last one, and has to be there', async () => {
    const bed = await openBed(stage, app('web', 'v1'));
    expect(said(await bed.act(deploy, app('web', 'v2', { annotations: SKIP })))).toBe('INVALID_INPUT');
    expect(said(await bed.act({ ...deploy, workloads: 'wbe' }, app('web', 'v2')))).toBe('INVALID_INPUT');
  });
});

describe('the order of Deployments', () => {
  const files = (version: string): readonly KubeObject[] => [
    ...app('api', version, { annotations: behind('web') }),
    ...app('mail', version, { annotations: { ...SKIP, ...behind('api') } }),
    ...app('web', version),
  ];
  const ROLLED =
    /^(?:Deployment \S+\/(\w+): replace the pod template|apply Deployment \S+\/(mail|web|api) |wait until Deployment \S+\/(\w+) is rolled out)/;

  async function told(bed: Bed, inputs: RawInputs, given: readonly KubeObject[]): Promise<readonly string[]> {
    const lines: string[] = [];
    const onEvent = (event: Event): void => void (event.type === 'done' ? lines.push(event.text) : undefined);
    expect(['promoted', 'deployed']).toContain(said(await bed.act(inputs, given, { onEvent })));
    return lines.filter(line => ROLLED.test(line)).map(line => line.replace(/ \(.*$/, '').replace(/\S+\/(\w+)/g, '$1'));
  }

  test('is that of their annotations: at promote each round is ready before the next begins', async () => {
    const bed = await openBed(stage, files('v1'));
    expect(said(await bed.act(deploy, files('v2')))).toBe('deployed');
    const lines = await told(bed, promote, []);
    const at = (text: string): number => lines.indexOf(text);
    const rolls = ['web', 'api'].map(name =>
      at(`Deployment ${name}: replace the pod template with the one that the canary was tested with`),
    );
    const ready = ['web', 'api'].map((name, i) => lines.indexOf(`wait until Deployment ${name} is rolled out`, rolls[i]));
    expect(
      [rolls[0], ready[0], rolls[1], ready[1], at('apply Deployment mail')].every((place = -1, i, all) => place > (all[i - 1] ?? -1)),
    ).toBe(true);
    expect(await images(bed)).toEqual(['demo/api:v2', 'demo/mail:v2', 'demo/web:v2']);
  });

  test('holds for a plain deploy too', async () => {
    const bed = await openBed(stage, files('v1'));
    const lines = await told(bed, { action: 'deploy', strategy: 'none' }, files('v2'));
    expect(lines.filter(line => line.startsWith('apply'))).toEqual([
      'apply Deployment web',
      'apply Deployment api',
      'apply Deployment mail',
    ]);
  });

  test('names a file that there is, and goes round in no circle', () => {
    const placed = (objects: readonly KubeObject[]) =>
      objects.map(object => ({ ...object, metadata: { ...object.metadata, namespace: 'demo' } }));
    expect(() => turnsOf(placed(app('web', 'v1', { annotations: behind('api') })), true)).toThrow(
      /names api, and the files have no Deployment/,
    );
    const circle = placed([...app('web', 'v1', { annotations: behind('api') }), ...app('api', 'v1', { annotations: behind('web') })]);
    expect(() => turnsOf(circle, true)).toThrow('web after api after web');
    expect(turnsOf(placed(app('web', 'v1', { annotations: behind('api') })), false)).toMatchObject({ last: 0 });
    expect(turnsOf(placed(app('web', 'v1')), true)).toBeNull();
  });
});
