import type { AliasEvent, Event, MappingEvent, ScalarEvent, SequenceEvent } from 'js-yaml';
import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import { RolloutError } from '../errors.ts';
import type { Manifest } from '../model/request.ts';
import { type Checked, check, type Document, duplicates, type Placed } from './check.ts';
import { consumed } from './consumed.ts';
import { excessIn } from './excess.ts';
import { mergeInto, put } from './fields.ts';
import { isRecord } from './json.ts';
import { lineOf, lineStarts, offsetOf } from './lines.ts';
import { type Fault, invalid, nothing, unreadable } from './load-faults.ts';
import { plainScalar, ScalarFault, taggedScalar } from './scalars.ts';
import { settledSources } from './settled.ts';
import type { Source } from './source.ts';
import { type Surroundings, splitEntries } from './sources.ts';

/** What the files hold, and all that is wrong with them. */
export interface Files {
  readonly found: readonly Placed[];
  readonly faults: readonly Fault[];
}

/**
 * The objects of all files, directories, globs and URLs named by `sources` (each text may name several), in order, as kubectl would read them.
 * Throws INVALID_MANIFEST with all faults of all files, and NOTHING_TO_DEPLOY where there is no object at all.
 */
export async function load(sources: readonly string[], options: Surroundings): Promise<readonly Manifest[]> {
  const { found, faults } = await loadPlaced(sources, options);
  if (faults.length > 0) throw invalid(faults.map(({ text }) => text));
  return found.map(({ manifest }) => manifest);
}

/** The same, with the line of every field, and with the faults as values. Throws NOTHING_TO_DEPLOY where there is neither object nor fault. */
export async function loadPlaced(sources: readonly string[], options: Surroundings): Promise<Files> {
  const entries = splitEntries(sources);
  const read = await settledSources(entries, options, source => checkSource(source).found.map(({ manifest }) => manifest.object));
  const checked = read.sources.map(checkSource);
  const found = checked.flatMap(file => file.found);
  const faults = [
    ...read.faults.map(text => ({ text, place: null })),
    ...checked.flatMap(file => file.faults),
    ...duplicates(found.map(({ manifest }) => manifest)).map(text => ({ text, place: null })),
  ];
  if (found.length + faults.length === 0) throw nothing(entries);
  return { found, faults };
}

/** The one document of a file that is no manifest, whatever is in it. Throws INVALID_INPUT with the line for what is no YAML, or several documents. */
export function onlyDocument(source: Source): Document {
  const hint = 'Correct the file; nothing was contacted or changed.';
  const invalid = (line: number, why: string) => new RolloutError('INVALID_INPUT', `${source.name}:${line}: ${why}`, hint);
  try {
    const [first, second] = documents(source);
    if (first && !second) return first;
    throw second ? invalid(second.line(''), 'a second document; only one is allowed') : invalid(1, 'nothing is in it');
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw invalid((error.mark?.line ?? 0) + 1, String(error.reason));
  }
}

function checkSource(source: Source): Checked {
  try {
    const checked = documents(source).map(check);
    return { found: checked.flatMap(one => one.found), faults: checked.flatMap(one => one.faults) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { found: [], faults: [unreadable(source, (error.mark?.line ?? 0) + 1, String(error.reason))] };
  }
}

/** What is under way while the events of one file are made into values. */
interface Reading {
  readonly text: string;
  readonly events: Iterator<Event>;
  /** Null: nobody asks where things stand. */
  readonly offsets: Map<string, number> | null;
  readonly anchors: Map<string, { readonly value: unknown; readonly size: number }>;
  /** What the document takes so far in bytes, what stands behind aliases counted again each time. */
  size: number;
}

/** Aliases of aliases grow without bounds once they are written out; no honest file comes near. A node takes so much beside its text. */
const mostBytes = 32_000_000;
const nodeBytes = 32;

/** A document of a file, where it begins, and where its nodes stand by their paths. */
interface Read {
  readonly value: unknown;
  readonly start: number;
  readonly offsets: ReadonlyMap<string, number> | null;
}

/** Places are wanted for faults and remarks only, and take as long as all else: the text is read again for them. */
function documents({ name, text }: Source): readonly Document[] {
  const excess = excessIn(text);
  if (excess !== null) fault(text, excess.offset, excess.reason);
  const isTokened = /#\{|\{\{/.test(text);
  const starts = lineStarts(text);
  let again: readonly Read[] | null = null;
  const placed = (i: number): ReadonlyMap<string, number> => {
    again ??= readAll({ name, text }, true);
    return again[i]?.offsets ?? new Map();
  };
  return readAll({ name, text }, false).flatMap(({ value, start }, i) => {
    const line = (path: string): number => lineOf(starts, path === '' ? start : offsetOf(placed(i), path));
    return value === null ? [] : [{ source: name, value, isTokened, line }];
  });
}

/** Anchors are the document's own. */
function readAll({ name, text }: Source, isPlaced: boolean): readonly Read[] {
  const events = consumed(parseEvents(text, { filename: name }));
  const found: Read[] = [];
  for (let next = events.next(); next.done !== true; next = events.next()) {
    if (next.value.type !== EVENT_ID.DOCUMENT) continue;
    const reading: Reading = { text, events, offsets: isPlaced ? new Map() : null, anchors: new Map(), size: 0 };
    const first = take(reading);
    found.push({ value: node(reading, first, ''), start: Math.max(0, offsetIn(first)), offsets: reading.offsets });
  }
  return found;
}

function take({ events, text }: Reading): Event {
  const next = events.next();
  return next.done === true ? fault(text, text.length, 'the file ends too early') : next.value;
}

function node(reading: Reading, event: Event, path: string): unknown {
  switch (event.type) {
    case EVENT_ID.MAPPING:
      return anchored(reading, event, () => mapping(reading, event, path));
    case EVENT_ID.SEQUENCE:
      return anchored(reading, event, () => sequence(reading, path));
    case EVENT_ID.SCALAR:
      return anchored(reading, event, () => scalar(reading, event));
    case EVENT_ID.ALIAS:
      return alias(reading, event);
    case EVENT_ID.DOCUMENT:
    case EVENT_ID.POP:
      return null;
  }
}

function anchored(reading: Reading, event: MappingEvent | SequenceEvent | ScalarEvent, value: () => unknown): unknown {
  const before = reading.size;
  const made = value();
  reading.size += nodeBytes + (typeof made === 'string' ? made.length : 0);
  if (event.anchorStart >= 0) {
    reading.anchors.set(reading.text.slice(event.anchorStart, event.anchorEnd), { value: made, size: reading.size - before });
  }
  return made;
}

function alias(reading: Reading, event: AliasEvent): unknown {
  const name = reading.text.slice(event.anchorStart, event.anchorEnd);
  const anchor = reading.anchors.get(name);
  if (anchor === undefined) return fault(reading.text, event.anchorStart, `alias *${name} has no anchor before it`);
  reading.size += anchor.size;
  if (reading.size > mostBytes)
    return fault(reading.text, event.anchorStart, `the aliases unfold into more than ${mostBytes / 1_000_000} MB`);
  return anchor.value;
}

function sequence(reading: Reading, path: string): readonly unknown[] {
  const list: unknown[] = [];
  for (let event = take(reading); event.type !== EVENT_ID.POP; event = take(reading)) {
    const place = reading.offsets === null ? '' : `${path}[${list.length}]`;
    noteOffset(reading, place, event);
    list.push(node(reading, event, place));
  }
  return list;
}

function mapping(reading: Reading, { start }: MappingEvent, path: string): unknown {
  if (path === '') reading.offsets?.set('', start);
  const fields: Record<string, unknown> = {};
  const merged = new Set<string>();
  for (let event = take(reading); event.type !== EVENT_ID.POP; event = take(reading)) {
    if (isMerge(reading, event)) {
      const added = mergedFields(node(reading, take(reading), path), reading.text, offsetIn(event));
      mergeInto(fields, added, merged);
      continue;
    }
    const key = keyOf(reading, event);
    if (Object.hasOwn(fields, key) && !merged.delete(key)) return fault(reading.text, offsetIn(event), `the key ${key} is there twice`);
    const place = reading.offsets === null || path === '' ? key : `${path}.${key}`;
    noteOffset(reading, place, event);
    put(fields, key, node(reading, take(reading), place));
  }
  return fields;
}

function isMerge({ text }: Reading, event: Event): event is ScalarEvent {
  if (event.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.PLAIN) return false;
  return getScalarValue(text, event) === '<<' && (event.tagStart < 0 || text.slice(event.tagStart, event.tagEnd) === '!!merge');
}

/** The first of several wins over those behind it; all win over what stands before the merge, as with kubectl. */
function mergedFields(value: unknown, text: string, offset: number): readonly (readonly [string, unknown])[] {
  const parts = Array.isArray(value) ? value.toReversed() : [value];
  return parts.flatMap(part =>
    isRecord(part) ? Object.entries(part) : fault(text, offset, 'a merge (<<) needs a mapping or a list of mappings'),
  );
}

function keyOf(reading: Reading, event: Event): string {
  const key = node(reading, event, '');
  if (key === null || typeof key === 'object') return fault(reading.text, offsetIn(event), 'a key must be a string, a number or a boolean');
  return String(key);
}

function scalar({ text }: Reading, event: ScalarEvent): string | number | boolean | null {
  const source = getScalarValue(text, event);
  if (!isWhole(source)) return fault(text, event.valueStart, 'half of a character (\\uD800 to \\uDFFF without its other half)');
  try {
    if (event.tagStart >= 0) return taggedScalar(text.slice(event.tagStart, event.tagEnd), source);
    return event.style === SCALAR_STYLE.PLAIN ? plainScalar(source) : source;
  } catch (error) {
    if (error instanceof ScalarFault) return fault(text, event.valueStart, error.message);
    throw error;
  }
}

/** Only an escape can make half of a pair: the bytes of a file were checked as they were read. No address and no request can hold one. */
const isWhole = (value: string): boolean => !/\p{Surrogate}/u.test(value);

function fault(text: string, offset: number, reason: string): never {
  return YAMLException.throwAt(text, Math.max(0, offset), reason);
}

function noteOffset({ offsets }: Reading, path: string, event: Event): void {
  const offset = offsetIn(event);
  if (offset >= 0) offsets?.set(path, offset);
}

function offsetIn(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart;
  if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) return event.start;
  return event.type === EVENT_ID.ALIAS ? event.anchorStart : -1;
}
