/** Runs at most `most` tasks at a time; the others wait in line. */
export function limit(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  const line: (() => void)[] = [];
  let running = 0;
  return async task => {
    if (running >= most) await new Promise<void>(next => line.push(next));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = line.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
