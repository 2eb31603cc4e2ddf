/** Ranks of two series together. */

/** What a test of ranks needs of them. */
export interface Ranked {
  /** The sum of the ranks of the first series; equal values share the mean of their ranks. */
  readonly sum: number;
  /** The sum of t³ - t over all groups of t equal values. */
  readonly ties: number;
}

/**
 * Ranks the first series, less a shift, together with the second. Both are in ascending order, and stay so under the shift: a solver
 * that asks for many shifts never sorts again.
 */
export function ranked(xs: Float64Array, ys: Float64Array, shift: number): Ranked {
  let i = 0;
  let j = 0;
  let sum = 0;
  let ties = 0;
  while (i < xs.length || j < ys.length) {
    const before = i + j;
    const first = i;
    const value = Math.min(valueAt(xs, i, shift), valueAt(ys, j, 0));
    while (i < xs.length && valueAt(xs, i, shift) === value) i++;
    while (j < ys.length && valueAt(ys, j, 0) === value) j++;
    const size = i + j - before;
    sum += (i - first) * (before + (size + 1) / 2);
    ties += size * size * size - size;
  }
  return { sum, ties };
}

/** Past the end everything is larger, and so is what is no number: it ties with the largest, as in Kayenta. */
const END = Number.POSITIVE_INFINITY;

function valueAt(values: Float64Array, index: number, shift: number): number {
  const value = (values[index] ?? END) - shift;
  return Number.isNaN(value) ? END : value;
}
