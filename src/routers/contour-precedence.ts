import { RolloutError } from '../errors.ts';
import { isRecord, record, records, text } from '../manifests/json.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A route of ours for some requests, and the user's from which it was made. */
export interface Narrowed {
  readonly route: Fields;
  readonly from: Fields;
}

/**
 * Refuses routes of ours that would take requests from the user's routes for other Services. Contour puts routes of one path in an order of its
 * own, whatever their place in the list: by the number of headers, of query parameters, then by their names. One header more, which a route for
 * some requests has, can overtake what stood before the route it was made from.
 * @throws RolloutError UNSUPPORTED.
 */
export function refuseOvertaking(made: readonly Narrowed[], others: readonly Fields[]): void {
  const robbed = others.find(other => made.some(({ route, from }) => takes({ route, from }, other)));
  if (!robbed) return;
  const service = text(records(robbed.services)[0]?.name);
  throw new RolloutError(
    'UNSUPPORTED',
    `a route on the same path leads ${service === '' ? 'elsewhere' : `to Service ${service}`}: Contour would try the route that match needs, which has a header more, before it`,
    'Give that route its own path, or leave match out.',
  );
}

/** Without the header that was added, the other one came first. */
function takes({ route, from }: Narrowed, other: Fields): boolean {
  const [own, before, theirs] = [placeOf(route), placeOf(from), placeOf(other)];
  return own.path === theirs.path && isBefore(theirs, before) && isBefore(own, theirs) && !areApart(route, other);
}

/** What Contour orders routes by. */
interface Place {
  readonly path: string;
  readonly headers: readonly string[];
  readonly queries: readonly string[];
}

function placeOf(route: Fields): Place {
  return { path: pathOf(route), headers: keysOf(route, 'header', HEADERS), queries: keysOf(route, 'queryParameter', QUERIES) };
}

/** Contour joins the conditions on the path; without any it is all. */
function pathOf({ conditions }: Fields): string {
  const given = records(conditions);
  const kind = ['regex', 'exact'].find(name => given.some(condition => condition[name] !== undefined)) ?? 'prefix';
  const joined = given.map(({ prefix, exact, regex }) => text(prefix) || text(exact) || text(regex)).join('');
  return `${kind} ${joined.replace(/\/{2,}/g, '/') || '/'}`;
}

/** Ways to match, in the order in which Contour sorts them. */
const HEADERS = ['exact', 'regex', 'contains', 'present'];
const QUERIES = ['exact', 'regex', 'prefix', 'suffix', 'contains', 'present'];

const conditionsOn = ({ conditions }: Fields, what: string): readonly Fields[] =>
  records(conditions).flatMap(condition => (isRecord(condition[what]) ? [record(condition[what])] : []));

/** Texts that sort as Contour sorts the conditions: by name, way, value, and what is negated last. */
function keysOf(route: Fields, what: string, ways: readonly string[]): readonly string[] {
  const keys = conditionsOn(route, what).flatMap(condition => {
    const way = ways.findIndex(name => condition[name] || condition[`not${name}`]);
    const isNegated = !condition[ways[way] ?? ''];
    const value = condition[`${isNegated ? 'not' : ''}${ways[way]}`];
    return way < 0 ? [] : [[text(condition.name), way, text(value), isNegated ? 1 : 0].join('\0')];
  });
  return keys.sort();
}

function isBefore(one: Place, other: Place): boolean {
  if (one.headers.length !== other.headers.length) return one.headers.length > other.headers.length;
  if (one.queries.length !== other.queries.length) return one.queries.length > other.queries.length;
  const isLess = (keys: readonly string[], others: readonly string[]): boolean => keys.some((key, i) => key < (others[i] ?? ''));
  return isLess(one.headers, other.headers) || isLess(one.queries, other.queries);
}

/** No request meets both. */
const areApart = (one: Fields, other: Fields): boolean =>
  ['header', 'queryParameter'].some(what =>
    conditionsOn(one, what).some(own => conditionsOn(other, what).some(their => exclude(own, their) || exclude(their, own))),
  );

function exclude(one: Fields, other: Fields): boolean {
  if (text(one.name).toLowerCase() !== text(other.name).toLowerCase()) return false;
  const [exact, otherExact] = [text(one.exact).toLowerCase(), text(other.exact).toLowerCase()];
  return (
    (exact !== '' && otherExact !== '' && exact !== otherExact) ||
    (exact !== '' && text(one.exact) === text(other.notexact)) ||
    (isGiven(one) && other.notpresent === true)
  );
}

/** Wants the header to be there. */
const isGiven = ({ exact, present, regex, contains }: Fields): boolean =>
  present === true || [exact, regex, contains].some(value => text(value) !== '');
