/** One pod that cannot run two versions, beside a StatefulSet that can, as the master of a database beside its replicas. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Event } from '../../src/model/event.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { db, pods, promote, reject, share } from '../build/stateful-set.ts';
import { type Bed, openBed, said } from '../stage/bed.ts';
import { type CrashStage, openStage } from '../stage/stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** The files of both, each with a Service of its own. */
const files = (version: string): readonly KubeObject[] => [
  ...db(version),
  ...(JSON.parse(JSON.stringify(db(version, { replicas: 1 })).replaceAll('"db"', '"master"')) as readonly KubeObject[]),
];
const master = async ({ api }: Bed): Promise<string> =>
  JSON.stringify((await api.send('GET', '/apis/apps/v1/namespaces/{ns}/statefulsets/master')).body.spec);

test('the StatefulSet of one pod is rolled at promote, and that is told', async () => {
  const bed = await openBed(stage, files('v1'));
  const before = await bed.snapshot();
  const told: string[] = [];
  const onEvent = (event: Event): void => void (event.type === 'notice' && told.push(event.text));
  expect(said(await bed.act(share(40), files('v2'), { onEvent }))).toBe('deployed');
  expect(told.join('\n')).toMatch(/StatefulSet \S+\/master does not run as a canary: it is applied at promote/);
  expect(await master(bed)).toContain('demo/db:v1');
  expect(said(await bed.act(reject, files('v2')))).toBe('rejected');
  expect(await bed.snapshot()).toEqual(before);
  expect(said(await bed.act(share(40), files('v2')))).toBe('deployed');
  expect(said(await bed.act(promote, files('v2')))).toBe('promoted');
  expect(await pods(bed)).toBe('v2 v2 v2 v2 v2');
  expect(await master(bed)).toContain('demo/db:v2');
});

test('a promote without files rolls it too', async () => {
  const bed = await openBed(stage, files('v1'));
  expect(said(await bed.act(share(40), files('v2')))).toBe('deployed');
  expect(said(await bed.act(promote))).toBe('promoted');
  expect(await master(bed)).toContain('demo/db:v2');
});

test('alone it has no canary', async () => {
  const bed = await openBed(stage, db('v1', { replicas: 1 }));
  expect(await bed.act(share(40), db('v2', { replicas: 1 }))).toMatchObject({ code: 'UNSUPPORTED' });
});
