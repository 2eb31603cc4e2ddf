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
/** A name, in quotes where it may hold any character, then a value in quotes in which a backslash takes the meaning of what follows it. */
const LABEL = /\s*(?:([a-zA-Z_]\w*)|"((?:[^"\\]|\\.)*)")\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?/y;
/** A name of any characters stands in quotes, as the first in the braces. */
const QUOTED_NAME = /\s*"((?:[^"\\]|\\.)*)"\s*(?:,|(?=\}))/y;
const END = /\s*\}/y;
/** The value, then a time or an exemplar, which are of no interest. */
const VALUE = /\s*(\S+)/y;

function sampleOf(line: string): Sample | null {
  const { name, at, isOpen } = nameIn(line, line.length - line.trimStart().length);
  if (!isOpen || name === '') return name === '' ? null : valued(line, { name, labels: new Map(), at });
  const { labels, end } = labelsFrom(line, at);
  const closed = match(END, line, end);
  return closed && valued(line, { name, labels, at: closed.end });
}

/** The name before the braces, or the first in them; `at` is behind it, and behind the brace that opens. */
function nameIn(line: string, start: number): { readonly name: string; readonly at: number; readonly isOpen: boolean } {
  const bare = match(NAME, line, start);
  const at = bare === null ? start : (match(SPACES, line, bare.end)?.end ?? bare.end);
  const isOpen = line[at] === '{';
  if (bare) return { name: bare.groups[0] ?? '', at: isOpen ? at + 1 : at, isOpen };
  const quoted = isOpen ? match(QUOTED_NAME, line, at + 1) : null;
  return { name: plain(quoted?.groups[1]), at: quoted?.end ?? at, isOpen };
}

function labelsFrom(line: string, start: number): { readonly labels: ReadonlyMap<string, string>; readonly end: number } {
  const labels = new Map<string, string>();
  let end = start;
  for (let label = match(LABEL, line, end); label; label = match(LABEL, line, end)) {
    const [, bare, quoted, written = ''] = label.groups;
    labels.set(bare ?? plain(quoted), unescaped(written));
    end = label.end;
  }
  return { labels, end };
}

function valued(line: string, { name, labels, at }: Omit<Sample, 'value'> & { readonly at: number }): Sample | null {
  const value = numberOf(match(VALUE, line, at)?.groups[1] ?? '');
  return value === null ? null : { name, labels, value };
}

/** "http.requests" as "http_requests": what the libraries call it where names have letters and digits only. */
const plain = (quoted = ''): string => unescaped(quoted).replaceAll(/[^\w:]/g, '_');

function match(
  pattern: RegExp,
  text: string,
  at: number,
): { readonly groups: readonly (string | undefined)[]; readonly end: number } | null {
  pattern.lastIndex = at;
  const groups = pattern.exec(text);
  return groups && { groups, end: pattern.lastIndex };
}

/** A number as both formats write it; null for what is none. */
export function numberOf(text: string): number | null {
  if (/^[+]?inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf$/i.test(text)) return Number.NEGATIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  const value = Number(text);
  return text === '' || Number.isNaN(value) ? null : value;
}

const unescaped = (value: string): string => value.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
