/** Coefficients of the series behind Stirling’s formula (Abramowitz and Stegun, 6.1.41). */
const SERIES = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188];

/** From here on five terms of the series are exact to a double's last digits. */
const LARGE = 15;

/** ln of the gamma function of a positive number. */
export function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < LARGE; y++) shift += Math.log(y);
  const series = SERIES.reduce((sum, coefficient, i) => sum + coefficient / y ** (2 * i + 1), 0);
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** ln of the beta function of two positive numbers. */
export const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);
