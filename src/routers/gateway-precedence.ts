import { RolloutError } from '../errors.ts';
import { record, records, same, text } from '../manifests/json.ts';
import { matchesOf, sourceOf } from './gateway-match.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A rule of ours for some requests, and the user's from which it was made. */
export interface Narrowed {
  readonly rule: Fields;
  readonly from: Fields;
}

/**
 * Refuses rules of ours that would take requests from the user's rules for other Services. The Gateway API orders matches by path, method, number
 * of headers, number of query parameters, and at last by their place in the list, where ours are behind all: one header more, which a rule for
 * some requests has, can overtake what came before the rule it was made from.
 * @throws RolloutError UNSUPPORTED.
 */
export function refuseDiversion(made: readonly Narrowed[], rules: readonly Fields[], isOther: (rule: Fields) => boolean): void {
  const ours = made.flatMap(({ rule, from }) =>
    matchesOf(rule).map(match => ({
      own: { match, at: rules.length },
      before: { match: sourceOf(match, from), at: rules.indexOf(from) },
    })),
  );
  const diverted = rules.find(
    (rule, at) => isOther(rule) && matchesOf(rule).some(match => ours.some(our => overtakes(our, { match, at }))),
  );
  if (!diverted) return;
  const service = text(records(diverted.backendRefs)[0]?.name);
  const isByQuery = records(diverted.matches).some(({ queryParams }) => records(queryParams).length > 0);
  throw new RolloutError(
    'UNSUPPORTED',
    `a rule of the route leads ${service === '' ? 'elsewhere' : `to Service ${service}`}${isByQuery ? ' by a query parameter' : ''} on the same path: the rules that match and affinity need, by a header, would take its requests`,
    'Give that rule a path of its own or one header more, or do without match and affinity.',
  );
}

/** A match, and the place of its rule in the list. */
interface Place {
  readonly match: Fields;
  readonly at: number;
}

/** Without the header that was added, the other one came first. */
const overtakes = ({ own, before }: Readonly<Record<'own' | 'before', Place>>, other: Place): boolean =>
  isBeside(own.match, other.match) && isBefore(other, before) && isBefore(own, other) && !areApart(own.match, other.match);

const isBeside = (own: Fields, other: Fields): boolean =>
  same(pathOf(own), pathOf(other)) && same(own.method ?? null, other.method ?? null);

function isBefore({ match: one, at }: Place, { match: other, at: otherAt }: Place): boolean {
  const [headers, queries] = [sizeOf(one.headers) - sizeOf(other.headers), sizeOf(one.queryParams) - sizeOf(other.queryParams)];
  return (headers || queries || otherAt - at) > 0;
}

const sizeOf = (list: unknown): number => records(list).length;

const pathOf = ({ path }: Fields): Fields => ({ type: 'PathPrefix', value: '/', ...record(path) });

/** No request meets both: they want another value of the same header, or of the same query parameter. */
const areApart = (one: Fields, other: Fields): boolean =>
  ['headers', 'queryParams'].some(what => {
    const isHeader = what === 'headers';
    return records(one[what]).some(own =>
      records(other[what]).some(their => nameIn(own, isHeader) === nameIn(their, isHeader) && exclude(own, their)),
    );
  });

const nameIn = ({ name }: Fields, isHeader: boolean): string => (isHeader ? text(name).toLowerCase() : text(name));

const exclude = (one: Fields, other: Fields): boolean => isExact(one) && isExact(other) && one.value !== other.value;

const isExact = ({ type }: Fields): boolean => (type ?? 'Exact') === 'Exact';
