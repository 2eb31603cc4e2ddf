/** An interval at whose ends a function has different signs, or is 0. */
export interface Bracket {
  readonly from: number;
  readonly to: number;
}

const EPSILON = 2 ** -52;
const ITERATIONS = 1000;

/** A point and the function there. */
interface Point {
  readonly x: number;
  readonly f: number;
}

/**
 * A root within `tolerance`, by Brent's method as R's `uniroot` has it. Its steps are a part of the result: of a step function, what
 * is left when the tolerance is reached decides on which side of a step the root comes to lie.
 */
export function root(f: (x: number) => number, { from, to }: Bracket, tolerance: number): number {
  let before: Point = { x: from, f: f(from) };
  let best: Point = { x: to, f: f(to) };
  if (before.f === 0) return before.x;
  let opposite = before;
  for (let iteration = 0; iteration <= ITERATIONS && best.f !== 0; iteration++) {
    const previous = best.x - before.x;
    if (Math.abs(opposite.f) < Math.abs(best.f)) [before, best, opposite] = [best, opposite, best];
    const least = 2 * EPSILON * Math.abs(best.x) + tolerance / 2;
    const half = (opposite.x - best.x) / 2;
    if (Math.abs(half) <= least || best.f === 0) return best.x;
    const step = bounded(stepFrom({ before, best, opposite, previous, least }), least);
    before = best;
    const x = best.x + step;
    best = { x, f: f(x) };
    if (Math.sign(best.f) === Math.sign(opposite.f)) opposite = before;
  }
  return best.x;
}

const bounded = (step: number, least: number): number => (Math.abs(step) >= least ? step : step > 0 ? least : -least);

interface State {
  readonly before: Point;
  readonly best: Point;
  readonly opposite: Point;
  readonly previous: number;
  readonly least: number;
}

/** By interpolation where that is both good and small enough, otherwise the half. */
function stepFrom({ before, best, opposite, previous, least }: State): number {
  const width = opposite.x - best.x;
  if (Math.abs(previous) < least || Math.abs(before.f) <= Math.abs(best.f)) return width / 2;
  const [p, q] = signed(before.x === opposite.x ? secant(before, best, width) : quadratic(before, best, opposite));
  const isGood = p < 0.75 * width * q - Math.abs(least * q) / 2 && p < Math.abs((previous * q) / 2);
  return isGood ? p / q : width / 2;
}

type Quotient = readonly [p: number, q: number];

/** `p` is taken as positive; the sign goes to `q`. */
const signed = ([p, q]: Quotient): Quotient => (p > 0 ? [p, -q] : [-p, q]);

function secant(before: Point, best: Point, width: number): Quotient {
  const ratio = best.f / before.f;
  return [width * ratio, 1 - ratio];
}

/** Inverse quadratic interpolation through three points. */
function quadratic(before: Point, best: Point, opposite: Point): Quotient {
  const width = opposite.x - best.x;
  const [q, t1, t2] = [before.f / opposite.f, best.f / opposite.f, best.f / before.f];
  return [t2 * (width * q * (q - t1) - (best.x - before.x) * (t1 - 1)), (q - 1) * (t1 - 1) * (t2 - 1)];
}
