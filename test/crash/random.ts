/** Numbers that look random and repeat with their seed. */
export interface Random {
  /** A whole number from 0 to `below` - 1. */
  number(below: number): number;
  pick<T>(some: readonly [T, ...T[]]): T;
  shuffled<T>(some: readonly T[]): readonly T[];
}

/** A source of numbers; the same seed gives the same numbers. */
export function seeded(seed: number): Random {
  let state = seed;
  const number = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  return {
    number,
    pick: some => some[number(some.length)] ?? some[0],
    shuffled: some =>
      some.length < 2
        ? some
        : some
            .map(item => ({ item, rank: number(1000) }))
            .toSorted((a, b) => a.rank - b.rank)
            .map(({ item }) => item),
  };
}
