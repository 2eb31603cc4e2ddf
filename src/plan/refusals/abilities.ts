import { RolloutError } from '../../errors.ts';
import type { Ability } from '../../model/ability.ts';
import type { Live } from '../../model/live.ts';
import type { Inputs } from '../../model/request.ts';
import type { TrafficRouter } from '../../model/router.ts';
import { routers } from '../../routers/index.ts';
import { standsApart, strategyNamed } from '../../strategies/index.ts';

/** Where a split is asked for. */
export interface Place extends Pick<Live, 'versions'> {
  /** Another version gets copies of the requests already. */
  readonly hasShadows: boolean;
}

/**
 * Throws what a router cannot do, all of it at once, with the routers of this cluster that can.
 * @throws RolloutError UNSUPPORTED.
 */
export function refuseInability(inputs: Inputs, chosen: readonly TrafficRouter[], place: Place): void {
  const needed = strategyNamed(inputs.strategy).needs(inputs, place.hasShadows);
  const faults = chosen.flatMap(router => {
    const missing = needed.filter(ability => !isAble(router, ability, inputs));
    const lacks = [...unserved(router, inputs), ...missing.map(ability => WORDS[ability]), ...mixed(router, inputs)];
    return lacks.length > 0 ? [`traffic-split-method ${router.name} cannot ${lacks.join(', nor ')}`] : [];
  });
  if (faults.length === 0) {
    refuseRestart(inputs, chosen);
    return;
  }
  const able = Object.values(routers).filter(
    router =>
      router.routing === 'weights' &&
      isServed(router, place) &&
      unserved(router, inputs).length === 0 &&
      mixed(router, inputs).length === 0 &&
      needed.every(ability => isAble(router, ability, inputs)),
  );
  const hint =
    able.length > 0
      ? `In this cluster ${able.map(({ name }) => name).join(', ')} can, if the requests arrive that way.`
      : 'No traffic-split-method in this cluster can.';
  throw new RolloutError('UNSUPPORTED', faults.join('; '), hint);
}

function unserved({ routing, only }: TrafficRouter, { strategy }: Inputs): readonly string[] {
  const way = strategyNamed(strategy);
  if (routing === 'pods' && standsApart(way)) return [`keep the new version apart from the requests, as ${strategy} does`];
  return only === undefined || only.includes(way.reach) ? [] : [`serve strategy ${strategy}`];
}

/** Behind one Service a cookie or a match leads to the baseline as well as to the canary; at 0 percent a baseline runs too. */
function mixed({ sharesLeaf, can }: TrafficRouter, { strategy, baseline, affinity, match }: Inputs): readonly string[] {
  if (!sharesLeaf || !baseline || strategyNamed(strategy).reach !== 'share') return [];
  return [
    ...(affinity === 'cookie' && can.includes('affinity') ? [`keep a user on his version ${SHARED}`] : []),
    ...(match.length > 0 && can.includes('match-beside-weight') ? [`give matched requests to the canary alone ${SHARED}`] : []),
  ];
}

const SHARED = 'beside a baseline, which shares the canary’s Service (set baseline: false)';

/** Where the user declares what a router can, and gives no command for it, it can nothing. */
function isAble({ can, declared }: TrafficRouter, ability: Ability, { script, scriptCan }: Inputs): boolean {
  const isDeclared = ability === 'match-beside-weight' ? scriptCan.includes('weight') : scriptCan.includes(ability);
  return can.includes(ability) && (!declared || (script !== null && isDeclared));
}

function refuseRestart({ allowRestart, strategy }: Inputs, chosen: readonly TrafficRouter[]): void {
  const router = chosen.find(({ restarts }) => restarts);
  if (!router || allowRestart || strategyNamed(strategy).reach !== 'copies') return;
  throw new RolloutError(
    'UNSUPPORTED',
    `traffic-split-method ${router.name} puts a container into the pods of the running version: they restart once to add it, and once to remove it`,
    'Set allow-restart: true to agree, or use a traffic-split-method that needs no restart.',
  );
}

/** Whether the cluster knows one of the kinds that a router writes. */
export const isServed = (router: TrafficRouter, { versions }: Pick<Live, 'versions'>): boolean =>
  router.kinds.length === 0 || splittingKinds(router).some(kind => (versions[kind] ?? []).length > 0);

/** The kinds of which one has to be served. */
export const splittingKinds = ({ kinds, helpers = [] }: TrafficRouter): readonly string[] => kinds.filter(kind => !helpers.includes(kind));

const WORDS: Readonly<Record<Ability, string>> = {
  weight: 'split requests by weights',
  baseline: 'give a baseline a share of its own',
  'match-beside-weight': 'match requests beside a share of all others',
  header: 'match requests by a header',
  cookie: 'match requests by a cookie',
  regex: 'match by a regular expression',
  mirror: 'mirror requests',
  'mirror-percentage': 'mirror a part of the requests',
  'mirror-several': 'mirror requests to several versions',
  affinity: 'keep a user on the version that he got',
};
