/** The text format 0.0.4 of Prometheus, and OpenMetrics 1.0, as far as counters and histograms need them. */

/** One line of a page. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** The samples of a page, in order; what is no sample is passed over. Reads each character once. */
export function samplesOf(page: string): readonly Sample[] {
  const found: Sample[] = [];
  for (const line of page.split('\n')) {
    const sample = line === '' || line.startsWith('#') ? null : sampleOf(line);
    if (sample) found.push(sample);
  }
  return found;
}

const NAME = /[a-zA-Z_:][\w:]*/y;
const SPACES = /[ \t]*/y;
/** A name, then a value in quotes in which a backslash takes the meaning of what follows it. */
const LABEL = /\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?/y;
const END = /\s*\}/y;
/** The value, then a time or an exemplar, which are of no interest. */
const VALUE = /\s*(\S+)/y;

function sampleOf(line: string): Sample | null {
  const name = match(NAME, line, line.length - line.trimStart().length);
  if (name === null) return null;
  let at = match(SPACES, line, name.end)?.end ?? name.end;
  const labels = new Map<string, string>();
  if (line[at] === '{') {
    at += 1;
    for (let label = match(LABEL, line, at); label; label = match(LABEL, line, at)) {
      const [, key = '', written = ''] = label.groups;
      labels.set(key, unescaped(written));
      at = label.end;
    }
    const end = match(END, line, at);
    if (end === null) return null;
    at = end.end;
  }
  const value = numberOf(match(VALUE, line, at)?.groups[1] ?? '');
  return value === null ? null : { name: name.groups[0] ?? '', labels, value };
}

function match(
  pattern: RegExp,
  text: string,
  at: number,
): { readonly groups: readonly (string | undefined)[]; readonly end: number } | null {
  pattern.lastIndex = at;
  const groups = pattern.exec(text);
  return groups && { groups, end: pattern.lastIndex };
}

function numberOf(text: string): number | null {
  if (/^[+]?inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf$/i.test(text)) return Number.NEGATIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  const value = Number(text);
  return text === '' || Number.isNaN(value) ? null : value;
}

const unescaped = (value: string): string => value.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
