import { describe, expect, test } from '@jest/globals';
import { ailments, goneOf, goneText, type WatchedPod } from '../../src/analysis/health.ts';
import { aPod, type PodBuilder } from '../build/pod.ts';

const fresh = (pod: PodBuilder): WatchedPod => ({ pod: pod.build(), isCanary: true });
const old = (pod: PodBuilder): WatchedPod => ({ pod: pod.build(), isCanary: false });

const well = [fresh(aPod('canary-1')), old(aPod('web-1'))];

describe('pods of the new version', () => {
  test('are well where they live as those of the old one do', () => {
    expect(ailments(well, well, true)).toEqual([]);
    const both = [fresh(aPod('canary-1').notReady()), old(aPod('web-1').notReady())];
    expect(ailments(well, both, false)).toEqual([]);
  });

  test('that are not ready any more, or never were since the watch began, are told', () => {
    const lost = [fresh(aPod('canary-1').notReady()), old(aPod('web-1'))];
    expect(ailments(well, lost, false)).toEqual(['canary-1 is not ready any more']);
    expect(ailments(lost, lost, false)).toEqual(['canary-1 is not ready']);
  });

  test('that came on the way have until the last look to get ready', () => {
    const replaced = [fresh(aPod('canary-2').starting()), old(aPod('web-1'))];
    expect(ailments(well, replaced, false)).toEqual([]);
    expect(ailments(well, replaced, true)).toEqual(['canary-2 is not ready']);
  });

  test('that were restarted are told with the reason', () => {
    const lastState = { terminated: { reason: 'OOMKilled', exitCode: 137 } };
    const killed = [fresh(aPod('canary-1').container({ restartCount: 1, lastState })), old(aPod('web-1'))];
    expect(ailments(well, killed, false)).toEqual(['canary-1 restarted once (OOMKilled, exit code 137)']);
  });

  test('are gone where nothing came in their place', () => {
    const three = ['canary-1', 'canary-2', 'canary-3'].map(name => fresh(aPod(name)));
    expect(goneOf(three, [fresh(aPod('canary-4')), ...three.slice(1)])).toBe(0);
    expect(goneText(goneOf(three, three.slice(1)))).toBe('1 pod of the new version is gone');
    expect(goneText(goneOf(three, [old(aPod('web-1'))]))).toBe('no pod of the new version is left');
    expect(goneOf([], [])).toBe('all');
  });
});
