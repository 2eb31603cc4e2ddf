import { RolloutError } from '../errors.ts';
import { number, record, records, text } from '../manifests/json.ts';
import type { Root } from '../model/router.ts';
import { ROLES, type Traffic } from '../model/stage.ts';
import { type Backend, carries, weightsOf } from './backends.ts';
import { type Cookie, holds, isForHolders, setsCookie, withCookie, withoutCookie } from './gateway-affinity.ts';
import { backendsOf, isServiceOf, refTo, splitRefs } from './gateway-backends.ts';
import { addedMatches, narrowed } from './gateway-match.ts';
import { refuseDiversion } from './gateway-precedence.ts';
import { type HeaderPattern, patternOf } from './header-pattern.ts';
import { copiesIn, mirrorsOf, shadowOf, shadowService } from './mirrors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What the rules are split for. */
export interface Target {
  readonly root: Root;
  readonly traffic: Traffic;
  readonly cookie: Cookie;
}

/** Whether a rule sends requests to the root. */
export const isCarried = (rule: Fields, root: Root): boolean => carries(backendsOf(rule, root));

/** A route's rules with the root's requests split; what was split before is split anew, everything else stays. Throws UNSUPPORTED. */
export function splitRules(rules: readonly Fields[], target: Target): readonly Fields[] {
  const theirs = rules.filter(rule => !isMade(rule, target.root));
  const others = theirs.filter(rule => !isCarried(rule, target.root));
  const split = theirs.map(rule => (others.includes(rule) ? { made: [], rule } : splitRule(withoutMarks(rule, target.root), target)));
  const made = split.flatMap(part => part.made);
  refuseDiversion(made, others);
  // Of rules as specific as one another the first one wins: rules of ours come last, so that none takes another Service's requests.
  return fitting([...split.map(({ rule }) => rule), ...made]);
}

interface Split {
  readonly made: readonly Fields[];
  readonly rule: Fields;
}

/** How each rule that carries the root splits it. */
export function readRules(rules: readonly Fields[], root: Root): readonly Traffic[] {
  const made = rules.filter(rule => isMade(rule, root) && !isForHolders(rule));
  const match = made.length > 0 ? { match: addedMatches(made) } : {};
  const carried = rules.filter(rule => !isMade(rule, root) && isCarried(rule, root));
  return carried.map(rule => ({ weights: weightsOf(backendsOf(rule, root)), ...match, ...mirrorsIn(rule, root), ...affinityIn(rule) }));
}

/** Rules for some requests have one backend of weight 1; a split's weights add up to more. */
function isMade(rule: Fields, root: Root): boolean {
  const [only, ...more] = backendsOf(rule, root);
  if (only?.role == null || more.length > 0 || only.weight !== 1) return false;
  return only.role === 'canary' || isForHolders(rule);
}

/** The rule as it would be without mirror and cookies of ours. */
function withoutMarks(rule: Fields, root: Root): Fields {
  const { filters, ...others } = rule;
  const rest = { ...others, backendRefs: records(rule.backendRefs).map(withoutCookie) };
  const kept = records(filters).filter(filter => copied(filter, root) === null);
  return filters === undefined || (kept.length === 0 && records(filters).length > 0) ? rest : { ...rest, filters: kept };
}

/** Whose copies a filter makes; null where it is none of ours. */
function copied(filter: Fields, root: Root): string | null {
  const backendRef = record(record(filter.requestMirror).backendRef);
  return isServiceOf(backendRef, root) ? shadowOf(text(backendRef.name), root) : null;
}

function splitRule(rule: Fields, target: Target): Split {
  return { made: [...testers(rule, target), ...holders(rule, target)], rule: mirrored(weighted(rule, target), target) };
}

function testers(rule: Fields, { traffic: { match }, root }: Target): readonly Fields[] {
  const patterns = (match ?? []).map(patternOf);
  return patterns.length > 0 ? forSome(rule, { patterns, root, role: 'canary' }) : [];
}

function holders(rule: Fields, { traffic: { affinity, weights }, root, cookie }: Target): readonly Fields[] {
  if (!affinity) return [];
  const roles = ROLES.filter(role => (weights[role] ?? 0) > 0);
  return roles.flatMap(role => forSome(rule, { patterns: [holds(cookie, role)], root, role }));
}

interface Some {
  readonly patterns: readonly HeaderPattern[];
  readonly root: Root;
  readonly role: 'stable' | 'baseline' | 'canary';
}

/** Copies of a rule for requests that match any of the patterns. A rule's name is its own, and a replaced prefix wants a lone match. */
function forSome({ name: _name, ...rule }: Fields, { patterns, root, role }: Some): readonly Fields[] {
  const own = backendsOf(rule, root).find(entry => entry.role !== null);
  const backendRefs = own ? [{ ...refTo(role, own.fields, root), weight: 1 }] : [];
  const groups = replacesPrefix(rule) ? patterns.map(pattern => [pattern]) : [patterns];
  return groups.flatMap(group => {
    const matches = narrowed(rule, group);
    return matches.length > 0 ? [{ ...rule, matches, backendRefs }] : [];
  });
}

const replacesPrefix = ({ filters }: Fields): boolean =>
  records(filters).some(({ urlRewrite }) => record(record(urlRewrite).path).type === 'ReplacePrefixMatch');

function weighted(rule: Fields, { traffic, root, cookie }: Target): Fields {
  const backends = backendsOf(rule, root);
  if (isAsItWas(backends, traffic)) return rule;
  const entries = splitRefs(backends, traffic.weights, root);
  const backendRefs = entries.map(({ role, fields }) => (role && traffic.affinity ? withCookie(fields, role, cookie) : fields));
  return { ...rule, backendRefs };
}

const isAsItWas = (backends: readonly Backend[], { weights, affinity }: Traffic): boolean =>
  !affinity && backends.every(({ role }) => role === null || role === 'stable') && Object.keys(weights).every(role => role === 'stable');

/** Nothing to copy has no filter: some data planes read 0 percent as all. */
function mirrored(rule: Fields, { traffic, root }: Target): Fields {
  const port = backendsOf(rule, root).find(({ role }) => role !== null)?.fields.port;
  const filters = copiesIn(traffic)
    .filter(([, percentage]) => percentage > 0)
    .map(([shadow, percentage]) => {
      const backendRef = { group: '', kind: 'Service', name: shadowService(shadow, root), ...(port === undefined ? {} : { port }) };
      return { type: 'RequestMirror', requestMirror: { backendRef, ...(percentage < 100 ? { percent: percentage } : {}) } };
    });
  return filters.length > 0 ? { ...rule, filters: [...records(rule.filters), ...filters] } : rule;
}

const mirrorsIn = ({ filters }: Fields, root: Root): Pick<Traffic, 'mirrors'> =>
  mirrorsOf(
    records(filters).flatMap(filter => {
      const shadow = copied(filter, root);
      return shadow === null ? [] : [[shadow, number(record(filter.requestMirror).percent, 100)] as const];
    }),
  );

const affinityIn = ({ backendRefs }: Fields): Pick<Traffic, 'affinity'> =>
  records(backendRefs).some(setsCookie) ? { affinity: 'cookie' } : {};

const MOST_RULES = 16;
const MOST_MATCHES = 64;

function fitting(rules: readonly Fields[]): readonly Fields[] {
  if (rules.length <= MOST_RULES && rules.every(({ matches }) => records(matches).length <= MOST_MATCHES)) return rules;
  throw new RolloutError(
    'UNSUPPORTED',
    `the route would need ${rules.length} rules, or a rule more than ${MOST_MATCHES} matches: it takes ${MOST_RULES} rules at most`,
    'Split the route into two with fewer rules each, or match by fewer headers.',
  );
}
