/** Values with noise, where a test of ranks could not tell two constant series apart without. */

const SEED = 0x9e3779b9;

/** Each value with Gaussian noise of a hundred-thousandth of it: always the same noise, so that a verdict can be repeated. */
export function noisy(values: readonly number[], stream: number): readonly number[] {
  const random = uniform(SEED + stream);
  return values.map(value => value + Math.abs(value) * 1e-5 * gaussian(random));
}

/** By Box and Muller. */
function gaussian(random: () => number): number {
  const length = Math.sqrt(-2 * Math.log(1 - random()));
  return length * Math.cos(2 * Math.PI * random());
}

/** Numbers from 0 to below 1 (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    const again = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61));
    return ((again ^ (again >>> 14)) >>> 0) / 2 ** 32;
  };
}
