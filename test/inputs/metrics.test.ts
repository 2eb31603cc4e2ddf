import { describe, expect, test } from '@jest/globals';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';

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
    [{ 'prometheus-token': 'abcdef' }, /prometheus is not given/],
    [{ prometheus: 'http://p', 'prometheus-token': 'abcdef', 'prometheus-login': 'a:b' }, /leave one of them out/],
    [{ prometheus: 'http://p', 'prometheus-login': 'secret' }, /give user:password/],
    [{ prometheus: 'http://p', 'prometheus-certificate': 'a.pem' }, /it needs prometheus-key/],
    [{ prometheus: 'service:a/b:1', 'prometheus-token': 'abcdef' }, /does not hand it on/],
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
    ['GET /x', 'line 1: "" is no status'],
    ['GET /x 99', 'line 1: "99"'],
    ['GET /x 200 json items', 'json items'],
    ['GET /x 200 within 500', 'within 500'],
    ['GET /x 200 within 31s', 'within 31s'],
    ['GET /x 200 port', 'write the name or the number of a port'],
    ['GET /x 200 header Authorization=x', 'is not handed on'],
    ['GET /x 200 header Impersonate-User=admin', 'is not handed on'],
    ['GET /x 200 soon', '"soon" is none of json, within, port, header'],
    [Array.from({ length: 21 }, () => 'GET /x 200').join('\n'), 'at most 20 lines'],
  ])('that cannot be asked are faults with their line: %s', (probe, why) => {
    expect(() => inputs({ probe })).toThrow(why);
  });
});
