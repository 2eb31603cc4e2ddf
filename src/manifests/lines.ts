/** Places in a text as people count them. */

/** The nearest place that the file has for a path, which may lie behind an alias or be missing. */
export function offsetOf(offsets: ReadonlyMap<string, number>, path: string): number {
  const known = offsets.get(path);
  if (known !== undefined || path === '') return known ?? 0;
  return offsetOf(offsets, path.slice(0, Math.max(0, path.lastIndexOf('.'), path.lastIndexOf('['))));
}

/** Offsets at which lines begin, found once: a file may hold thousands of objects, or millions of empty lines. */
export function lineStarts(text: string): Uint32Array {
  const starts = new Uint32Array(text.length + 1);
  let lines = 1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isEnd = code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10);
    if (isEnd) starts[lines++] = at + 1;
  }
  return starts.slice(0, lines);
}

/** The line, from 1, on which an offset lies: found by halves. */
export function lineOf(starts: Uint32Array, offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}
