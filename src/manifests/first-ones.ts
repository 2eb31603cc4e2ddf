/** Lists in messages: a person reads ten of them, and a forged record has thousands. */

const MOST = 10;

/** "a, b, c", and how many more there are. */
export const firstNames = (names: readonly string[]): string =>
  names.length > MOST ? `${names.slice(0, MOST).join(', ')} and ${names.length - MOST} more` : names.join(', ');

/** A sentence for each of the first, and one for the others. */
export const firstSaid = <Item>(items: readonly Item[], say: (item: Item) => string): readonly string[] => [
  ...items.slice(0, MOST).map(say),
  ...(items.length > MOST ? [`The same holds for ${items.length - MOST} more, which are not listed.`] : []),
];
