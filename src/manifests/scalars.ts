/** A plain YAML scalar that kubectl would refuse, or that JavaScript could not keep as it is. */
export class ScalarFault extends Error {}

const named: ReadonlyMap<string, boolean | null> = new Map([
  ...each(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'], true),
  ...each(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'], false),
  ...each(['', '~', 'null', 'Null', 'NULL'], null),
]);
const infinite = /^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/;
const integer = /^[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
const decimal = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const resolving: Readonly<Record<string, (value: unknown) => boolean>> = {
  '!!int': Number.isInteger,
  '!!float': value => typeof value === 'number',
  '!!bool': value => typeof value === 'boolean',
  '!!null': value => value === null,
};
const limit = 2n ** 64n;
/** Limits in schemas, where they are floating-point numbers anyhow. */
const bounds: ReadonlySet<bigint> = new Set([2n ** 63n - 1n, -(2n ** 63n), 2n ** 64n - 1n]);

/** What kubectl reads from a plain (unquoted, untagged) scalar. Throws `ScalarFault` for what JSON cannot say. */
export function plainScalar(source: string): string | number | boolean | null {
  const value = named.get(source);
  if (value !== undefined) return value;
  if (infinite.test(source)) throw new ScalarFault('infinity and "not a number" do not exist in JSON');
  if (!/^[-+.0-9]/.test(source)) return source;
  return numeric(source) ?? source;
}

/** What kubectl reads from a scalar with a tag such as `!!int`; unknown tags mean text. Throws `ScalarFault` where tag and value disagree. */
export function taggedScalar(tag: string, source: string): string | number | boolean | null {
  if (tag === '!!binary') return Buffer.from(source, 'base64').toString('utf8');
  const fits = resolving[tag];
  if (fits === undefined) return source;
  const value = plainScalar(source);
  if (!fits(value)) throw new ScalarFault(`the value is no ${tag}`);
  return value;
}

function each<Value>(words: readonly string[], value: Value): readonly (readonly [string, Value])[] {
  return words.map(word => [word, value] as const);
}

function numeric(source: string): number | null {
  const digits = source.replaceAll('_', '');
  if (source.startsWith('.')) return decimal.test(source) ? finite(source) : null;
  if (integer.test(digits)) return exact(digits);
  return decimal.test(digits) ? finite(digits) : null;
}

function exact(digits: string): number {
  const value = big(digits);
  const number = Number(value);
  if (value > -limit && value < limit && String(number) !== String(value) && !bounds.has(value)) {
    throw new ScalarFault('a whole number with this many digits cannot be stored exactly');
  }
  return number;
}

/** BigInt knows 0x, 0b and 0o, but neither a sign before them nor the octal 0644. */
function big(digits: string): bigint {
  const unsigned = digits.replace(/^[-+]/, '').toLowerCase();
  const value = BigInt(/^0[0-7]+$/.test(unsigned) ? `0o${unsigned.slice(1)}` : unsigned);
  return digits.startsWith('-') ? -value : value;
}

function finite(digits: string): number | null {
  const value = Number(digits);
  return Number.isFinite(value) ? value : null;
}
