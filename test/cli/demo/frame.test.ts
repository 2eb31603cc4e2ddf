import { describe, expect, test } from '@jest/globals';
import { frame, frameColumns } from '../../../cli/demo/frame.ts';
import type { Scene } from '../../../cli/demo/scene.ts';

const empty: Scene = {
  acts: [{ title: 'deploy', state: 'now', note: '' }],
  step: '',
  asked: {},
  measured: {},
  pods: {},
  tallies: {},
  sent: 0,
  lost: 0,
};
const full: Scene = {
  ...empty,
  step: 'a step whose words are longer than any terminal of eighty columns could show them in one line, so that they are cut',
  asked: { stable: 80, baseline: 10, canary: 10 },
  measured: { stable: 79.8, baseline: 10.1, canary: 10.1 },
  pods: { canary: { images: ['demo/web:v3-err20'], ready: 1, all: 2 } },
  tallies: { canary: { requests: 1234, errors: 250 } },
  sent: 12_345,
  lost: 7,
};

describe('a frame of the demo', () => {
  test('has as many lines at every moment, so that it can be drawn over the one before', () => {
    expect(frame(full, false)).toHaveLength(frame(empty, false).length);
  });

  test('is never wider than the terminal has to be', () => {
    expect(Math.max(...frame(full, false).map(line => line.length))).toBeLessThan(frameColumns);
  });

  test('shows the asked and the measured split as bars of one length', () => {
    const bars = frame(full, false).flatMap(line => /[█▓░]{5,}/.exec(line)?.[0] ?? []);
    expect(bars.map(bar => bar.length)).toEqual([44, 44]);
    expect(bars[0]).toMatch(/^█{35}▓{5}░{4}$/);
  });

  test('shows image, pods, requests and errors of a variant, and what was lost', () => {
    const text = frame(full, false).join('\n');
    expect(text).toMatch(/canary +v3-err20 +1 of 2 +1,234 +20\.3 %/);
    expect(text).toContain('12,345 requests in all, 7 lost');
  });

  test('has colour only where it is wanted', () => {
    expect(frame(full, false).join('')).not.toContain('\u001b');
    expect(frame(full, true).join('')).toContain('\u001b[31m7 lost');
  });
});
