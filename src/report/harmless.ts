/** Longer texts and lists are cut: a page is for people. */
const MOST_CHARACTERS = 2000;
const MOST_ITEMS = 500;

/** The value with `clean` applied to every text of it, and cut to what a page may hold. */
export function harmlessly<T>(value: T, clean: (text: string) => string): T {
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') {
      const text = clean(part);
      return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
    }
    if (Array.isArray(part)) return part.slice(0, MOST_ITEMS).map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, walk(item)]));
  };
  return walk(value) as T;
}
