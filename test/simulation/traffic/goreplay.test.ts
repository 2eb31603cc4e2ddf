import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/model/kube.ts';
import { mirrorsOf } from '../../../src/simulation/traffic/goreplay.ts';

const podWith = (...args: readonly string[]): JsonObject => ({
  metadata: { name: 'web-1', namespace: 'shop' },
  spec: {
    containers: [
      { name: 'web', image: 'demo/web:v1' },
      { name: 'copies', image: 'demo/copies:1', args },
    ],
  },
});

test('a container that listens copies to every output, all requests or a part of them', () => {
  const pod = podWith(
    '--input-raw',
    ':8080',
    '--output-http',
    'http://web-canary.shop.svc:80',
    '--output-http',
    'http://web-v3.shop.svc:80|10%',
  );
  expect(mirrorsOf(pod)).toEqual([
    { service: 'web-canary', percent: 100 },
    { service: 'web-v3', percent: 10 },
  ]);
});

test.each([
  ['a pod that is gone', undefined],
  ['a pod without such a container', podWith()],
  ['a container that listens to no port', podWith('--output-http', 'http://web-canary.shop.svc:80')],
])('%s copies nothing', (_, pod) => {
  expect(mirrorsOf(pod)).toEqual([]);
});
