import type { Ability } from '../../../src/model/ability.ts';
import type { Match, Traffic, Weights } from '../../../src/model/stage.ts';

/** A source of numbers that gives the same ones for the same seed: 0 to below `limit`. */
type Draw = (limit: number) => number;

/** As many statements of traffic as wanted, only of what a router can; the same for the same seed. */
export function generateTraffic(count: number, can: readonly Ability[], seed = 1): readonly Traffic[] {
  const draw = drawFrom(seed);
  return Array.from({ length: count }, () => trafficOf(can, draw));
}

function drawFrom(seed: number): Draw {
  let state = seed * 2654435761;
  return limit => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function trafficOf(can: readonly Ability[], draw: Draw): Traffic {
  const has = (ability: Ability): boolean => can.includes(ability) && draw(3) === 0;
  const match = can.includes('header') && draw(2) === 0 ? matchesOf(can, draw) : [];
  return {
    weights: can.includes('weight') ? weightsOf(can, draw) : { stable: 1000 },
    ...(match.length > 0 ? { match } : {}),
    ...(has('mirror') ? { mirrors: mirrorsOf(can, draw) } : {}),
    ...(has('affinity') ? { affinity: 'cookie' as const } : {}),
  };
}

/** To one version or to several, under the name that every one has. */
function mirrorsOf(can: readonly Ability[], draw: Draw): Readonly<Record<string, number>> {
  const percentage = (): number => (can.includes('mirror-percentage') ? 1 + draw(100) : 100);
  const names = can.includes('mirror-several') ? [['canary'], ['beta'], ['beta', 'canary']][draw(3)] : [['canary'], ['beta']][draw(2)];
  return Object.fromEntries((names ?? []).map(name => [name, percentage()]));
}

/** The ends count more than the middle: they are what data planes misread. */
function weightsOf(can: readonly Ability[], draw: Draw): Weights {
  const given = [0, 1000, 1, 999, draw(1001), draw(1001)][draw(6)] ?? 0;
  if (!can.includes('baseline') || draw(2) === 0) return { stable: 1000 - given, canary: given };
  const half = Math.floor(given / 2);
  return { stable: 1000 - 2 * half, baseline: half, canary: half };
}

const VALUES = ['always', 'a.b*c', '(x|y)', '1', 'äß', 'a b'];

function matchesOf(can: readonly Ability[], draw: Draw): readonly Match[] {
  const ways: readonly Match['how'][] = can.includes('regex') ? ['exact', 'prefix', 'regex'] : ['exact'];
  return Array.from({ length: 1 + draw(2) }, (_, index) => ({
    kind: can.includes('cookie') && draw(3) === 0 ? ('cookie' as const) : ('header' as const),
    name: `x-beta-${index}`,
    value: VALUES[draw(VALUES.length)] ?? 'always',
    how: ways[draw(ways.length)] ?? 'exact',
  }));
}
