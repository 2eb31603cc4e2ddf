import { expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/inputs/parse.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, seenBy } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const claim = (...accessModes: readonly string[]): KubeObject =>
  anObject('v1', 'PersistentVolumeClaim', 'data').namespace('demo').field('spec', { accessModes }).build();
const mounting = (image: string, type: string, readOnly = false): KubeObject =>
  aDeployment('web')
    .image(image)
    .field('spec.strategy', { type })
    .field('spec.template.spec.volumes', [
      { name: 'data', persistentVolumeClaim: { claimName: 'data', ...(readOnly ? { readOnly } : {}) } },
    ])
    .build();
const service = aService('web').build();

/** What a deploy says beforehand, or why it is refused. */
function deploy(
  held: KubeObject | null,
  [was, is]: readonly [string, string],
  more: { readonly inputs?: RawInputs; readonly readOnly?: boolean } = {},
) {
  const request = aRequest({ inputs: more.inputs ?? {}, files: [mounting('app:2', is, more.readOnly), service] });
  const live = aLive(mounting('app:1', was, more.readOnly), service, ...(held ? [held] : []));
  return prepare(request, seenBy(request, live), 'deploy').notices.filter(text => text.includes('claim'));
}

test.each(['ReadWriteOnce', 'ReadWriteOncePod'])('two versions are not put on one volume of a Deployment that recreates: %s', mode => {
  for (const types of [
    ['Recreate', 'Recreate'],
    ['RollingUpdate', 'Recreate'],
    ['Recreate', 'RollingUpdate'],
  ] as const) {
    const refused = expect.objectContaining({
      code: 'UNSUPPORTED',
      message: expect.stringContaining(`the claim data (${mode})`),
      hint: expect.stringContaining('strategy: recreate'),
    });
    expect(() => deploy(claim(mode), types)).toThrow(refused as unknown as Error);
  }
});

test('where others have a canary, the user is told how to leave it out', () => {
  const api = aDeployment('api').image('app:2').build();
  const request = aRequest({ files: [mounting('app:2', 'Recreate'), service, api] });
  const live = aLive(mounting('app:1', 'Recreate'), service, aDeployment('api').build(), claim('ReadWriteOnce'));
  const told = expect.objectContaining({ hint: expect.stringContaining('kubernetes-rollout/skip') });
  expect(() => prepare(request, seenBy(request, live), 'deploy')).toThrow(told as unknown as Error);
});

test('where it rolls, the user is warned', () => {
  expect(deploy(claim('ReadWriteOnce'), ['RollingUpdate', 'RollingUpdate'])).toEqual([expect.stringContaining('write to one volume')]);
});

test.each([
  ['a claim that several nodes may write to', claim('ReadWriteOnce', 'ReadWriteMany'), {}],
  ['a claim that is only read', claim('ReadWriteOnce'), { readOnly: true }],
  ['a claim that could not be read', null, {}],
  ['the running version, which is stopped first', claim('ReadWriteOnce'), { inputs: { strategy: 'recreate', percentage: '' } }],
])('nothing stands against %s', (_, held, more) => {
  expect(deploy(held, ['Recreate', 'Recreate'], more)).toEqual([]);
});
