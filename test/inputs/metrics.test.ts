import { describe, expect, test } from '@jest/globals';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';
import { faults } from './parsed.ts';

const deploy: RawInputs = { action: 'deploy', strategy: 'canary', percentage: '10', manifests: 'web.yaml' };
const inputs = (more: RawInputs) => parseInputs({ ...deploy, ...more }, 'github').inputs;

describe('metrics', () => {
  test('stand a line each, with a tolerance where one is given', () => {
    expect(inputs({ metrics: 'errors\nlatency tolerance=10%' }).metrics).toEqual([
      { metric: 'errors', tolerance: 0.01 },
      { metric: 'latency', tolerance: 0.1 },
    ]);
  });

  test('without a soak stand for five minutes, and a soak without metrics stands for itself', () => {
    expect(inputs({ metrics: 'errors' })).toMatchObject({ soakSeconds: 300, soakLimitSeconds: 900 });
    expect(inputs({ soak: '2m' })).toMatchObject({ soakSeconds: 120, metrics: [], soakLimitSeconds: 360 });
    expect(inputs({})).toMatchObject({ soakSeconds: 0, metrics: [] });
  });

  test.each(['errrs', 'errors tolerance=5', 'errors tolerance=100%', 'errors\nerrors', 'sum(up) > 1'])(
    'that cannot be right are faults: %s',
    metrics => {
      expect(() => inputs({ metrics })).toThrow(/metrics: /);
    },
  );

  test('a path of JSON that begins with a list or a quoted name is no macro, and an expression of Azure is one', () => {
    const watched = (metrics: string) => faults({ ...deploy, soak: '1m', metrics });
    const of = (path: string) => `load = web https://metrics.example/load json ${path} max 5`;
    expect([of('$[0].value'), of('$[-1][0]'), of('$["a.b"]["c d"].e')].flatMap(watched)).toEqual([]);
    expect(faults({ ...deploy, soak: '1m', probe: 'GET /healthz 200 json $[0].name' })).toEqual([]);
    expect(watched(of("$[variables['path']]"))).toEqual([expect.stringContaining('was not expanded')]);
  });
});

describe('prometheus', () => {
  const at = (prometheus: string) => inputs({ metrics: 'errors', prometheus }).prometheus?.at;

  test('is an address, or a Service behind the API server', () => {
    expect(at('https://p.example/prom/')).toEqual({ url: 'https://p.example/prom' });
    expect(at('http://p:9090/api/v1/query')).toEqual({ url: 'http://p:9090' });
    expect(at('service:monitoring/https:thanos-query:http/x')).toEqual({
      service: { namespace: 'monitoring', scheme: 'https', name: 'thanos-query', port: 'http', path: '/x' },
    });
  });

  test.each([
    'prometheus:9090',
    'ftp://p',
    'https://u:secret@p',
    'https://p?x=1',
    'service:prometheus:9090',
    'service:a/b:9090/../secrets',
  ])('that cannot be asked is a fault: %s', prometheus => {
    expect(() => at(prometheus)).toThrow(/prometheus: /);
  });

  test.each([
    [{ 'prometheus-token': 'abcdef' }, /prometheus is not set/],
    [{ prometheus: 'http://p', 'prometheus-token': 'abcdef', 'prometheus-login': 'a:b' }, /leave one of them out/],
    [{ prometheus: 'http://p', 'prometheus-login': 'secret' }, /give user:password/],
    [{ prometheus: 'http://p', 'prometheus-certificate': 'a.pem' }, /it also needs prometheus-key/],
    [{ prometheus: 'service:a/b:1', 'prometheus-token': 'abcdef' }, /does not pass it on/],
    [{ prometheus: 'http://p', 'prometheus-headers': 'X-Scope-OrgID: shop\nsecret-without-colon' }, /line 2 is no header/],
  ])('with a login that cannot work is a fault, and no secret is told', (more, words) => {
    expect(() => inputs({ metrics: 'errors', ...more })).toThrow(words);
    expect(() => inputs({ metrics: 'errors', ...more })).not.toThrow(/secret|abcdef/);
  });
});

describe('questions to the new pods', () => {
  test('are a line each, with what the answer must hold and how long it may take', () => {
    const { probes } = inputs({
      probe: 'GET /healthz 200\n\nget /api/products?all=1 200 json $.items[0].name=tea within 1.5s port admin header X-Tenant=a',
    });
    expect(probes).toMatchObject([
      { line: 1, path: '/healthz', status: 200, json: null, withinMilliseconds: null, port: null, headers: {} },
      {
        line: 3,
        path: '/api/products?all=1',
        json: { path: ['items', 0, 'name'], equals: 'tea' },
        withinMilliseconds: 1500,
        port: 'admin',
        headers: { 'x-tenant': 'a' },
      },
    ]);
    expect(probes[1]?.text).not.toContain('X-Tenant=a');
  });

  test.each([
    ['POST /x 200', 'line 1: "POST"'],
    ['GET /ok 200\nGET healthz 200', 'line 2: "healthz"'],
    ['GET /../secrets 200', 'line 1: "/../secrets"'],
    ['GET /x', 'line 1: the status is missing'],
    ['GET /x ok', 'line 1: "ok" is not a status'],
    ['GET /x 99', 'line 1: "99"'],
    ['GET /x 200 json items', 'json items'],
    ['GET /x 200 within 500', 'within 500'],
    ['GET /x 200 within 31s', 'within 31s'],
    ['GET /x 200 port', 'write the name or the number of a port'],
    ['GET /x 200 header Authorization=x', 'are not passed on'],
    ['GET /x 200 header Impersonate-User=admin', 'are not passed on'],
    ['GET /x 200 soon', '"soon" is none of json, within, port, header'],
    [Array.from({ length: 21 }, () => 'GET /x 200').join('\n'), 'at most 20 lines'],
  ])('that cannot be asked are faults with their line: %s', (probe, why) => {
    expect(() => inputs({ probe })).toThrow(why);
  });
});

describe('a metric of one’s own', () => {
  const own = (line: string) => inputs({ metrics: line, prometheus: 'http://p' }).measures[0];

  test('is a query with a bound, and what stands behind it', () => {
    expect(own('queue = sum(rabbitmq_queue_messages_ready{queue="orders"}) max 1000')).toEqual({
      metric: 'queue',
      from: 'prometheus',
      query: 'sum(rabbitmq_queue_messages_ready{queue="orders"})',
      path: [],
      reads: 'number',
      max: 1000,
      min: null,
      tolerance: 0,
      critical: false,
      direction: 'either',
      intervalSeconds: 10,
      count: null,
      failureLimit: 0,
      inconclusiveLimit: 0,
      errorLimit: 4,
    });
    expect(
      own('a = up min -1e-3 max .5 tolerance=10% interval=1m count=3 failure-limit=-1 inconclusive-limit=2 error-limit=0 critical'),
    ).toMatchObject({
      query: 'up',
      min: -0.001,
      max: 0.5,
      tolerance: 0.1,
      intervalSeconds: 60,
      count: 3,
      failureLimit: -1,
      inconclusiveLimit: 2,
      errorLimit: 0,
      critical: true,
    });
  });

  test.each(['sum(x{pod="a", interval="5m"}) ', 'max(x) == 5', 'max by (pod) (x)', 'x offset 5m', 'a{b="max 3"}'])(
    'keeps what belongs to its query: %s',
    query => {
      expect(own(`a = ${query} max 7`)).toMatchObject({ query: query.trim(), max: 7 });
    },
  );

  test('is an address with the place of its number, or a command', () => {
    expect(own('a = web https://x.example/q?a=b json $.series[-1]["p1"].v max 1')).toMatchObject({
      from: 'web',
      query: 'https://x.example/q?a=b',
      path: ['series', -1, 'p1', 'v'],
    });
    expect(own('a = script ./smoke.sh --fast {{namespace}}')).toMatchObject({
      from: 'script',
      query: './smoke.sh --fast {{namespace}}',
      reads: 'exit-code',
      max: 0,
    });
    expect(own('a = script ./count.sh max 3')).toMatchObject({ reads: 'number', max: 3 });
  });

  test('faults are told together, each with its line', () => {
    const metrics =
      '# ours\nerrors\n\nqueue = sum(x)\nlag = y max ten\n9a = z max 1\nb = z tolerence=5% max 1\nc = x{v="{{pod}}"} max 1\nlatency 5';
    expect(faults({ ...deploy, metrics, prometheus: 'http://p' }).map(text => text.slice(0, 60))).toEqual([
      'metrics: line 4: queue: add max or min at the end, or use {{',
      'metrics: line 5: lag: max takes a number such as 1000 or 0.5',
      'metrics: line 6: "9a" is not a name: use letters, digits, _,',
      'metrics: line 7: b: there is no tolerence; did you mean tole',
      'metrics: line 8: c: {{pod}} is not known; there are {{namesp',
      'metrics: line 9: latency takes tolerance=2% (less than 100 %',
    ]);
  });

  test.each([
    ['a = x max', 'max takes a number'],
    ['a = x max 1 max 2', 'max is given twice'],
    ['a = x min 5 max 1', 'no number satisfies both'],
    ['a = max 1', 'the query is missing'],
    ['health = x max 1', 'always watched'],
    ['errors = x max 1', 'is a built-in metric'],
    ['a = x max 1\na = y max 1', 'a stands there twice'],
    ['a = x max 1 interval=0s', 'at least 1s'],
    ['a = x max 1 direction=increase', 'max and min already imply it'],
    ['a = web ftp://x json $.a max 1', 'web takes an address'],
    ['a = web https://user:secret@x/ max 1', 'web takes an address'],
    ['a = web https://x/ json a.b max 1', 'is not a path'],
  ])('that cannot be right is a fault: %s', (metrics, words) => {
    expect(() => own(metrics)).toThrow(words);
  });

  test('asks nobody where Prometheus is not named, and gives its keys to one server only', () => {
    expect(() => inputs({ metrics: 'a = x max 1' })).toThrow('prometheus does not say where to send it');
    const keys = { 'web-headers': 'DD-API-KEY: verysecret' };
    expect(inputs({ metrics: 'a = web https://x/ max 1', ...keys }).webHeaders).toEqual([['DD-API-KEY', 'verysecret']]);
    expect(() => inputs({ metrics: 'a = web https://x/ max 1\nb = web https://y/ max 1', ...keys })).toThrow(
      'would go to https://x and to https://y',
    );
    expect(() => inputs({ metrics: 'errors', ...keys })).toThrow('no line of metrics uses web');
  });
});

describe('requests whose answers are compared', () => {
  test('are a line each, and stand for a soak', () => {
    expect(inputs({ compare: 'GET /a?b=c\nget /d critical header X-Tenant=secret port admin' })).toMatchObject({
      soakSeconds: 300,
      compares: [
        { line: 1, path: '/a?b=c', port: null, headers: {}, critical: false },
        {
          line: 2,
          text: 'get /d critical header X-Tenant=*** port admin',
          path: '/d',
          port: 'admin',
          headers: { 'x-tenant': 'secret' },
          critical: true,
        },
      ],
    });
  });

  test.each(['POST /a', 'GET a', 'GET /../x', 'GET /a 200', 'GET /a json $.b', 'GET /a within 1s', 'GET /a header Authorization=x'])(
    'are no "%s"',
    compare => {
      expect(faults({ ...deploy, compare })).toEqual([expect.stringMatching(/^compare: lines such as GET .*; line 1: /)]);
    },
  );
});
