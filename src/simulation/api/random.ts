/** Numbers, identifiers and names that look drawn by lot and repeat with the seed. */

/** A source of lots. */
export interface Random {
  /** 0 up to 1. */
  next(): number;
  uid(): string;
  /** Letters and digits as `generateName` adds them. */
  suffix(length: number): string;
  /** The seed of a generator that goes on where this one stands. */
  seed(): number;
}

const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** A generator; equal seeds give equal sequences. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const pick = (from: string, length: number): string => {
    let text = '';
    for (let i = 0; i < length; i += 1) text += from[Math.floor(next() * from.length)];
    return text;
  };
  const hex = (length: number): string => pick('0123456789abcdef', length);
  return {
    next,
    uid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    suffix: length => pick(letters, length),
    seed: () => state,
  };
}

/** A short name for a content, of the letters of `suffix`: equal contents give equal names. */
export function contentName(content: string): string {
  let hash = 2_166_136_261;
  for (let i = 0; i < content.length; i += 1) hash = Math.imul(hash ^ content.charCodeAt(i), 16_777_619) >>> 0;
  return [...String(hash)].map(digit => letters[Number(digit) + 8] ?? digit).join('');
}
