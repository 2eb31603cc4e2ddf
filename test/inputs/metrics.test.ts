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
