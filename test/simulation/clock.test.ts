import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { virtualClock } from '../../src/simulation/clock.ts';

/** Turns of the event loop: far more than a clock that runs takes before it jumps. */
async function manyTurns(): Promise<void> {
  for (let i = 0; i < 500; i += 1) await turn();
}

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
    await new Promise<void>(resolve => clock.after(3_600_000, resolve));
    stop();
    expect(clock.now()).toBe(3_600_000);
  });

  test('never jumps further than the horizon', async () => {
    const clock = virtualClock(0);
    const stop = clock.run(1000);
    await new Promise<void>(resolve => clock.after(900, resolve));
    clock.after(5000, () => expect(true).toBe(false));
    await manyTurns();
    stop();
    expect(clock.now()).toBe(900);
  });

  test('runs what is done aside on the way to what is waited for, each at its own moment', async () => {
    const clock = virtualClock(0);
    const moments: number[] = [];
    const tick = (): void => {
      moments.push(clock.now());
      clock.aside(20, tick);
    };
    clock.aside(20, tick);
    const stop = clock.run();
    await new Promise<void>(resolve => clock.after(70, resolve));
    expect({ moments, now: clock.now() }).toEqual({ moments: [20, 40, 60], now: 70 });
    stop();
  });

  test('does not run ahead with what is done aside when nothing is waited for', async () => {
    const clock = virtualClock(0);
    let ticks = 0;
    const tick = (): void => {
      ticks += 1;
      clock.aside(1, tick);
    };
    clock.aside(1, tick);
    const stop = clock.run();
    await manyTurns();
    stop();
    expect(ticks).toBeGreaterThan(0);
    expect(clock.now()).toBeLessThan(1000);
  });

  test('stands still while something is at work', async () => {
    const clock = virtualClock(0);
    const stop = clock.run();
    const release = clock.hold();
    const due = new Promise<void>(resolve => clock.after(10, resolve));
    await manyTurns();
    expect(clock.now()).toBe(0);
    release();
    await due;
    stop();
    expect(clock.now()).toBe(10);
  });

  test('stands still while bytes are on their way between sockets of the process', async () => {
    const clock = virtualClock(0);
    const stop = clock.run();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [writer] = await accepted;
    writer.write(Buffer.alloc(10_000_000));
    let isDue = false;
    const due = new Promise<void>(resolve => {
      clock.after(10, () => {
        isDue = true;
        resolve();
      });
    });
    await manyTurns();
    expect(isDue).toBe(false);
    reader.resume();
    await due;
    expect(reader.bytesRead).toBe(10_000_000);
    stop();
    reader.destroy();
    server.close();
  });

  test('stands still while a process that it started runs', async () => {
    const clock = virtualClock(0);
    const stop = clock.run();
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const due = new Promise<void>(resolve => clock.after(10, resolve));
    await once(child, 'spawn');
    await manyTurns();
    expect(clock.now()).toBe(0);
    child.stdin.end();
    await due;
    expect(child.exitCode).toBe(0);
    stop();
  });
});
