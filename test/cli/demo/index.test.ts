import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Ended, runBundle } from '../../bundle.ts';

describe('the demo', () => {
  let ended: Ended;
  beforeAll(async () => {
    ended = await runBundle('cli', { args: ['demo', '--fast'] });
  });

  test('loses no request and measures every share near what was asked', () => {
    expect([ended.code, ended.err]).toEqual([0, '']);
    expect(ended.out).toMatch(/^Requests lost: 0 of [\d,]{5,}\.$/m);
    expect(ended.out.match(/within 3 standard deviations/g)).toHaveLength(2);
  });

  test('finds a version that fails a fifth of its requests by itself, and rejects it', () => {
    const [, verdict, percent] = /judged by its own requests: errors: (\w+); canary ([\d.]+) %/.exec(ended.out) ?? [];
    expect(verdict).toBe('fail');
    expect(Number(percent)).toBeGreaterThan(5);
    expect(Number(percent)).toBeLessThan(40);
    expect(ended.out).toMatch(/judged by[\s\S]*remove Deployment default\/web-canary/);
  });

  test('ends with the three commands for a cluster of one’s own', () => {
    expect(ended.out.match(/(?<=npx kubernetes-rollout )\w+/g)).toEqual(['deploy', 'promote', 'reject']);
  });

  test('writes plain lines where it is not a terminal', () => {
    expect(ended.text).not.toContain('\u001b');
  });

  test('says of a Ctrl-C what is true of a demo: its cluster goes with it', async () => {
    const { code, err } = await runBundle('cli', { args: ['demo', '--fast'], interruptedAt: 'compare the share' });
    expect([code, err]).toEqual([
      130,
      expect.stringMatching(/^Stopping the demo\.\n(?:.*\n)?The demo was stopped\..*nothing to clean up\.\n$/),
    ]);
    expect(err).not.toMatch(/reject|INTERRUPTED/);
  });

  test('takes no input of an action', async () => {
    const { code, err } = await runBundle('cli', { args: ['demo', '--percentage', '5'] });
    expect([code, err]).toEqual([1, 'Error: --percentage is not an option of demo; see kubernetes-rollout demo --help\n']);
  });
});
