import { describe, expect, test } from '@jest/globals';
import { virtualClock } from '../../src/simulation/clock.ts';

describe('the virtual clock', () => {
  test('runs what falls due in order, and what that adds', async () => {
    const clock = virtualClock(0);
    const seen: string[] = [];
    clock.after(20, () => seen.push(`b ${clock.now()}`));
    clock.after(10, () => {
      seen.push(`a ${clock.now()}`);
      clock.after(5, () => seen.push(`c ${clock.now()}`));
    });
    clock.after(50, () => seen.push('late'));
    await clock.advance(30);
    expect(seen).toEqual(['a 10', 'c 15', 'b 20']);
    expect(clock.now()).toBe(30);
  });

  test('does not run what was taken back', async () => {
    const clock = virtualClock(0);
    let ran = false;
    clock.after(10, () => {
      ran = true;
    })();
    await clock.advance(20);
    expect(ran).toBe(false);
  });

  test('passes an hour in an instant when it runs by itself', async () => {
    const clock = virtualClock(0);
    const stop = clock.run(3_600_000);
    const began = Date.now();
    await new Promise<void>(resolve => clock.after(3_600_000, resolve));
    stop();
    expect(clock.now()).toBe(3_600_000);
    expect(Date.now() - began).toBeLessThan(5000);
  });

  test('never jumps further than the horizon', async () => {
    const clock = virtualClock(0);
    const stop = clock.run(1000);
    await new Promise<void>(resolve => clock.after(900, resolve));
    clock.after(5000, () => expect(true).toBe(false));
    await new Promise(resolve => setTimeout(resolve, 50));
    stop();
    expect(clock.now()).toBe(900);
  });

  test('stands still while something is at work', async () => {
    const clock = virtualClock(0);
    const stop = clock.run();
    const release = clock.hold();
    const due = new Promise<void>(resolve => clock.after(10, resolve));
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(clock.now()).toBe(0);
    release();
    await due;
    stop();
    expect(clock.now()).toBe(10);
  });
});
