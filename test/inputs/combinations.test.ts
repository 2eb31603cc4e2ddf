import { describe, expect, test } from '@jest/globals';
import { canary, deploy, faults, inputs, warnings } from './parsed.ts';

const ab = { ...deploy, strategy: 'ab', match: 'header x-beta=always' };

describe('a canary that walks', () => {
  test('has steps instead of a percentage, and ends at the last', () => {
    expect(inputs({ ...canary, percentage: '', steps: '5, 12.5;25%\n50', interval: '2m' })).toMatchObject({
      steps: [5, 12.5, 25, 50],
      percentage: 50,
      intervalSeconds: 120,
    });
  });

  test('does not take both', () => {
    expect(faults({ ...canary, steps: '5,10' })).toEqual([expect.stringMatching(/^percentage: steps is given too/)]);
  });

  test.each(['5,abc', '101', '5,-1', '1.25', ','])('does not take the steps "%s"', steps => {
    expect(faults({ ...canary, percentage: '', steps })).toEqual([expect.stringMatching(/^steps: .*5,10,25$/)]);
  });

  test('does not go down', () => {
    expect(faults({ ...canary, percentage: '', steps: '20,10' })).toEqual(['steps: 10 comes after 20; the percentages must increase']);
    expect(faults({ ...canary, percentage: '', steps: '5,20,20,100' })).toEqual([]);
  });

  test('is told that it walks through where nothing holds it', () => {
    const told = warnings({ ...canary, percentage: '', steps: '5,10' });
    expect(told).toEqual(['steps has no interval: the steps follow each other without a pause.']);
    expect(warnings({ ...canary, percentage: '', steps: '5,10', interval: '0' })).toEqual([]);
    expect(warnings({ ...canary, percentage: '', steps: '5' })).toEqual([]);
  });

  test('by pods never stands at 0', () => {
    const byPods = { ...canary, 'traffic-split-method': 'pod', percentage: '' };
    expect(faults({ ...byPods, steps: '0,25' })).toEqual([expect.stringMatching(/^steps: a canary by pods/)]);
    expect(faults({ ...byPods, steps: '5,x' })).toEqual([expect.stringMatching(/^steps: "5,x"/)]);
    expect(faults({ ...byPods, steps: '25,50' })).toEqual([]);
  });

  test('is told when the interval separates nothing', () => {
    expect(warnings({ ...canary, interval: '2m' })).toEqual(['interval has no effect without steps.']);
    expect(warnings({ ...canary, percentage: '', steps: '5,10', interval: '2m' })).toEqual([]);
  });
});

describe('what belongs to another strategy is a fault', () => {
  test.each([
    ['steps', '5,10', { ...ab }],
    ['match', 'cookie beta=1', { ...deploy, strategy: 'blue-green' }],
    ['match', 'cookie beta=1', { ...deploy, strategy: 'shadow' }],
    ['mirror-percentage', '50', { ...canary }],
    ['surge', '1', { ...canary }],
    ['unavailable', '25%', { ...deploy, strategy: 'recreate' }],
  ])('%s: %s with %o', (name, value, raw) => {
    expect(faults({ ...raw, [name]: value })).toEqual([expect.stringMatching(`^${name}: only strategy .* takes it, not ${raw.strategy}$`)]);
  });

  test('only for a deploy: promote and reject may be the same step with another action', () => {
    expect(faults({ ...canary, action: 'promote', 'mirror-percentage': '50', steps: '10,50' })).toEqual([]);
  });
});

describe('affinity', () => {
  test.each([
    ['ab', /the header or cookie of a request decides which version it gets$/],
    ['blue-green', /all users get one version$/],
    ['shadow', /all users get one version$/],
    ['recreate', /all users get one version$/],
    ['none', /all users get one version$/],
  ])('is nothing that %s could keep to', (strategy, why) => {
    const match = strategy === 'ab' ? { match: 'header x-beta=always' } : {};
    expect(faults({ ...deploy, strategy, ...match, affinity: 'cookie' })).toEqual([expect.stringMatching(why)]);
    expect(faults({ ...deploy, strategy, ...match, affinity: 'none' })).toEqual([]);
  });

  test('keeps users of a canary, and is not looked at by promote', () => {
    expect(inputs({ ...canary, affinity: 'cookie' }).affinity).toBe('cookie');
    expect(faults({ ...deploy, action: 'promote', strategy: 'blue-green', affinity: 'cookie' })).toEqual([]);
  });
});

describe('A/B', () => {
  test('needs to know whom', () => {
    expect(faults({ ...ab, match: '' })).toEqual([expect.stringMatching(/^match: strategy ab needs it/)]);
    expect(faults({ ...ab, match: 'beta' })).toEqual([expect.stringMatching(/^match: "beta" is not allowed/)]);
  });

  test('needs no percentage, by whichever match', () => {
    expect(inputs(ab)).toMatchObject({ match: [{ kind: 'header', name: 'x-beta' }], baseline: false });
    expect(warnings(ab)).toEqual([]);
  });

  test('gives no share by a percentage, and says what it does instead', () => {
    const gives = 'percentage gives no share with strategy ab: it sizes the new version, and match says who gets it.';
    expect(warnings({ ...ab, percentage: '20' })).toEqual([gives]);
    const idle = 'percentage has no effect with strategy ab and baseline-and-canary-replicas.';
    expect(warnings({ ...ab, percentage: '20', 'baseline-and-canary-replicas': '2' })).toEqual([idle]);
  });

  test('may stand beside a weight in a canary, and then 0 % is meant', () => {
    expect(warnings({ ...canary, percentage: '', match: 'cookie beta=1' })).toEqual([]);
    expect(inputs({ ...canary, match: 'cookie beta=1' })).toMatchObject({ percentage: 20, match: [{ kind: 'cookie' }] });
  });
});

describe('blue-green', () => {
  test.each(['', '0', '100'])('takes "%s" percent', percentage => {
    expect(inputs({ ...deploy, strategy: 'blue-green', percentage })).toMatchObject({ percentage: Number(percentage), baseline: false });
  });

  test('takes nothing between', () => {
    expect(faults({ ...deploy, strategy: 'blue-green', percentage: '50' })).toEqual([expect.stringMatching(/0 \(standing by\) or 100/)]);
  });

  test('waits at promote', () => {
    expect(inputs({ ...deploy, action: 'promote', 'switch-delay': '10m' }).switchDelaySeconds).toBe(600);
  });
});

describe('shadow', () => {
  test('copies everything unless told otherwise', () => {
    expect(inputs({ ...deploy, strategy: 'shadow' })).toMatchObject({ mirrorPercentage: 100, percentage: null });
    expect(inputs({ ...deploy, strategy: 'shadow', 'mirror-percentage': '0' }).mirrorPercentage).toBe(0);
  });

  test('takes a name for the version, which no other strategy does', () => {
    expect(inputs({ ...deploy, strategy: 'shadow', 'variant-name': 'v3' }).variantName).toBe('v3');
    expect(faults({ ...canary, 'variant-name': 'v3' })).toEqual([expect.stringMatching(/^variant-name: only strategy shadow takes it/)]);
  });

  test.each([
    ['stable', /mean something else/],
    ['V3', /lower-case/],
    ['a-name-that-is-too-long', /at most 20/],
    ['3', /a letter first/],
  ])('a version is not called %s', (name, why) => {
    expect(faults({ ...deploy, strategy: 'shadow', 'variant-name': name })).toEqual([expect.stringMatching(why)]);
  });

  test('says that a percentage is not what it takes', () => {
    expect(warnings({ ...deploy, strategy: 'shadow', percentage: '20' })).toEqual(['percentage has no effect with strategy shadow.']);
  });
});

describe('what pods cannot do', () => {
  test.each(['blue-green', 'ab', 'shadow'])('strategy %s is refused, with the methods that can', strategy => {
    const match = strategy === 'ab' ? { match: 'cookie beta=1' } : {};
    const [fault = '', ...others] = faults({ ...deploy, 'traffic-split-method': '', strategy, ...match });
    expect(others).toEqual([]);
    expect(fault).toMatch(/^traffic-split-method: strategy .* does not work with pod counts/);
    expect(fault).toContain('gateway-api');
    expect(fault.includes('smi')).toBe(strategy !== 'shadow');
  });

  test.each([
    ['blue-green', {}, ['service', 'smi'], ['goreplay']],
    ['ab', { match: 'header x-beta=always' }, ['smi'], ['service', 'goreplay']],
    ['shadow', {}, ['goreplay', 'nginx'], ['smi', 'service']],
    ['shadow', { 'mirror-percentage': '10' }, ['goreplay'], ['nginx']],
  ])('%s with %p names %p and not %p', (strategy, more, able, others) => {
    const [fault = ''] = faults({ ...deploy, 'traffic-split-method': 'pod', strategy, ...more });
    const named = (/has them: ([a-z, -]+)/.exec(fault)?.[1] ?? '').split(', ');
    expect([able.filter(name => !named.includes(name)), others.filter(name => named.includes(name))]).toEqual([[], []]);
  });

  test('none and recreate need no method at all', () => {
    expect(faults({ ...deploy, 'traffic-split-method': '', strategy: 'recreate' })).toEqual([]);
    expect(inputs({ ...deploy, strategy: 'recreate', percentage: '20' }).percentage).toBeNull();
  });

  test('constant pods are for pods', () => {
    expect(warnings({ ...canary, pods: 'constant' })).toEqual([expect.stringMatching(/^pods has no effect with gateway-api/)]);
    expect(inputs({ ...canary, 'traffic-split-method': 'pod', pods: 'constant' }).pods).toBe('constant');
  });
});

describe('the traffic split method', () => {
  test('may be several, each once', () => {
    expect(inputs({ ...canary, 'traffic-split-method': 'Gateway-API, smi,smi' }).router).toEqual(['gateway-api', 'smi']);
  });

  test('may be left to the cluster', () => {
    expect(inputs({ ...canary, 'traffic-split-method': 'auto' }).router).toEqual(['auto']);
  });

  test.each(['pod,smi', 'smi,auto'])('%s is none, for every action', method => {
    expect(faults({ ...canary, 'traffic-split-method': method })).toEqual([expect.stringContaining('stands alone')]);
    expect(faults({ ...canary, action: 'promote', 'traffic-split-method': method })).toHaveLength(1);
  });

  test.each(['smi,ngnix', 'ngnix', ','])('%s is none', method => {
    expect(faults({ ...canary, 'traffic-split-method': method })).toEqual([expect.stringMatching(/ is not allowed; allowed: pod, smi, /)]);
  });
});

describe('a rolling deploy', () => {
  test.each(['none', 'basic', 'rolling', 'ramped'])('is called %s', strategy => {
    expect(inputs({ ...deploy, strategy, surge: '25%', unavailable: '0' })).toMatchObject({
      strategy: 'none',
      surge: '25%',
      unavailable: '0',
    });
  });

  test('moves', () => {
    expect(faults({ ...deploy, strategy: 'rolling', surge: '0%', unavailable: '0' })).toEqual([expect.stringMatching(/^surge: /)]);
    expect(faults({ ...deploy, strategy: 'rolling', surge: '150%', unavailable: 'half' })).toHaveLength(2);
  });
});

describe('kayenta as a judge', () => {
  const byRanks = { ...canary, judge: 'kayenta', metrics: 'errors' };

  test('needs a fresh baseline and points enough', () => {
    expect(inputs(byRanks)).toMatchObject({ judge: 'kayenta', soakSeconds: 300 });
    expect(faults({ ...byRanks, baseline: 'false' })).toEqual([expect.stringMatching(/^judge: kayenta compares .* fresh baseline/)]);
    expect(faults({ ...byRanks, strategy: 'blue-green', percentage: '0' })).toEqual([expect.stringMatching(/^judge: .* strategy canary/)]);
    expect(faults({ ...byRanks, soak: '59s' })).toEqual([expect.stringMatching(/^judge: .* set soak to at least 1m/)]);
    expect(faults({ ...byRanks, action: 'analyze', strategy: '', percentage: '', soak: '1m' })).toEqual([]);
  });

  test('is told where it has nothing to compare', () => {
    expect(warnings({ ...byRanks, metrics: '', soak: '10s' })).toEqual(['judge has no effect where nothing is compared.']);
    const bounded = { metrics: 'q = up max 1', prometheus: 'http://p' };
    expect(warnings({ ...byRanks, ...bounded })).toEqual(['judge has no effect where nothing is compared.']);
  });
});

describe('a script as a router', () => {
  const promote = { action: 'promote', 'traffic-split-method': 'script' };

  test('is given to every action that names the method', () => {
    expect(faults({ ...canary, 'traffic-split-method': 'gateway-api,script' })).toEqual([expect.stringMatching(/^script: .*needs it/)]);
    expect(faults(promote)).toEqual([expect.stringMatching(/^script: /)]);
    expect(faults({ ...promote, script: './set.sh' })).toEqual([]);
  });

  test('splits by weights unless more is declared', () => {
    expect(inputs({ ...canary, script: './set.sh' }).scriptCan).toEqual(['weight']);
    expect(inputs({ ...canary, script: './set.sh', 'script-can': 'Header; weight' }).scriptCan).toEqual(['weight', 'header']);
    expect(faults({ ...canary, 'script-can': 'magic' })).toEqual([expect.stringMatching(/^script-can: "magic" is not allowed/)]);
  });
});
