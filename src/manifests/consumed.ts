/** The items of a list, each given up as it is taken: a list of a million takes more room than what is made of it. */
export function* consumed<Item>(items: (Item | undefined)[]): Generator<Item> {
  for (let at = 0; at < items.length; at++) {
    const item = items[at];
    items[at] = undefined;
    if (item !== undefined) yield item;
  }
}
