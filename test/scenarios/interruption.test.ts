import { afterEach, describe, expect, test } from '@jest/globals';
import { endingSoon, type Interruption, interruption, unlessAborted } from '../../src/interruption.ts';

let interrupted: Interruption;

afterEach(() => interrupted.close());

describe.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])('%s', name => {
  test('aborts the signal and says so', async () => {
    const said: string[] = [];
    interrupted = interruption(line => void said.push(line.text));
    const aborted = new Promise(done => interrupted.signal.addEventListener('abort', done));
    process.emit(name, name);
    await aborted;
    expect(said).toEqual([expect.stringContaining(name)]);
    expect(interrupted.signal.aborted).toBe(true);
  });
});

test('a wait before the first write ends at once', async () => {
  interrupted = interruption(() => undefined);
  const never = new Promise<string>(() => undefined);
  const waiting = unlessAborted(never, interrupted.signal);
  process.emit('SIGTERM', 'SIGTERM');
  await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' });
  await expect(unlessAborted(never, interrupted.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
});

test('a wait that is not interrupted has its value or its failure', async () => {
  interrupted = interruption(() => undefined);
  await expect(unlessAborted(Promise.resolve('value'), interrupted.signal)).resolves.toBe('value');
  await expect(unlessAborted(Promise.reject(new Error('own')), interrupted.signal)).rejects.toThrow('own');
});

test('the signals are given back at the end', () => {
  const before = process.listenerCount('SIGINT');
  interrupted = interruption(() => undefined);
  expect(process.listenerCount('SIGINT')).toBe(before + 1);
  interrupted.close();
  expect(process.listenerCount('SIGINT')).toBe(before);
});

describe('what goes on after an interruption', () => {
  async function* counting(signal: AbortSignal): AsyncGenerator<number> {
    yield 1;
    await new Promise(done => signal.addEventListener('abort', done));
    yield 2;
  }

  async function* hanging(): AsyncGenerator<number> {
    yield 1;
    await new Promise(() => undefined);
  }

  async function collect(source: AsyncGenerator<number>, seen: number[]): Promise<void> {
    for await (const value of source) seen.push(value);
  }

  test('may come to an end of its own', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const collected = collect(endingSoon(counting(controller.signal), controller.signal, 3), seen);
    setImmediate(() => controller.abort());
    await collected;
    expect(seen).toEqual([1, 2]);
  });

  test('is left behind when it does not', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const collected = collect(endingSoon(hanging(), controller.signal, 0.005), seen);
    controller.abort();
    await expect(collected).rejects.toMatchObject({ code: 'INTERRUPTED', message: expect.stringContaining('no answer') });
    expect(seen).toEqual([1]);
  });
});
