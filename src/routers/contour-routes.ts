import { RolloutError } from '../errors.ts';
import { canonical, isRecord, number, record, records, text } from '../manifests/json.ts';
import type { Root } from '../model/router.ts';
import type { Match, Traffic } from '../model/stage.ts';
import { type Backend, carries, roleOf, serviceOf, split, weightsOf } from './backends.ts';
import { refuseOvertaking } from './contour-precedence.ts';
import { type HeaderPattern, matchOf, patternOf } from './header-pattern.ts';
import { copiesIn, mirrorsOf as mirroring, shadowOf, shadowService } from './mirrors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Envoy adds the weights of a route up in 32 bits. */
const LIMIT = 100_000_000;

/** Whether a route of an HTTPProxy sends requests to the root. */
export const isCarried = (route: Fields, root: Root): boolean => carries(backendsOf(route, root));

/** An HTTPProxy's routes with the root's requests split; what was split before is split anew, everything else stays. Throws UNSUPPORTED. */
export function splitRoutes(routes: readonly Fields[], traffic: Traffic, root: Root): readonly Fields[] {
  const theirs = routes.filter(route => !isMade(route, root));
  const split = theirs.map(route => {
    if (!isCarried(route, root)) return { route, made: [], rest: route };
    const from = withoutMirror(route, root);
    return { route, made: testersOf(from, traffic, root), rest: mirrored(weighted(from, traffic, root), traffic, root) };
  });
  refuseOvertaking(
    split.flatMap(({ route: from, made }) => made.map(route => ({ route, from }))),
    theirs.filter(route => !isCarried(route, root)),
  );
  return split.flatMap(({ made, rest }) => [...made, rest]);
}

/** How each route that carries the root splits it. */
export function readRoutes(routes: readonly Fields[], root: Root): readonly Traffic[] {
  const match = matchesIn(routes.filter(route => isMade(route, root)));
  const carried = routes.filter(route => !isMade(route, root) && isCarried(route, root));
  return carried.map(route => ({
    weights: weightsOf(backendsOf(route, root)),
    ...(match.length > 0 ? { match } : {}),
    ...mirrorIn(route, root),
  }));
}

const isMirror = ({ mirror }: Fields): boolean => mirror === true;

const mirrorsOf = ({ services }: Fields): readonly Fields[] => records(services).filter(isMirror);

/** Without any weight all count the same; beside one that is given, a missing weight is none. */
function backendsOf({ services }: Fields, root: Root): readonly Backend[] {
  const entries = records(services).filter(entry => !isMirror(entry));
  const even = entries.every(({ weight }) => number(weight) === 0) ? 1 : 0;
  return entries.map(fields => ({
    role: roleOf(text(fields.name), root),
    group: String(fields.port ?? ''),
    weight: number(fields.weight) || even,
    fields,
  }));
}

/** A route for some requests has the canary alone with weight 1; a split's weights add up to more. */
function isMade(route: Fields, root: Root): boolean {
  const [only, ...more] = backendsOf(route, root);
  return only?.role === 'canary' && more.length === 0 && only.weight === 1;
}

function withoutMirror(route: Fields, root: Root): Fields {
  const services = records(route.services).filter(entry => !(isMirror(entry) && shadowOf(text(entry.name), root) !== null));
  return { ...route, services };
}

const testersOf = (route: Fields, { match = [] }: Traffic, root: Root): readonly Fields[] =>
  match.map(patternOf).flatMap(pattern => forTesters(route, pattern, root));

/** A copy of the route for requests that match, to the canary alone. Conditions that can never hold together make none. */
function forTesters(route: Fields, pattern: HeaderPattern, root: Root): readonly Fields[] {
  const conditions = narrowed(records(route.conditions), pattern);
  const own = backendsOf(route, root).find(({ role }) => role !== null);
  return conditions && own
    ? [{ ...route, conditions, services: [{ ...own.fields, name: serviceOf('canary', root), weight: 1 }, ...mirrorsOf(route)] }]
    : [];
}

/** Contour refuses two exact conditions on one header, and two routes with the same conditions. */
function narrowed(conditions: readonly Fields[], { name, type, value }: HeaderPattern): readonly Fields[] | null {
  const added = { header: type === 'Exact' ? { name, exact: value } : { name, regex: value } };
  const isOfHeader = ({ header }: Fields): boolean => text(record(header).name).toLowerCase() === name.toLowerCase();
  const exact = conditions.filter(condition => isOfHeader(condition) && record(condition.header).exact !== undefined);
  if (type !== 'Exact' || exact.length === 0) return [...conditions, added];
  if (exact.some(({ header }) => record(header).exact !== value)) return null;
  return [...conditions.filter(condition => !exact.includes(condition)), { header: { name, present: true } }, added];
}

function weighted(route: Fields, { weights }: Traffic, root: Root): Fields {
  const backends = backendsOf(route, root);
  const isPlain = backends.every(({ role }) => role === null || role === 'stable');
  if (isPlain && Object.keys(weights).every(role => role === 'stable')) return route;
  const services = split(backends, weights, LIMIT).map(({ role, weight, fields }) => ({
    ...fields,
    ...(role ? { name: serviceOf(role, root) } : {}),
    weight,
  }));
  return { ...route, services: [...services, ...mirrorsOf(route)] };
}

/** A mirror's weight is a percentage, and 0 would mean all: nothing to copy has no entry. */
function mirrored(route: Fields, traffic: Traffic, root: Root): Fields {
  const [copy, ...more] = copiesIn(traffic).filter(([, percentage]) => percentage > 0);
  if (!copy) return route;
  const own = backendsOf(route, root).find(({ role }) => role !== null);
  if (more.length > 0 || mirrorsOf(route).length > 0 || !own) throw takenMirror();
  const { weight: _weight, ...fields } = own.fields;
  const [shadow, percentage] = copy;
  const mirror = { ...fields, name: shadowService(shadow, root), mirror: true, weight: percentage };
  return { ...route, services: [...records(route.services), mirror] };
}

const takenMirror = (): RolloutError =>
  new RolloutError(
    'UNSUPPORTED',
    'a route copies its requests to a service already, and Contour takes one mirror per route',
    'Remove that mirror from the HTTPProxy while the new version gets a copy of the requests.',
  );

function matchesIn(made: readonly Fields[]): readonly Match[] {
  const added = made.flatMap(({ conditions }) => {
    const header = records(conditions).at(-1)?.header;
    return isRecord(header) ? [matchOf(patternIn(header))] : [];
  });
  return [...new Map(added.map(match => [canonical(match), match])).values()];
}

const patternIn = ({ name, exact, regex }: Fields): HeaderPattern =>
  exact === undefined
    ? { name: text(name), type: 'RegularExpression', value: text(regex) }
    : { name: text(name), type: 'Exact', value: text(exact) };

const mirrorIn = (route: Fields, root: Root): Pick<Traffic, 'mirrors'> =>
  mirroring(
    mirrorsOf(route).flatMap(({ name, weight }) => {
      const shadow = shadowOf(text(name), root);
      return shadow === null ? [] : [[shadow, number(weight) || 100] as const];
    }),
  );
