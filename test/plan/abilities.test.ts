import { describe, expect, test } from '@jest/globals';
import { RolloutError } from '../../src/errors.ts';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';
import type { Live } from '../../src/model/live.ts';
import { refuseInability } from '../../src/plan/refusals/abilities.ts';
import { routers } from '../../src/routers/index.ts';

const SMI: Live['versions'] = { 'split.smi-spec.io/TrafficSplit': ['v1alpha4'] };
const GATEWAY: Live['versions'] = { 'gateway.networking.k8s.io/HTTPRoute': ['v1'] };
const shadow: RawInputs = { strategy: 'shadow', 'traffic-split-method': 'goreplay' };
const script: RawInputs = { strategy: 'canary', percentage: '20', 'traffic-split-method': 'script', script: './set.sh' };

/** What a deploy is told, on a cluster that serves these kinds; null when it goes on. */
function refusal(raw: RawInputs, versions: Live['versions'] = {}, hasShadows = false): RolloutError | null {
  const { inputs } = parseInputs({ action: 'deploy', manifests: '.', ...raw }, 'github');
  const chosen = inputs.router.flatMap(name => routers[name] ?? []);
  try {
    refuseInability(inputs, chosen, { versions, hasShadows });
    return null;
  } catch (error) {
    if (error instanceof RolloutError) return error;
    throw error;
  }
}

describe('goreplay', () => {
  test('restarts pods of the running version only where that is allowed', () => {
    expect(refusal(shadow)).toMatchObject({ code: 'UNSUPPORTED', hint: expect.stringContaining('allow-restart: true') });
    expect(refusal({ ...shadow, 'allow-restart': 'true' })).toBe(null);
  });

  test('moves no request, so it serves no strategy that would', () => {
    const switched = { strategy: 'blue-green', percentage: '100', 'traffic-split-method': 'goreplay', 'allow-restart': 'true' };
    expect(refusal(switched)?.message).toContain('cannot serve strategy blue-green');
  });
});

describe('a second version that gets copies', () => {
  test('needs a router that copies to several, which a first one does not', () => {
    const asked = { strategy: 'shadow', 'traffic-split-method': 'nginx' };
    expect(refusal(asked)).toBe(null);
    expect(refusal(asked, {}, true)?.message).toContain('nginx cannot mirror requests to several versions');
    expect(refusal({ ...asked, 'traffic-split-method': 'gateway-api' }, GATEWAY, true)).toBe(null);
  });

  test('is set by a script that was declared to', () => {
    const asked = { ...script, strategy: 'shadow', percentage: '', 'script-can': 'mirror' };
    expect(refusal(asked, {}, true)?.message).toContain('script cannot mirror requests to several versions');
    expect(refusal({ ...asked, 'script-can': 'mirror,mirror-several' }, {}, true)).toBe(null);
  });
});

describe('a script', () => {
  test('can what its user says that it can', () => {
    expect(refusal(script)?.message).toContain('cannot give a baseline a share');
    expect(refusal({ ...script, 'script-can': 'weight, baseline' })).toBe(null);
    expect(refusal({ ...script, baseline: 'false' })).toBe(null);
  });

  test('is offered as a way only where it is given', () => {
    const asked = { strategy: 'shadow', 'traffic-split-method': 'smi' };
    const declared = { ...asked, script: './set.sh', 'script-can': 'mirror' };
    expect(refusal(asked, SMI)?.hint).not.toContain('script');
    expect(refusal(declared, SMI)?.hint).toContain('script');
  });
});

test.each([
  ['to keep a user on', { affinity: 'cookie' }],
  ['to give testers', { match: 'header x-canary=always' }],
  ['to give testers of a dark launch', { match: 'cookie beta=1', percentage: '0' }],
])('a baseline behind the canary’s Service is no version %s', (_, more) => {
  const asked = { strategy: 'canary', percentage: '20', 'traffic-split-method': 'nginx', ...more };
  expect(refusal(asked)?.message).toContain('beside a baseline');
  expect(refusal({ ...asked, baseline: 'false' })).toBe(null);
});

test('what several routers cannot is said of all of them at once', () => {
  const message = refusal({ ...script, 'traffic-split-method': 'smi,service', match: 'header a=b' }, SMI)?.message ?? '';
  expect(message).toContain('smi cannot match requests beside a share of all others');
  expect(message).toContain('service cannot split requests by weights');
});
