/** Label selectors as a list asks by them: `app=web,track in (canary,baseline)`. */

/** The values that each label may have. */
export type LabelQuery = ReadonlyMap<string, readonly string[]>;

/** The query of a text; null for one that compares in another way, such as `!app`, and for none at all. */
export function labelQuery(text: string | undefined): LabelQuery | null {
  const terms = text?.match(TERMS) ?? [];
  const read = terms.map(term => /^([^=!()\s]+)(?:=([^=!()]*)| in \(([^=!()]*)\))$/.exec(term));
  if (terms.length === 0 || terms.join(',') !== text) return null;
  const values = read.flatMap(found =>
    found?.[1] ? [[found[1], found[2] === undefined ? (found[3] ?? '').split(',') : [found[2]]] as const] : [],
  );
  return values.length === terms.length ? new Map(values) : null;
}

/** A comma inside parentheses separates values. */
const TERMS = /[^,()]+(?:\([^()]*\))?/g;

/** Whether an object with these labels is meant. */
export const isMeant = (query: LabelQuery, labels: Readonly<Record<string, string>> = {}): boolean =>
  [...query].every(([key, values]) => values.includes(labels[key] ?? ABSENT));

/** No value of a label has a line break. */
const ABSENT = '\n';

/**
 * One query for all that several mean, and perhaps more: the labels that all of them name, with the values of each. `app=web` and
 * `app=web-canary,track=canary` give `app in (web,web-canary)`. Null where they have no label in common.
 */
export function unionOf(texts: readonly (string | undefined)[]): string | null {
  const queries = texts.map(labelQuery).filter(query => query !== null);
  const [first, ...others] = queries;
  if (!first || queries.length < texts.length) return null;
  const common = [...first.keys()].filter(key => others.every(query => query.has(key)));
  const terms = common.map(key => termOf(key, [...new Set(queries.flatMap(query => query.get(key) ?? []))]));
  return terms.length === 0 ? null : terms.join(',');
}

const termOf = (key: string, values: readonly string[]): string =>
  values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(',')})`;
