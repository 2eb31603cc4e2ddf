import { RolloutError } from '../errors.ts';
import { record, records, same } from '../manifests/json.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Refuses rules of ours that would take requests from the user's rules for other Services. The Gateway API orders matches by path, method, number
 * of headers, number of query parameters, and at last by their place in the list: one header more, which a rule for some requests has, can
 * overtake what was more specific than the rule it was made from.
 * @throws RolloutError UNSUPPORTED.
 */
export function refuseDiversion(made: readonly Fields[], others: readonly Fields[]): void {
  const ours = made.flatMap(matchesOf);
  const diverted = others.find(rule => matchesOf(rule).some(match => ours.some(own => overtakes(own, match))));
  if (!diverted) return;
  const [backend] = records(diverted.backendRefs);
  throw new RolloutError(
    'UNSUPPORTED',
    `a rule of the route leads to Service ${String(backend?.name ?? '')} by a query parameter on the same path: the rules that match and affinity need, by a header, would take its requests`,
    'Give that rule a path of its own or a header beside the query parameter, or do without match and affinity.',
  );
}

const matchesOf = ({ matches }: Fields): readonly Fields[] => (records(matches).length > 0 ? records(matches) : [{}]);

/** Without the header that was added, the other one came first. */
function overtakes(own: Fields, other: Fields): boolean {
  if (!same(pathOf(own), pathOf(other)) || !same(own.method ?? null, other.method ?? null)) return false;
  const [headers, queries] = [sizeOf(own.headers) - sizeOf(other.headers), sizeOf(own.queryParams) - sizeOf(other.queryParams)];
  return (headers === 1 && queries < 0) || (headers === 0 && queries > 0);
}

const sizeOf = (list: unknown): number => records(list).length;

const pathOf = ({ path }: Fields): Fields => ({ type: 'PathPrefix', value: '/', ...record(path) });
