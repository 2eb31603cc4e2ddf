import { describe, expect, test } from '@jest/globals';
import { faults, inputs } from './parsed.ts';

const plain = {
  deploy: { action: 'deploy', manifests: 'web.yaml' },
  promote: { action: 'promote' },
  reject: { action: 'reject' },
} as const;

describe('an input that another action reads is checked', () => {
  test.each([
    ['deploy', 'switch-delay', '1e99'],
    ['deploy', 'accept-stable-change', 'perhaps'],
    ['promote', 'percentage', '200'],
    ['promote', 'steps', 'x'],
    ['promote', 'reject-any', '2'],
    ['promote', 'mirror-percentage', 'half'],
    ['promote', 'soak', 'long'],
    ['promote', 'hold', 'long'],
    ['reject', 'hold', '-5m'],
    ['reject', 'switch-delay', '1e99'],
    ['reject', 'percentage', '200'],
  ] as const)('by %s: %s is not %s', (action, name, value) => {
    expect(faults({ ...plain[action], [name]: value })).toEqual([expect.stringContaining(`${name}: "${value}" is not allowed`)]);
  });

  test('and has no effect where its value is right', () => {
    expect(inputs({ ...plain.promote, percentage: '20', steps: '5,20' })).toMatchObject({ percentage: null });
  });
});

test.each([
  ['none', /^hold: only strategy canary and blue-green and ab and shadow takes it, not none$/],
  ['recreate', /^hold: only strategy canary .* takes it, not recreate$/],
])('nobody can be asked about a version that has replaced the old one by strategy %s', (strategy, says) => {
  expect(faults({ ...plain.deploy, strategy, hold: '30m' })).toEqual([expect.stringMatching(says)]);
});

test.each([
  ['deploy', 'metrics', 'errors'],
  ['deploy', 'compare', 'GET / critical'],
  ['analyze', 'metrics', 'latency'],
])('a soak of no time judges nothing, so that %s refuses %s with it', (action, name, value) => {
  const given = { action, manifests: 'web.yaml', ...(action === 'deploy' ? { strategy: 'canary', percentage: '10' } : {}), soak: '0' };
  expect(faults({ ...given, [name]: value })).toEqual([expect.stringMatching(new RegExp(`^soak: 0 watches nothing, so ${name} `))]);
  expect(faults(given)).toEqual([]);
});
