/** Quantities of the API: `500m`, `1Gi`, `2`. */

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
};

/** The quantity as a number; 0 for what is none. */
export function quantity(value: unknown): number {
  if (typeof value === 'number') return value;
  const match = /^([+-]?[0-9.]+)([a-zA-Z]*)$/.exec(typeof value === 'string' ? value : '');
  const factor = factors[match?.[2] ?? 'none'];
  return match === null || factor === undefined ? 0 : Number(match[1]) * factor;
}

/** A count or a percentage of `total`, rounded up or down. */
export function scaled(value: unknown, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const share = (Number.parseFloat(typeof value === 'string' ? value : '0') / 100) * total;
  return round === 'up' ? Math.ceil(share) : Math.floor(share);
}
