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
