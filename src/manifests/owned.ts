import type { KubeObject } from '../model/kube.ts';
import { isRecord, items, record, same } from './json.ts';
import { isOfApply, isOfClientSide } from './owners.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether an apply has changed the object: a field that kubectl owned before, or owns since. What controllers and webhooks write beside that,
 * such as statuses and certificates, is none of the file's.
 */
export function isChangedBy(before: KubeObject, after: KubeObject): boolean {
  if (before.kind === 'Secret' && !same(before.data, after.data)) return true;
  return [...ownedIn(before), ...ownedIn(after)].some(fields => !isSameIn(fields, before, after));
}

/**
 * Whether an apply of the file would surely change nothing: it is what kubectl applied last, to the field, and all of it stands. Asking the API
 * server takes a second for a large definition; where this says no, only it knows.
 */
export function isSettled(file: KubeObject, live: KubeObject): boolean {
  const { managedFields = [], labels, annotations } = live.metadata;
  const [owner, ...more] = managedFields.filter(entry => isOfApply(entry) || isOfClientSide(entry));
  if (owner === undefined || more.length > 0 || !isOfApply(owner) || owner.apiVersion !== file.apiVersion) return false;
  const { apiVersion: _version, kind: _kind, metadata, status: _status, ...content } = file;
  const given = { ...content, ...metadataOf(metadata) };
  return isWhole(contentOf(record(owner.fieldsV1)), given, { ...live, metadata: { labels, annotations } });
}

/** The rest of it names the object, or is the server's. */
function metadataOf({ name: _name, namespace: _namespace, creationTimestamp: _created, ...metadata }: KubeObject['metadata']): Fields {
  return Object.keys(metadata).length > 0 ? { metadata } : {};
}

/** The members are those of the file, no more and no fewer, and stand as they are there. */
function isWhole(fields: Fields, file: unknown, live: unknown): boolean {
  const members = Object.keys(fields).filter(member => member !== '.');
  if (members.length === 0) return same(file, live);
  const count = isRecord(file) ? Object.keys(file).length : items(file).length;
  return count === members.length && members.every(member => isWhole(record(fields[member]), within(file, member), within(live, member)));
}

/** What kubectl owns of an object, whichever of its commands wrote it. */
const ownedIn = ({ metadata: { managedFields = [] } }: KubeObject): readonly Fields[] =>
  managedFields.filter(entry => isOfApply(entry) || isOfClientSide(entry)).map(({ fieldsV1 }) => contentOf(record(fieldsV1)));

const contentOf = ({ 'f:status': _status, ...fields }: Fields): Fields => fields;

/** A set without members stands for the value itself; with the member `.` alone, for its being there. */
function isSameIn(fields: Fields, one: unknown, other: unknown): boolean {
  const members = Object.entries(fields).filter(([member]) => member !== '.' && member !== REMEMBERED);
  if (members.length > 0) return members.every(([member, below]) => isSameIn(record(below), within(one, member), within(other, member)));
  return Object.keys(fields).length === 0 ? same(one, other) : (one === undefined) === (other === undefined);
}

/** The memory of client-side apply is no content. */
const REMEMBERED = 'f:kubectl.kubernetes.io/last-applied-configuration';

/** A member as the API writes it: a field (`f:name`), an item by its keys (`k:{...}`), by its value (`v:...`) or its place (`i:0`). */
function within(value: unknown, member: string): unknown {
  const name = member.slice(2);
  switch (member.slice(0, 2)) {
    case 'f:':
      return record(value)[name];
    case 'k:': {
      const keys = Object.entries(record(JSON.parse(name)));
      return items(value).find(item => keys.every(([key, wanted]) => record(item)[key] === wanted));
    }
    case 'v:':
      return items(value).find(item => same(item, JSON.parse(name)));
    default:
      return items(value)[Number(name)];
  }
}
