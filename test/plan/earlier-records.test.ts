/** Records in which the first workload has the files of all, as earlier versions wrote them. */
import { expect, test } from '@jest/globals';
import { at } from '../../src/manifests/json.ts';
import { decode, encode } from '../../src/manifests/record.ts';
import { keyOf, refOf } from '../../src/manifests/refs.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Live } from '../../src/model/live.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, play } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const route = (name: string, host: string): KubeObject =>
  anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', name)
    .namespace('demo')
    .field('spec', { hostnames: [host], rules: [{ backendRefs: [{ name, port: 80 }] }] })
    .build();
const files = (image: string, host: string): readonly KubeObject[] =>
  ['api', 'web'].flatMap(name => [aDeployment(name).image(image).build(), aService(name).build(), route(name, host)]);
const inputs = { 'traffic-split-method': 'gateway-api', baseline: 'false' };

/** All files around the workloads are in the first record. */
function asBefore(live: Live): Live {
  const found = Object.values(live.objects).flatMap(object => (object.kind === 'ConfigMap' ? (decode(object, null) ?? []) : []));
  const all = found.flatMap(({ tested }) => tested?.files ?? []).filter(({ kind }) => kind !== 'Deployment');
  const changed = found.flatMap(({ tested, ...rollout }) => {
    const own = (tested?.files ?? []).filter(({ kind }) => kind === 'Deployment');
    const { configMap } = encode({
      ...rollout,
      tested: tested && { ...tested, files: rollout.workload === 'api' ? [...own, ...all] : own },
    });
    return [[keyOf(refOf(configMap)), { ...live.objects[keyOf(refOf(configMap))], ...configMap }] as const];
  });
  return { ...live, objects: { ...live.objects, ...Object.fromEntries(changed) }, changed: all.map(object => keyOf(refOf(object))) };
}

const before = aLive(...files('app:1', 'old.example'));
const open = asBefore(play(aRequest({ inputs, files: files('app:2', 'new.example') }), before).live);
const hosts = ({ objects }: Live): readonly unknown[] =>
  ['api', 'web'].map(name => at(objects[`gateway.networking.k8s.io/HTTPRoute/demo/${name}`], 'spec.hostnames'));
const names = ({ objects }: Live): readonly string[] => Object.keys(objects).sort();

test('are promoted with all files of the routes, each when its split is gone', () => {
  const { live, done } = play(aRequest({ inputs: { ...inputs, action: 'promote' } }), open);
  expect([names(live), hosts(live)]).toEqual([names(before), [['new.example'], ['new.example']]]);
  const [applied, gone] = ['apply', 'restore'].map(verb =>
    done.map((operation, i) => (operation.do === verb && 'object' in operation && operation.object.kind === 'HTTPRoute' ? i : -1)),
  );
  expect(Math.min(...(applied ?? []).filter(i => i >= 0))).toBeGreaterThan(Math.max(...(gone ?? [])));
});

test('never remember the other’s route as it is split', () => {
  const promoting = play(aRequest({ inputs: { ...inputs, action: 'promote', application: 'api' } }), open);
  const remembered = promoting.done.flatMap(operation => (operation.do === 'remember' ? operation.rollout.originals.others : []));
  expect(remembered.map(({ kind }) => kind)).not.toContain('HTTPRoute');
});
