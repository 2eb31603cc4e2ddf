import { RolloutError } from '../errors.ts';
import { derived } from '../manifests/names.ts';
import type { Root } from '../model/router.ts';
import { ALL_STABLE, ROLES, type Role, type Traffic, type Weights } from '../model/stage.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An entry of a provider's backend list. `role` is null for another Service; entries of one `group` (a port) share their weight. */
export interface Backend {
  readonly role: Role | null;
  readonly group: string;
  readonly weight: number;
  /** As the provider writes it. */
  readonly fields: Fields;
}

/** Whose Service this is: the root is stable, a leaf is its role, all others are null. */
export const roleOf = (service: string, root: Root): Role | null =>
  service === root.service
    ? 'stable'
    : service === serviceOf('canary', root)
      ? 'canary'
      : service === derived(root.service, 'baseline')
        ? 'baseline'
        : null;

/** The Service that takes a role's requests in a route of the user's: stable's is the root itself. */
export const serviceOf = (role: Role, { service, canary = 'canary' }: Root): string =>
  role === 'stable' ? service : derived(service, role === 'canary' ? canary : role);

/** Whether requests reach the root through this list: by itself, or by a leaf of ours. */
export const carries = (backends: readonly Backend[]): boolean =>
  backends.some(({ role, weight }) => (role === 'stable' && weight > 0) || isLeaf(role));

/**
 * The list with the root's share split, in place of its first entry; other Services keep their proportion to it. The entries made
 * copy the fields of the one that they stand for: the provider puts in name and weight. Throws UNSUPPORTED over `limit`.
 */
export function split(backends: readonly Backend[], weights: Weights, limit: number): readonly Backend[] {
  const shares = checked(weights);
  const total = sum(shares.map(([, share]) => share));
  const unit = unitOf(backends);
  const made = (entry: Backend): readonly Backend[] =>
    shares.map(([role, share]) => ({ ...entry, role, weight: share * (weightIn(backends, entry.group) / unit) }));
  const entries = backends.flatMap((entry, index) => {
    if (entry.role === null) return [{ ...entry, weight: total * (entry.weight / unit) }];
    return backends.findIndex(({ role, group }) => role !== null && group === entry.group) === index ? made(entry) : [];
  });
  return within(entries, limit);
}

/** How the root's share is split, on a scale of 1000; all stable where no leaf of ours is named. */
export function weightsOf(backends: readonly Backend[]): Weights {
  if (!backends.some(({ role }) => isLeaf(role))) return ALL_STABLE.weights;
  const group = backends.find(({ role }) => role !== null)?.group;
  const own = backends.filter(entry => entry.group === group && entry.role !== null);
  const total = sum(own.map(({ weight }) => weight));
  return Object.fromEntries(own.map(({ role, weight }) => [role, total === 0 ? 0 : Math.round((weight * 1000) / total)]));
}

/** All on stable and nobody else named: as it was before anything was split. */
export const isWhole = ({ weights, match, mirrors, affinity }: Traffic): boolean =>
  Object.keys(weights).every(role => role === 'stable') && !match && !mirrors && !affinity;

const isLeaf = (role: Role | null): boolean => role === 'canary' || role === 'baseline';

/** Shares that no data plane could misread. The schemas accept negative and fractional ones. */
export function checked(weights: Weights): readonly (readonly [Role, number])[] {
  const shares = ROLES.flatMap(role => (weights[role] === undefined ? [] : [[role, weights[role]] as const]));
  const isFit = shares.every(([, share]) => Number.isInteger(share) && share >= 0 && share <= 1000);
  if (isFit && sum(shares.map(([, share]) => share)) > 0) return shares;
  throw new RangeError(`weights are integers from 0 to 1000, not all of them 0: ${JSON.stringify(weights)}`);
}

/** The root's weight beside the others; alone it has all, whatever its number is. */
function weightIn(backends: readonly Backend[], group: string): number {
  const total = sum(backends.filter(({ role, group: own }) => role !== null && own === group).map(({ weight }) => weight));
  return total === 0 && backends.every(({ role }) => role !== null) ? 1 : total;
}

/** The greatest weight that divides all: a list that was split already has the scale of the shares on it. */
function unitOf(backends: readonly Backend[]): number {
  const groups = [...new Set(backends.filter(({ role }) => role !== null).map(({ group }) => group))];
  const others = backends.filter(({ role }) => role === null).map(({ weight }) => weight);
  return [...others, ...groups.map(group => weightIn(backends, group))].reduce(divisor, 0) || 1;
}

/** The largest number that divides both: of 20 and 30 it is 10. */
export const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);

function within(entries: readonly Backend[], limit: number): readonly Backend[] {
  if (entries.every(({ weight }) => weight <= limit)) return entries;
  throw new RolloutError(
    'UNSUPPORTED',
    `the weights ${entries.map(({ weight }) => weight).join(', ')} would be too large: the route takes ${limit} at most`,
    'Write smaller weights with the same proportions in your route.',
  );
}
