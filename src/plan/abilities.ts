import { RolloutError } from '../errors.ts';
import type { Live } from '../model/live.ts';
import type { Inputs } from '../model/request.ts';
import type { Ability, TrafficRouter } from '../model/router.ts';
import { routers } from '../routers/index.ts';

/** Where a split is asked for. */
export interface Place extends Pick<Live, 'versions'> {
  /** Another version gets copies of the requests already. */
  readonly hasShadows: boolean;
}

/** What a strategy asks of the data plane, given the user's inputs. */
function abilitiesFor(inputs: Inputs, { hasShadows }: Place): readonly Ability[] {
  const { strategy, percentage, steps, baseline, match, affinity } = inputs;
  const matching: readonly Ability[] = match.flatMap(({ kind, how }): readonly Ability[] => [
    kind,
    ...(how === 'regex' ? (['regex'] as const) : []),
  ]);
  const keeping: readonly Ability[] = affinity === 'cookie' ? ['affinity'] : [];
  switch (strategy) {
    case 'canary': {
      const splits = steps.length > 0 || (percentage ?? 0) > 0;
      return unique([
        ...(splits ? (['weight'] as const) : []),
        ...(baseline && splits ? (['baseline'] as const) : []),
        ...(splits && match.length > 0 ? (['match-beside-weight'] as const) : []),
        ...matching,
        ...keeping,
      ]);
    }
    case 'ab':
      return unique(matching);
    case 'shadow':
      return copying(inputs, hasShadows);
    default:
      return [];
  }
}

function copying({ mirrorPercentage }: Inputs, hasShadows: boolean): readonly Ability[] {
  const part: readonly Ability[] = mirrorPercentage < 100 ? ['mirror-percentage'] : [];
  return ['mirror', ...part, ...(hasShadows ? (['mirror-several'] as const) : [])];
}

/** Strategies whose canary must stand without requests: counts of pods cannot do that. */
const APART = ['blue-green', 'ab', 'shadow'];

/**
 * Throws what a router cannot do, all of it at once, with the routers of this cluster that can.
 * @throws RolloutError UNSUPPORTED.
 */
export function refuseInability(inputs: Inputs, chosen: readonly TrafficRouter[], place: Place): void {
  const needed = abilitiesFor(inputs, place);
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
      ? `In this cluster ${able.map(({ name }) => name).join(', ')} can, where requests come in that way.`
      : 'No traffic-split-method that this cluster serves can.';
  throw new RolloutError('UNSUPPORTED', faults.join('; '), hint);
}

function unserved({ routing, only }: TrafficRouter, { strategy }: Inputs): readonly string[] {
  if (routing === 'pods' && APART.includes(strategy)) return [`keep the new version apart from the requests, as ${strategy} does`];
  return only === undefined || only.includes(strategy) ? [] : [`serve strategy ${strategy}`];
}

/** Behind one Service a cookie or a match leads to the baseline as well as to the canary; at 0 percent a baseline runs too. */
function mixed({ sharesLeaf, can }: TrafficRouter, { strategy, baseline, affinity, match }: Inputs): readonly string[] {
  if (!sharesLeaf || !baseline || strategy !== 'canary') return [];
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
  if (!router || allowRestart || strategy !== 'shadow') return;
  throw new RolloutError(
    'UNSUPPORTED',
    `traffic-split-method ${router.name} puts a container into the pods of the running version: they restart once to get it in, and once to get it out`,
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

const unique = (abilities: readonly Ability[]): readonly Ability[] => [...new Set(abilities)];
