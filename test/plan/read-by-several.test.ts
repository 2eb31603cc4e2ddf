/** What one workload's rollout brought, and another's pods read too. */
import { describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, type Played, play } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const v1 = (name: string) => aDeployment(name).replicas(2);
const v2 = (name: string): KubeObject =>
  v1(name)
    .field('spec.template.spec', {
      serviceAccountName: 'account',
      containers: [{ name: 'web', image: 'app:2', envFrom: [{ configMapRef: { name: 'shared' } }] }],
    })
    .build();
const services = [aService('api').build(), aService('web').build()];
/** The record's clock tells what a rollout has brought. */
const brought = (kind: string, name: string) =>
  anObject('v1', kind, name).namespace('demo').field('metadata.creationTimestamp', '2026-11-21T12:00:00Z');
const shared = brought('ConfigMap', 'shared').field('data', { mode: 'new' }).build();
const account = brought('ServiceAccount', 'account').build();
const before = aLive(v1('api').build(), v1('web').build(), ...services);
const SHARED = ['/ConfigMap/demo/shared', '/ServiceAccount/demo/account'];

const run = (id: string) => ({ run: { id, name: id } });
const deploy = (id: string, ...files: readonly KubeObject[]) => aRequest({ files, ...run(id) });
const act = (action: string, id: string) => aRequest({ inputs: { action }, ...run(id) });
const end = (action: string, files: readonly KubeObject[], id: string) => aRequest({ inputs: { action }, files, ...run(id) });
const standing = ({ live }: Played): readonly string[] => SHARED.filter(key => live.objects[key] !== undefined);

const [apiFiles, webFiles] = [
  [v2('api'), aService('api').build()],
  [v2('web'), aService('web').build()],
];
const apart: Live = play(deploy('run/2', ...webFiles, shared), play(deploy('run/1', ...apiFiles, shared, account), before).live).live;
const together: Live = play(deploy('run/1', ...apiFiles, ...webFiles, shared, account), before).live;

describe('what a rollout brought, and another’s canary reads', () => {
  test('stays behind the reject of the one, is told of, and goes with the other', () => {
    const one = play(act('reject', 'run/1'), apart);
    expect(standing(one)).toEqual(SHARED);
    expect(one.prepared.notices).toEqual([
      'ConfigMap demo/shared stays: the canary of web reads it. It goes with the rollout of web.',
      'ServiceAccount demo/account stays: the canary of web reads it. It goes with the rollout of web.',
    ]);
    const other = play(act('reject', 'run/2'), one.live);
    expect(other.prepared.notices).toEqual([]);
    expect(other.live.objects).toEqual(before.objects);
  });

  test('goes with whichever is rejected last', () => {
    const one = play(act('reject', 'run/2'), apart);
    expect(standing(one)).toEqual(SHARED);
    expect(play(act('reject', 'run/1'), one.live).live.objects).toEqual(before.objects);
  });

  test('goes with the last of those that one step deployed, also one after the other', () => {
    for (const names of [
      ['api', 'web'],
      ['web', 'api'],
    ]) {
      const [first, second] = names.map(name => (name === 'api' ? apiFiles : webFiles));
      const left = play(end('reject', first ?? [], 'run/1'), together);
      expect(standing(left)).toEqual(SHARED);
      expect(play(end('reject', second ?? [], 'run/1'), left.live).live.objects).toEqual(before.objects);
    }
  });

  test('goes with a reject of both', () => {
    const all = play(act('reject', 'run/1'), together);
    expect(all.live.objects).toEqual(before.objects);
    expect(all.prepared.notices).toEqual([]);
    expect(all.done.filter(operation => operation.do === 'remove' && operation.ref.name === 'shared')).toHaveLength(1);
  });

  test('stays where the other was promoted', () => {
    const promoted = play(act('promote', 'run/2'), apart);
    const rejected = play(act('reject', 'run/1'), promoted.live);
    expect(standing(rejected)).toEqual(SHARED);
    expect(rejected.prepared.notices[0]).toBe(
      'ConfigMap demo/shared stays: Deployment web reads it. Remove it when nothing needs it any more.',
    );
  });

  test('goes with a release that takes over from both, and comes again with it', () => {
    const newer = (files: readonly KubeObject[]): readonly KubeObject[] =>
      files.map(file => JSON.parse(JSON.stringify(file).replace('app:2', 'app:3')) as KubeObject);
    const taken = play(deploy('run/2', ...newer(apiFiles), ...newer(webFiles), shared, account), together);
    expect(standing(taken)).toEqual(SHARED);
    expect(play(act('reject', 'run/2'), taken.live).live.objects).toEqual(before.objects);
  });
});
