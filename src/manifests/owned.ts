import type { KubeObject } from '../model/kube.ts';
import { items, record, same } from './json.ts';
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
