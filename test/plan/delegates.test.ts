import { describe, expect, test } from '@jest/globals';
import type { Json, KubeObject } from '../../src/model/kube.ts';
import { prepare } from '../../src/plan/prepare.ts';
import { anObject } from '../build/any.ts';
import { aDeployment } from '../build/deployment.ts';
import { aLive, seenBy } from '../build/live.ts';
import { aRequest } from '../build/request.ts';
import { aService } from '../build/service.ts';

const v1 = aDeployment('web').replicas(4);
const service = aService('web').build();

/** What a deploy by Istio says beforehand, with these objects in the cluster. */
function told(...objects: readonly KubeObject[]): string {
  const files = [v1.image('app:2').build(), service];
  const request = aRequest({ inputs: { 'traffic-split-method': 'istio', baseline: 'false', percentage: '20' }, files });
  const live = aLive(v1.build(), service, ...objects);
  const versions = { ...live.versions, 'networking.istio.io/VirtualService': ['v1'] };
  return prepare(request, seenBy(request, { ...live, versions }), 'deploy').notices.join('\n');
}

const virtualService = (namespace: string, spec: Json, name: string): KubeObject =>
  anObject('networking.istio.io/v1', 'VirtualService', name).namespace(namespace).field('spec', spec).build();
const delegatingTo = (delegate: Json, host = 'web', namespace = 'demo'): KubeObject =>
  virtualService(namespace, { hosts: [host], http: [{ delegate }] }, 'shop');
const led = (host: string, namespace = 'demo'): KubeObject =>
  virtualService(namespace, { http: [{ route: [{ destination: { host } }] }] }, 'led');

const refusal = (text: string) => expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringContaining(text) });

describe('a VirtualService of the Service that delegates', () => {
  test('is followed to its delegate, which is split', () => {
    expect(() => told(delegatingTo({ name: 'led' }), led('web'))).not.toThrow();
  });

  test('is a rival where its delegate leads elsewhere', () => {
    expect(() => told(delegatingTo({ name: 'led' }), led('other'))).toThrow(expect.objectContaining({ code: 'ROUTE_TAKEN' }));
  });

  test.each([{ name: 'lead' }, { name: 'lead', namespace: 'demo' }])('is refused with the name that is not there: %j', delegate => {
    expect(() => told(delegatingTo(delegate), led('web'))).toThrow(
      refusal('VirtualService demo/shop leads the requests of Service web to VirtualService demo/lead, which does not exist'),
    );
  });

  test('is refused where its delegate stands in another namespace, seen or not', () => {
    const text = 'VirtualService demo/shop leads the requests of Service web to VirtualService edge/led, which stands in another namespace';
    const delegate = { name: 'led', namespace: 'edge' };
    expect(() => told(delegatingTo(delegate), led('web.demo', 'edge'))).toThrow(refusal(text));
    expect(() => told(delegatingTo(delegate))).toThrow(refusal(text));
  });
});

test('a VirtualService that splits a part of the requests goes on, and the rest is told', () => {
  const http: Json = [{ delegate: { name: 'led' } }, { delegate: { name: 'lead' } }];
  expect(told(virtualService('demo', { hosts: ['web'], http }, 'shop'), led('web'))).toContain(
    'VirtualService demo/shop delegates to VirtualService demo/lead, which does not exist: Istio leads no request by that rule.',
  );
});

describe('a VirtualService of another host that delegates', () => {
  test('to one that does not exist is told, from wherever it is', () => {
    const sentence = (from: string): string =>
      `VirtualService ${from}/shop delegates to VirtualService demo/lead, which does not exist: Istio leads no request by that rule.`;
    expect(told(delegatingTo({ name: 'lead' }, 'shop.example'), led('web'))).toContain(sentence('demo'));
    expect(told(delegatingTo({ name: 'lead', namespace: 'demo' }, 'shop.example', 'edge'), led('web'))).toContain(sentence('edge'));
  });

  test('to a namespace of which nothing is seen is told', () => {
    expect(told(delegatingTo({ name: 'led', namespace: 'nowhere' }, 'shop.example'), led('web'))).toContain(
      'VirtualService demo/shop delegates to VirtualService nowhere/led, which this login does not see: if it does not exist, Istio leads no request by that rule.',
    );
  });

  test('says nothing where what it means is there, or where it is about another namespace', () => {
    expect(told(delegatingTo({ name: 'led' }, 'shop.example'), led('web'))).not.toContain('delegates');
    expect(told(delegatingTo({ name: 'led', namespace: 'edge' }, 'shop.example'), led('x', 'edge'), led('web'))).not.toContain('delegates');
    expect(told(delegatingTo({ name: 'gone' }, 'shop.example', 'edge'), led('web'))).not.toContain('delegates');
  });
});
