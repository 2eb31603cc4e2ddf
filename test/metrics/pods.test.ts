import { describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import { pagesOf, type Where } from '../../src/metrics/pod-pages.ts';
import { podMetrics, type ReadPage } from '../../src/metrics/pods.ts';
import type { KubeObject } from '../../src/model/kube.ts';
import type { Variant } from '../../src/model/metrics.ts';

const aVariant = (pods: readonly KubeObject[]): Variant => ({ side: 'canary', namespace: 'shop', name: 'web-canary', services: [], pods });
const anywhere: Where = { port: null, path: null };
const pod = (containers: readonly object[], annotations: Readonly<Record<string, string>> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', namespace: 'shop', annotations },
  spec: { containers: JSON.parse(JSON.stringify(containers)) },
});
const web = { name: 'web', ports: [{ name: 'http', containerPort: 8080 }] };
const places = (one: KubeObject, where = anywhere) => pagesOf(one, where).map(({ scheme, port, path }) => `${scheme} ${port} ${path}`);

describe('a pod serves its counters', () => {
  test('where the user says, then where its annotations say', () => {
    const annotated = pod([web], {
      'prometheus.io/port': '9102',
      'prometheus.io/path': '/actuator/prometheus',
      'prometheus.io/scheme': 'https',
    });
    expect(places(annotated)).toEqual(['https 9102 /actuator/prometheus']);
    expect(places(annotated, { port: '9000', path: '/m' })).toEqual(['https 9000 /m']);
  });

  test('at a port that is named for it, then at its sidecar’s; without either the sidecar’s, then its first port', () => {
    const named = { name: 'web', ports: [...web.ports, { name: 'http-metrics', containerPort: 9090 }] };
    expect(places(pod([named, { name: 'linkerd-proxy' }]))).toEqual(['http 9090 /metrics', 'http 4191 /metrics']);
    expect(places(pod([web, { name: 'istio-proxy' }]))).toEqual(['http 15090 /stats/prometheus', 'http 8080 /metrics']);
    expect(places(pod([web]))).toEqual(['http 8080 /metrics']);
  });

  test('and nowhere else: an annotation leads to no other page of the API', () => {
    for (const path of ['/../../../../secrets', '/a/../../b', '//x?y', 'metrics', '/%2e%2e/secrets'])
      expect(places(pod([web], { 'prometheus.io/path': path }))).toEqual([]);
    expect(places(pod([web], { 'prometheus.io/port': '80/proxy/../../secrets' }))).toEqual([]);
  });
});

describe('a look at a pod', () => {
  const look = async (read: ReadPage, one = pod([web, { name: 'istio-proxy' }])) =>
    (await podMetrics(read, anywhere).read([aVariant([one])]))[0];

  test('goes on to its next page where the first has nothing', async () => {
    const asked: string[] = [];
    const seen = await look(async path => {
      asked.push(path);
      return path.includes(':8080') ? 'http_requests_total{code="500"} 3' : 'envoy_build 1';
    });
    expect(asked).toEqual([
      '/api/v1/namespaces/shop/pods/web-1:15090/proxy/stats/prometheus',
      '/api/v1/namespaces/shop/pods/web-1:8080/proxy/metrics',
    ]);
    expect(seen).toEqual({ pod: 'web-1', answers: { requests: 3, errors: 3, slower: {} } });
  });

  test('says why it saw nothing', async () => {
    const refused = (code: 'FORBIDDEN' | 'UNREACHABLE') => look(() => Promise.reject(new RolloutError(code, 'in its own words', '')));
    expect(await refused('FORBIDDEN')).toEqual({ pod: 'web-1', answers: null, because: 'forbidden', text: 'in its own words' });
    expect(await refused('UNREACHABLE')).toMatchObject({ because: 'unreachable' });
    expect(await look(async () => 'go_goroutines 3')).toMatchObject({ because: 'unknown', text: expect.stringContaining('8080') });
    expect(await look(async () => '', pod([{ name: 'web' }]))).toMatchObject({
      because: 'unknown',
      text: expect.stringContaining('no port'),
    });
  });
});
