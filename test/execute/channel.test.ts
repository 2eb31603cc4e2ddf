import { expect, test } from '@jest/globals';
import { channel } from '../../src/execute/channel.ts';

async function collect(source: AsyncGenerator<number, unknown>, seen: number[] = []): Promise<readonly number[]> {
  for await (const item of source) seen.push(item);
  return seen;
}

test('everything told comes out in order, also what is told before anybody listens', async () => {
  const told = channel<number, void>(async emit => {
    emit(1);
    emit(2);
    await new Promise(setImmediate);
    emit(3);
  });
  expect(await collect(told)).toEqual([1, 2, 3]);
});

test('a failure comes behind everything told before it', async () => {
  const seen: number[] = [];
  const told = channel<number, void>(async emit => {
    emit(1);
    throw new Error('the end');
  });
  await expect(collect(told, seen)).rejects.toThrow('the end');
  expect(seen).toEqual([1]);
});

test('the work’s own value is the last', async () => {
  const told = channel<number, string>(async () => 'value');
  expect(await told.next()).toEqual({ done: true, value: 'value' });
});
