import { at, number, records, text } from '../manifests/json.ts';
import type { Root } from '../model/router.ts';
import { ROLES, type Role, type Traffic } from '../model/stage.ts';
import { type Backend, carries, roleOf, serviceOf, split, weightsOf } from './backends.ts';
import { type Cookie, holds } from './gateway-affinity.ts';
import { escaped } from './header-pattern.ts';
import { setsCookie, withCookie, withoutCookie } from './istio-affinity.ts';
import { matchesOf, withMatches, withPatterns } from './istio-match.ts';
import { copiesOf, withCopies, withoutCopies } from './istio-mirror.ts';
import { copiesIn, mirrorsOf, shadowOf, shadowService } from './mirrors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Weights are 32-bit integers, and so is their sum. */
const LARGEST_WEIGHT = 100_000_000;

/** Whose requests are split, and the cookie that keeps users on their version. */
export interface Target {
  readonly root: Root;
  readonly cookie: Cookie;
}

/** The `http` rules of a VirtualService with the root's requests split; whatever of ours stood there is replaced. */
export function splitRules(rules: readonly Fields[], traffic: Traffic, target: Target): readonly Fields[] {
  return rules.flatMap(rule => {
    if (isOfOurs(rule, target)) return [];
    return carries(backendsOf(rule, target.root)) ? splitRule(clean(rule, target), traffic, target) : [rule];
  });
}

/** How each rule that leads to the root splits it. */
export function readRules(rules: readonly Fields[], target: Target): readonly Traffic[] {
  return rules.flatMap((rule, index) =>
    !isOfOurs(rule, target) && carries(backendsOf(rule, target.root)) ? [readRule(rule, ahead(rules, index, target), target)] : [],
  );
}

/** Whether a rule sends requests to the root several times over, apart by subset: a split of the user's own. */
export const isSplitAlready = (rule: Fields, root: Root): boolean =>
  backendsOf(rule, root).filter(({ role }) => role === 'stable').length > 1;

/** The Service of the namespace that a destination's host means; empty for one elsewhere. */
export function destinationOf(destination: unknown, namespace: string): string {
  const [service = '', place = namespace, ...domain] = text(at(destination, 'host')).split('.');
  return place === namespace && (domain.length === 0 || domain[0] === 'svc') ? service : '';
}

/** A lone destination gets everything, whatever its weight; a missing weight beside others is 0. */
const backendsOf = (rule: Fields, root: Root): readonly Backend[] =>
  records(rule.route).map((fields, _, all) => ({
    role: roleIn(fields.destination, root),
    group: String(at(fields, 'destination.port.number') ?? ''),
    weight: all.length === 1 ? 1 : number(fields.weight),
    fields,
  }));

const roleIn = (destination: unknown, root: Root): Role | null => roleOf(destinationOf(destination, root.namespace), root);

function splitRule(rule: Fields, traffic: Traffic, target: Target): readonly Fields[] {
  const { weights, match = [], affinity } = traffic;
  const { root, cookie } = target;
  const route = split(backendsOf(rule, root), weights, LARGEST_WEIGHT).map(({ role, weight, fields }) => {
    const entry = { ...(role ? pointed(fields, role, root) : fields), weight };
    return role && affinity ? withCookie(entry, role, cookie) : entry;
  });
  const testers = match.length > 0 ? [alone(withMatches(rule, match), 'canary', root)] : [];
  const kept = affinity ? ROLES.filter(role => (weights[role] ?? 0) > 0) : [];
  const keepers = kept.map(role => alone(withPatterns(rule, [holds(cookie, role)]), role, root));
  const main = { ...rule, route };
  const copies = copiesIn(traffic).map(([shadow, percentage]) => ({
    destination: shadowIn(rule, shadow, root),
    percentage: { value: percentage },
  }));
  return [...testers, ...keepers, withCopies(main, copies)];
}

function readRule(rule: Fields, testers: Fields | null, { root, cookie }: Target): Traffic {
  const match = testers ? matchesOf(testers, rule) : [];
  return {
    weights: weightsOf(backendsOf(rule, root)),
    ...(match.length > 0 ? { match } : {}),
    ...mirrorsOf(copiesOf(rule, copiedBy(root))),
    ...(records(rule.route).some(entry => setsCookie(entry, cookie)) ? { affinity: 'cookie' } : {}),
  };
}

/** The destination of a role, everything else as it is. Subsets are of the root's DestinationRule: a leaf has none. */
function pointed(entry: Fields, role: Role, root: Root): Fields {
  if (roleIn(entry.destination, root) === role) return entry;
  const port = at(entry, 'destination.port');
  return { ...entry, destination: { host: serviceOf(role, root), ...(port === undefined ? {} : { port }) } };
}

const stableIn = (rule: Fields, root: Root): Fields => {
  const own = records(rule.route).filter(({ destination }) => roleIn(destination, root) !== null);
  return own.find(({ destination }) => roleIn(destination, root) === 'stable') ?? own[0] ?? {};
};

function shadowIn(rule: Fields, shadow: string, root: Root): Fields {
  const port = at(stableIn(rule, root).destination, 'port');
  return { host: shadowService(shadow, root), ...(port === undefined ? {} : { port }) };
}

/** The rule with one of our Services as its only destination: no weight, so that it is told from a split. */
function alone(rule: Fields, role: Role, root: Root): Fields {
  const { weight: _weight, ...entry } = pointed(stableIn(rule, root), role, root);
  return { ...rule, route: [entry] };
}

/** The user's rule without what we added to it. */
function clean(rule: Fields, { root, cookie }: Target): Fields {
  return { ...withoutCopies(rule, copiedBy(root)), route: records(rule.route).map(entry => withoutCookie(entry, cookie)) };
}

const copiedBy =
  (root: Root) =>
  (destination: unknown): string | null =>
    shadowOf(destinationOf(destination, root.namespace), root);

/** A rule that we put ahead of the user's: a Service of ours alone, without weight. */
function isOfOurs(rule: Fields, target: Target): boolean {
  const [only, ...others] = records(rule.route);
  if (!only || others.length > 0 || only.weight !== undefined || records(rule.match).length === 0) return false;
  const role = roleIn(only.destination, target.root);
  return role === 'canary' || role === 'baseline' || isForHolders(rule, target);
}

const isForHolders = ({ match }: Fields, { cookie }: Target): boolean =>
  records(match).some(entry => text(at(entry, 'headers.cookie.regex')).includes(`${escaped(cookie.name)}=`));

/** The rule of ours for matched requests that stands ahead of a rule of the user's, when there is one. */
function ahead(rules: readonly Fields[], index: number, target: Target): Fields | null {
  const before = rules.slice(0, index);
  const ours = before.slice(before.findLastIndex(rule => !isOfOurs(rule, target)) + 1);
  return ours.find(rule => !isForHolders(rule, target)) ?? null;
}
