/** Reads lines such as `GET /api/products 200 json $.items within 500ms`, and `GET /api/products critical`. */
import { stepsOf } from '../model/json-path.ts';
import type { Comparison, Probe } from '../model/probe.ts';
import { type Reading, read, refuse } from './reading.ts';
import { isOfConnection, isPort } from './shapes.ts';

const MOST_LINES = 20;
const MOST_MILLISECONDS = 30_000;

/** One line each; a fault names its line. */
export const probes = (text: string): Reading<readonly Probe[]> =>
  lines(text, probeOf, 'GET /healthz 200, with json $.items, within 500ms behind it if wanted');

/** One line each, without a status; a fault names its line. */
export const comparisons = (text: string): Reading<readonly Comparison[]> =>
  lines(text, comparisonOf, 'GET /api/products, with critical, port admin, header X-Tenant=a behind it if wanted');

function lines<T extends object>(text: string, of: (text: string, line: number) => T | string, example: string): Reading<readonly T[]> {
  const all = text.split(/\r\n|\r|\n/).flatMap((line, i) => (line.trim() === '' ? [] : [of(line.trim(), i + 1)]));
  const faults = all.flatMap(one => (typeof one === 'string' ? [one] : []));
  if (faults.length > 0) return refuse(`lines such as ${example}; ${faults.join('; ')}`);
  if (all.length > MOST_LINES) return refuse(`at most ${MOST_LINES} lines`);
  return read(all.flatMap(one => (typeof one === 'string' ? [] : [one])));
}

type Clauses = Pick<Probe, 'json' | 'withinMilliseconds' | 'port' | 'headers'>;

function probeOf(text: string, line: number): Probe | string {
  const [method = '', path = '', status = '', ...rest] = text.split(/[ \t]+/);
  const wrong = (why: string): string => `line ${line}: ${why}`;
  const fault = faultOf(method, path);
  if (fault !== null) return wrong(fault);
  if (status === '') return wrong('the status is missing, such as 200');
  if (!/^[2-5]\d\d$/.test(status)) return wrong(`"${status.slice(0, 20)}" is not a status such as 200`);
  const clauses = clausesOf(rest);
  if (typeof clauses === 'string') return wrong(clauses);
  return { text: told(text), line, path, status: Number(status), ...clauses };
}

function faultOf(method: string, path: string): string | null {
  if (method.toUpperCase() !== 'GET') return `"${method.slice(0, 20)}" instead of GET, which changes nothing`;
  const isPath = /^\/[\w\-./~?&=%+,:@!$'()*;]*$/.test(path) && !/(^|\/)\.\.?(\/|$|\?)/.test(path);
  return isPath ? null : `"${path.slice(0, 40)}" is not a path such as /healthz`;
}

function comparisonOf(text: string, line: number): Comparison | string {
  const [method = '', path = '', ...rest] = text.split(/[ \t]+/);
  const words = rest.filter(word => word.toLowerCase() !== 'critical');
  const clauses = faultOf(method, path) ?? clausesOf(words, ['port', 'header']);
  if (typeof clauses === 'string') return `line ${line}: ${clauses}`;
  const { port, headers } = clauses;
  return { text: told(text), line, path, port, headers, critical: words.length < rest.length };
}

/** Values of headers may be secret. */
const told = (text: string): string => text.replace(/(\sheader\s+[^=\s]+=)\S*/gi, '$1***');

function clausesOf(words: readonly string[], allowed: readonly string[] = [...kinds.keys()]): Clauses | string {
  let clauses: Clauses = { json: null, withinMilliseconds: null, port: null, headers: {} };
  for (let i = 0; i < words.length; i += 2) {
    const [name = '', value = ''] = words.slice(i, i + 2);
    const more = allowed.includes(name.toLowerCase()) ? kinds.get(name.toLowerCase())?.(value) : undefined;
    if (more === undefined) return `"${name.slice(0, 20)}" is none of ${allowed.join(', ')}`;
    if (more === null) return `"${name} ${value.slice(0, 40)}" is none; ${examples.get(name.toLowerCase())}`;
    clauses = { ...clauses, ...more, headers: { ...clauses.headers, ...more.headers } };
  }
  return clauses;
}

/** What may stand behind a status; null: not so. */
const kinds: ReadonlyMap<string, (value: string) => Partial<Clauses> | null> = new Map<string, (value: string) => Partial<Clauses> | null>([
  ['json', json],
  ['within', within],
  ['port', value => (isPort(value) ? { port: value } : null)],
  ['header', header],
]);

const examples: ReadonlyMap<string, string> = new Map([
  ['json', 'write json $.items, json $.items[0].name or json $.status=ok'],
  ['within', 'write within 500ms or within 2s, at most 30s'],
  ['port', 'write the name or the number of a port'],
  ['header', 'write header X-Tenant=a; headers for the API server itself are not passed on'],
]);

function json(value: string): Partial<Clauses> | null {
  const [, steps, equals] = /^\$((?:\.[\w-]+|\[\d{1,6}\]|\["[^"\]]+"\])*)(?:==?(.+))?$/.exec(value) ?? [];
  if (steps === undefined) return null;
  return { json: { path: stepsOf(steps), equals: equals?.replace(/^"(.*)"$/, '$1') ?? null } };
}

function within(value: string): Partial<Clauses> | null {
  const [, amount, unit] = /^(\d{1,5}(?:\.\d{1,3})?)(ms|s)$/.exec(value) ?? [];
  const milliseconds = Number(amount) * (unit === 's' ? 1000 : 1);
  return milliseconds > 0 && milliseconds <= MOST_MILLISECONDS ? { withinMilliseconds: milliseconds } : null;
}

/** A header that the API server takes for its own would make the question another one. */
function header(value: string): Partial<Clauses> | null {
  const [, name = '', text = ''] = /^([A-Za-z][\w-]{0,63})=(\S{1,1000})$/.exec(value) ?? [];
  const isOurs = isOfConnection(name) || /^(authorization|impersonate-.*|x-remote-.*|content-.*|accept|user-agent)$/i.test(name);
  return name === '' || isOurs || !/^[\x21-\x7e]+$/.test(text) ? null : { headers: { [name.toLowerCase()]: text } };
}
