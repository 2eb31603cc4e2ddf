/**
 * Runs work that tells of itself through a callback, and hands on what it tells as it comes: the one way from callbacks to a generator.
 * Ends with the work; throws what it throws, after everything told before.
 */
export async function* channel<T, R>(work: (emit: (item: T) => void) => Promise<R>): AsyncGenerator<T, R> {
  const told: T[] = [];
  let wake = (): void => undefined;
  let isDone = false;
  const result = work(item => {
    told.push(item);
    wake();
  }).finally(() => {
    isDone = true;
    wake();
  });
  result.catch(() => undefined);
  while (!isDone || told.length > 0) {
    const item = told.shift();
    if (item !== undefined) yield item;
    else
      await new Promise<void>(resolve => {
        wake = resolve;
      });
  }
  return await result;
}
