import { describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import { prometheusMetrics } from '../../src/metrics/prometheus.ts';
import { headersOf, prometheusBy } from '../../src/metrics/prometheus-access.ts';
import { answered, anyOf, filled } from '../../src/metrics/promql.ts';
import type { AskedPrometheus, Side, Variant } from '../../src/model/metrics.ts';

const variant = (side: Side): Variant => ({
  side,
  namespace: 'shop',
  name: `web-${side}`,
  services: [`web-${side}`],
  pods: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: `${side}-1`, namespace: 'shop' }, spec: { containers: [] } }],
});
const both = [variant('canary'), variant('stable')];
const vector = (rows: readonly (readonly [labels: object, value: string])[]): string =>
  JSON.stringify({ status: 'success', data: { resultType: 'vector', result: rows.map(([metric, v]) => ({ metric, value: [1, v] })) } });
const nothing = vector([]);

/** A Prometheus that knows one metric, with the queries that it was asked. */
function knowing(metric: string, rows: Parameters<typeof vector>[0]) {
  const asked: string[] = [];
  const metrics = prometheusMetrics(async path => {
    const query = new URLSearchParams(path.split('?')[1]).get('query') ?? '';
    asked.push(query);
    return query.includes(metric) ? vector(rows) : nothing;
  });
  return { asked, read: () => metrics.read(both), readBefore: (seconds: number) => metrics.kept?.readBefore(both, seconds) };
}

describe('counters that Prometheus knows', () => {
  test('are each pod’s own, with its errors and its slow answers', async () => {
    const counts = (unit: string, more: object) => ({ unit, counts: 'http_requests_total', ...more });
    const bucket = (unit: string, le: string) => ({ unit, counts: 'http_request_duration_seconds_bucket', le });
    const prometheus = knowing('http_requests_total', [
      [counts('canary-1', { code: '200' }), '8'],
      [counts('canary-1', { code: '503' }), '2'],
      [bucket('canary-1', '0.1'), '7'],
      [bucket('canary-1', '+Inf'), '10'],
      [counts('stable-1', { code: '200' }), '90'],
    ]);
    expect(await prometheus.read()).toEqual([
      { pod: 'canary-1', answers: { requests: 10, errors: 2, slower: { '0.1': 3 } } },
      { pod: 'stable-1', answers: { requests: 90, errors: 0, slower: {} } },
    ]);
    expect(prometheus.asked[0]).toContain('namespace="shop",pod=~"canary-1|stable-1"');
    expect(prometheus.asked[0]).not.toContain('{{');
  });

  test('count once what two jobs, or two Prometheus, have seen of a pod', async () => {
    const prometheus = knowing('http_requests_total', []);
    await prometheus.read();
    const parts = (prometheus.asked[0] ?? '').split(' or ');
    expect(parts).toHaveLength(3);
    const once = /max by \((pod, .+?)\) \(sum by \(\1, job, prometheus, prometheus_replica\) \(http_request/;
    expect(parts.filter(part => !once.test(part))).toEqual([]);
  });

  test('are those of the router where no pod counts: by the Services that lead to one variant', async () => {
    const row = (unit: string, code: string) => ({ unit, counts: 'traefik_service_requests_total', code });
    const prometheus = knowing('traefik_service', [
      [row('web-canary', '500'), '4'],
      [row('web-stable', '200'), '40'],
    ]);
    expect(await prometheus.read()).toEqual([
      { pod: 'web-canary', answers: { requests: 4, errors: 4, slower: {} } },
      { pod: 'web-stable', answers: { requests: 40, errors: 0, slower: {} } },
    ]);
  });

  test('are looked for by one query once it is known who counts', async () => {
    const prometheus = knowing('http_server_requests_seconds', [
      [{ unit: 'stable-1', counts: 'http_server_requests_seconds_count', status: '200' }, '1'],
    ]);
    await prometheus.read();
    const before = prometheus.asked.length;
    expect((await prometheus.read())[0]).toMatchObject({
      pod: 'canary-1',
      answers: null,
      text: expect.stringContaining('no series of it'),
    });
    expect(prometheus.asked.length).toBe(before + 1);
  });
});

test('counters as they were are asked for in every part of a query, and as they are in none', async () => {
  const prometheus = knowing('http_requests_total', [[{ unit: 'stable-1', counts: 'http_requests_total', code: '200' }, '90']]);
  await prometheus.read();
  await prometheus.readBefore(300);
  const [now = '', before = ''] = prometheus.asked;
  expect(now).not.toContain('offset');
  expect(before.replaceAll(' offset 300s', '')).toBe(now);
  expect(before.match(/\{[^}]*\}( offset 300s)?/g)?.every(selector => selector.endsWith(' offset 300s'))).toBe(true);
});

describe('no number is no success, and says which kind of none', () => {
  const readings = async (answer: () => Promise<string>) => (await prometheusMetrics(answer).read(both)).map(one => ({ ...one }));

  test.each([
    ['nothing is known', async () => nothing, 'no known request counter'],
    ['it refuses', async () => '{"status":"error","errorType":"bad_data","error":"parse error"}', 'refused the query: parse error'],
    ['a login page answers', async () => '<html>', 'not JSON'],
    ['the answer is a matrix', async () => '{"status":"success","data":{"resultType":"matrix","result":[]}}', 'matrix'],
    [
      'it is down',
      () => Promise.reject(new RolloutError('UNREACHABLE', 'http://p:9090 refuses the connection', '')),
      'refuses the connection',
    ],
    [
      'it is NaN',
      async () => vector(['canary-1', 'stable-1'].map(unit => [{ unit, counts: 'http_requests_total', code: '200' }, 'NaN'] as const)),
      'NaN',
    ],
  ])('%s', async (_, answer, words) => {
    expect(await readings(answer)).toEqual(
      ['canary-1', 'stable-1'].map(pod => expect.objectContaining({ pod, answers: null, text: expect.stringContaining(words) })),
    );
  });

  test('a scalar is a number, and infinity is one too', () => {
    const scalar = (value: string) => answered(JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, value] } }));
    expect(scalar('2.5')).toEqual({ series: [{ labels: new Map(), value: 2.5 }] });
    expect(scalar('+Inf')).toEqual({ series: [{ labels: new Map(), value: Number.POSITIVE_INFINITY }] });
  });
});

describe('a query', () => {
  test('gets names as they are, not as patterns, and nobody’s inherited ones', () => {
    expect(anyOf(['web.v1-a', 'b'])).toBe('web\\\\.v1-a|b');
    expect(anyOf([])).toBe('^$');
    expect(filled('x{pod=~"{{ pods }}"} {{toString}}', { pods: 'a|b' })).toBe('x{pod=~"a|b"} {{toString}}');
  });
});

describe('Prometheus is asked', () => {
  const asked: AskedPrometheus = {
    at: { url: 'https://p.example/prom' },
    token: null,
    login: null,
    headers: [['X-Scope-OrgID', 'shop']],
    ca: null,
    certificate: null,
    key: null,
  };
  const seen = async (more: Partial<AskedPrometheus>, reply = { status: 200, body: '{}' }) => {
    const calls: unknown[] = [];
    const ask = prometheusBy(
      { ...asked, ...more },
      {
        ask: async (address, headers) => {
          calls.push([address, headers]);
          return reply;
        },
        page: async (path, headers) => {
          calls.push([path, headers]);
          return reply.body;
        },
      },
    );
    await ask('/api/v1/query?query=up');
    return calls[0];
  };

  test('at its address with its login and its tenant', async () => {
    expect(await seen({ token: 'abc' })).toEqual([
      'https://p.example/prom/api/v1/query?query=up',
      { authorization: 'Bearer abc', 'X-Scope-OrgID': 'shop' },
    ]);
    expect(headersOf({ ...asked, login: 'me:secret' }).authorization).toBe('Basic bWU6c2VjcmV0');
  });

  test('or through the API server as a Service', async () => {
    const service = { namespace: 'monitoring', scheme: 'https', name: 'prometheus', port: '9090', path: '/p' } as const;
    expect(await seen({ at: { service } })).toEqual([
      '/api/v1/namespaces/monitoring/services/https:prometheus:9090/proxy/p/api/v1/query?query=up',
      { 'X-Scope-OrgID': 'shop' },
    ]);
  });

  test.each([
    [401, '', 'does not accept the login'],
    [403, '{}', 'does not let this login read'],
    [302, '', 'redirects (302)'],
    [404, 'not found', 'has no Prometheus API'],
    [503, 'bad gateway', 'status 503'],
  ])('and status %s has words of its own', async (status, body, words) => {
    await expect(seen({}, { status, body })).rejects.toThrow(words);
  });

  test('whose own words are in the body, it says them itself', async () => {
    expect(await seen({}, { status: 400, body: '{"status":"error","error":"parse error"}' })).toBeDefined();
  });
});
