/** What Prometheus' HTTP API answers to an instant query, and what stands in for the placeholders of a query. */
import { parsedJson } from '../model/json-path.ts';

/** One series of an answer. */
export interface Series {
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** The series of a query, none where there is no data; or why there is no answer, as a sentence without its full stop. */
export type Answered = { readonly series: readonly Series[] } | { readonly error: string };

/** Where a query is sent. */
export const queryPath = (query: string): string => `/api/v1/query?query=${encodeURIComponent(query)}`;

/** Reads the body of an answer. */
export function answered(body: string): Answered {
  const answer = parsedJson(body);
  if (!isObject(answer))
    return { error: 'the answer is not JSON of the Prometheus API: check the address, and whether a login page is in between' };
  if (answer.status === 'error') return { error: `it refused the query: ${String(answer.error ?? answer.errorType ?? 'no reason given')}` };
  const data = isObject(answer.data) ? answer.data : {};
  const rows = rowsOf(answer.status, data);
  if (rows === null)
    return { error: `the answer is neither a number nor a vector (${String(data.resultType ?? answer.status ?? 'of an unknown form')})` };
  const series = rows.map(seriesOf);
  return series.every(one => one !== null) ? { series } : { error: 'the answer has a series without a value' };
}

/** Null for what is neither a number nor a vector of them. */
function rowsOf(status: unknown, { resultType, result }: Readonly<Record<string, unknown>>): readonly unknown[] | null {
  if (status !== 'success') return null;
  if (resultType === 'scalar') return [{ value: result }];
  if (resultType !== 'vector') return null;
  return Array.isArray(result) ? result : [];
}

function seriesOf(row: unknown): Series | null {
  if (!isObject(row)) return null;
  const [, text] = Array.isArray(row.value) ? row.value : [];
  if (typeof text !== 'string') return null;
  const labels = isObject(row.metric) ? Object.entries(row.metric).map(([name, value]) => [name, String(value)] as const) : [];
  return { labels: new Map(labels), value: numberOf(text) };
}

const numberOf = (text: string): number =>
  ({ '+Inf': Number.POSITIVE_INFINITY, Inf: Number.POSITIVE_INFINITY, '-Inf': Number.NEGATIVE_INFINITY })[text] ?? Number(text);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a query may name: `{{namespace}}`, `{{variant}}`, `{{pods}}` ... */
export type Placeholders = Readonly<Record<string, string>>;

/** The query with its placeholders filled; one that is not known stays, so that Prometheus refuses it by name. */
export const filled = (query: string, placeholders: Placeholders): string =>
  query.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(placeholders, name) ? (placeholders[name] ?? whole) : whole,
  );

/** A regular expression, within a quoted string of PromQL, of exactly these names; one that matches nothing where there is none. */
export const anyOf = (names: readonly string[]): string =>
  names.length === 0 ? '^$' : names.map(name => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\\\$&').replaceAll('"', '\\"')).join('|');
