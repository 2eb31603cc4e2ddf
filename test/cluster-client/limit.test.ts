import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { limit } from '../../src/cluster/limit.ts';

test('no more tasks run at once than allowed, and all of them end, also after failures', async () => {
  const gate = limit(3);
  const count = { running: 0, most: 0 };
  const task = async (index: number): Promise<number> => {
    count.running += 1;
    count.most = Math.max(count.most, count.running);
    await turn();
    count.running -= 1;
    if (index % 4 === 0) throw new Error('failed');
    return index;
  };
  const ends = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => gate(() => task(index))));
  expect(ends.filter(end => end.status === 'fulfilled')).toHaveLength(15);
  expect(count).toEqual({ running: 0, most: 3 });
});
