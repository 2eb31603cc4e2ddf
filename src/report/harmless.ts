/** Longer texts and lists are cut: a page is for people. */
const MOST_CHARACTERS = 2000;
const MOST_ITEMS = 500;

/** The value with `clean` applied to every text of it. */
export const cleanly = <T>(value: T, clean: (text: string) => string): T => walked(value, { text: clean, list: items => items });

/** The value with `clean` applied to every text of it, and cut to what a page may hold. */
export const harmlessly = <T>(value: T, clean: (text: string) => string): T =>
  walked(value, { text: part => cut(clean(part)), list: items => items.slice(0, MOST_ITEMS) });

const cut = (text: string): string => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text);

interface Change {
  text(part: string): string;
  list(items: readonly unknown[]): readonly unknown[];
}

function walked<T>(value: T, { text, list }: Change): T {
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return text(part);
    if (Array.isArray(part)) return list(part).map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, walk(item)]));
  };
  return walk(value) as T;
}
