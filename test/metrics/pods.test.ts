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
});

describe('an annotation', () => {
  const asked = async (annotations: Readonly<Record<string, string>>) => {
    const paths: string[] = [];
    const read: ReadPage = async path => {
      paths.push(path);
      return 'http_requests_total{code="200",path="/metrics"} 5\nhttp_requests_total{code="200",path="/"} 3';
    };
    const [seen] = await podMetrics(read, anywhere).read([aVariant([pod([web], annotations)])]);
    return { paths, seen };
  };

  test('leads to no other page of the API, and it is said which page was not asked for', async () => {
    for (const path of ['/../../../../secrets', '/a/../../b', '/x?y#z', 'metrics', '/%2e%2e/secrets', '/..?x']) {
      const { paths, seen } = await asked({ 'prometheus.io/path': path });
      expect([path, paths]).toEqual([path, []]);
      expect(seen).toMatchObject({ because: 'unknown', text: expect.stringContaining(`${path} at port 8080`) });
    }
    expect((await asked({ 'prometheus.io/port': '80/proxy/../../secrets' })).paths).toEqual([]);
  });

  test('may name a page with a query, and requests for that page are left out', async () => {
    expect(await asked({ 'prometheus.io/path': '/metrics?format=prometheus&name[]=http' })).toEqual({
      paths: ['/api/v1/namespaces/shop/pods/web-1:8080/proxy/metrics?format=prometheus&name[]=http'],
      seen: { pod: 'web-1', answers: { requests: 3, errors: 0, slower: {} } },
    });
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
