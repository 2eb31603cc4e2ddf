/** What the new version answers otherwise than the old one, less what two answers of the old one differ in themselves. */
import { isRecord } from '../manifests/json.ts';
import { parsedJson } from '../model/json-path.ts';

/** An answer, as far as it is compared. */
export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** Two answers of the old version, and one of the new. */
export interface Replies {
  readonly old: readonly [Reply, Reply];
  readonly canary: Reply;
}

/** The differences that are shown; more of them are counted. */
const MOST_SHOWN = 10;
const MOST_DIFFERENCES = 1000;
const MOST_DEPTH = 50;
const SHOWN_CHARACTERS = 60;
/** A place may lie deep. */
const MOST_CHARACTERS = 200;

/** Each difference in words: `$.price: 10 → 12`. Status first; bodies as JSON where all three are, else by their lines. */
export function contrast({ old: [one, other], canary }: Replies): readonly string[] {
  const status = one.status === other.status && canary.status !== one.status ? [`status ${one.status} → ${canary.status}`] : [];
  const values = [one, other, canary].map(({ text }) => parsedJson(text));
  const isJson = values.every(value => value !== undefined);
  const body = isJson ? [...ofValues({ one: values[0], other: values[1], canary: values[2], path: '$' }, 0)] : ofLines(one, other, canary);
  return [...status, ...body];
}

/** The first of them, and how many there are. */
export function shownOf(differences: readonly string[]): string {
  const more = differences.length - MOST_SHOWN;
  const many = differences.length >= MOST_DIFFERENCES ? 'and many more' : `and ${more} more`;
  return [...differences.slice(0, MOST_SHOWN).map(text => text.slice(0, MOST_CHARACTERS)), ...(more > 0 ? [many] : [])].join('; ');
}

interface Three<T = unknown> {
  readonly one: T;
  readonly other: T;
  readonly canary: T;
  readonly path: string;
}

const areAll = <T>(three: Three, is: (value: unknown) => value is T): three is Three<T> => [three.one, three.other, three.canary].every(is);

function ofValues(three: Three, depth: number): readonly string[] {
  const { one, other, canary, path } = three;
  if (depth > MOST_DEPTH || kindOf(one) !== kindOf(other)) return [];
  if (kindOf(one) !== kindOf(canary)) return [change(path, one, canary)];
  if (areAll(three, Array.isArray)) return ofLists(three, depth);
  if (areAll(three, isRecord)) return ofObjects(three, depth);
  return one === other && canary !== one ? [change(path, one, canary)] : [];
}

/** A list whose length changes by itself says nothing of its places. */
function ofLists({ one, other, canary, path }: Three<readonly unknown[]>, depth: number): readonly string[] {
  if (one.length !== other.length) return [];
  if (one.length !== canary.length) return [`${path}: ${one.length} → ${canary.length} entries`];
  const found: string[] = [];
  for (let i = 0; i < one.length && found.length < MOST_DIFFERENCES; i++)
    found.push(...ofValues({ one: one[i], other: other[i], canary: canary[i], path: `${path}[${i}]` }, depth + 1));
  return found;
}

type Fields = Readonly<Record<string, unknown>>;

function ofObjects({ one, other, canary, path }: Three<Fields>, depth: number): readonly string[] {
  const found: string[] = [];
  for (const name of new Set([...Object.keys(one), ...Object.keys(canary)])) {
    if (found.length >= MOST_DIFFERENCES) break;
    const [isOld, isToo, isNew] = [one, other, canary].map(fields => Object.hasOwn(fields, name));
    const place = /^[\w-]+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name.slice(0, SHOWN_CHARACTERS))}]`;
    if (isOld !== isToo) continue;
    if (!isOld) found.push(`${place} is new: ${shown(canary[name])}`);
    else if (!isNew) found.push(`${place} is gone`);
    else found.push(...ofValues({ one: one[name], other: other[name], canary: canary[name], path: place }, depth + 1));
  }
  return found;
}

/** Lines that both answers of the old version have and the new one has not, and those that only it has. */
function ofLines(one: Reply, other: Reply, canary: Reply): readonly string[] {
  const [before, beside, now] = [one, other, canary].map(({ text }) => new Set(text.split(/\r?\n/)));
  if (!before || !beside || !now) return [];
  const gone = [...before].filter(line => beside.has(line) && !now.has(line)).map(line => `- ${short(line)}`);
  // Where lines of the old version vary, a line of the new one may be such a variation.
  const isSteady = before.size === beside.size && [...before].every(line => beside.has(line));
  const come = isSteady ? [...now].filter(line => !before.has(line)).map(line => `+ ${short(line)}`) : [];
  return [...gone, ...come].slice(0, MOST_DIFFERENCES);
}

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);

const change = (path: string, from: unknown, to: unknown): string => `${path}: ${shown(from)} → ${shown(to)}`;

/** A list or an object is told by its kind: it may be large. */
const shown = (value: unknown): string =>
  Array.isArray(value) ? 'a list' : isRecord(value) ? 'an object' : short(JSON.stringify(value) ?? 'nothing');

const short = (text: string): string => (text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS - 3)}...`);
