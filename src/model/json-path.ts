/** JSON that others sent, and places in it such as `$.items[0].name`. */

/** Names and positions from the root on. */
export type JsonPath = readonly (string | number)[];

/** One step of a path as it is written: `.name`, `[0]`, `[-1]` or `["a name"]`. */
export const STEP = /\.([\w-]+)|\[(-?\d{1,6})\]|\["([^"\]]+)"\]/g;

/** The steps of a text that has nothing else behind its `$`. */
export const stepsOf = (text: string): JsonPath =>
  [...text.matchAll(STEP)].map(([, name, index, quoted]) => (index === undefined ? (name ?? quoted ?? '') : Number(index)));

/** The value; undefined for what is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What stands at a place; undefined where nothing does. A position below 0 counts from the end. */
export const atPath = (value: unknown, path: JsonPath): unknown => path.reduce(within, value);

function within(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? (value as readonly unknown[]).at(step) : undefined;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
}

/** A path as a person writes it. */
export const pathText = (path: JsonPath): string =>
  `$${path.map(step => (typeof step === 'number' ? `[${step}]` : nameText(step))).join('')}`;

const nameText = (name: string): string => (/^[\w-]+$/.test(name) ? `.${name}` : `["${name}"]`);
