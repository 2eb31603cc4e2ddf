/** Ways to run beside stable, by strategy: one of the table without any here is a failure of `table.test.ts`. */
import type { Routing, Split } from '../../src/model/stage.ts';
import type { Strategy } from '../../src/model/strategy.ts';
import { strategies } from '../../src/strategies/index.ts';

/** What a rollout is asked for beside its strategy. */
interface Values extends Split {
  readonly routing: Routing;
}

/** How a rollout splits requests. */
export interface Way extends Values {
  readonly strategy: Strategy;
}

const plain: Values = {
  routing: 'weights',
  percentage: 0,
  baseline: true,
  variantReplicas: null,
  steps: [],
  match: [],
  mirrorPercentage: 0,
  affinity: 'none',
  pods: 'added',
};
const weights = (percentage: number, variantReplicas: number | null, baseline = true): Values => ({
  ...plain,
  percentage,
  baseline,
  variantReplicas,
});
const steps = (...percentages: readonly number[]): Values => ({ ...plain, steps: percentages, variantReplicas: 2 });
const pods = (percentage: number, baseline = false): Values => ({ ...plain, routing: 'pods', percentage, baseline });
const constant = (percentage: number): Values => ({ ...pods(percentage), pods: 'constant' });
const byHeader: Values['match'] = [{ kind: 'header', name: 'x-canary', value: 'yes', how: 'exact' }];
const byCookie: Values['match'] = [{ kind: 'cookie', name: 'beta', value: '1', how: 'exact' }];
const matching = (values: Values, match = byHeader): Values => ({ ...values, match });
const keeping = (values: Values): Values => ({ ...values, affinity: 'cookie' });
const mirrored = (mirrorPercentage: number): Values => ({ ...plain, mirrorPercentage });

/** Several values of one kind, one of which the others of the kind are gone through from. */
interface Kind {
  /** Ways with edges of their own: each is crashed at its steps. */
  readonly edges: readonly Values[];
  /** What one rollout may go through one after the other; absent: the edges. */
  readonly family?: readonly Values[];
}

/**
 * By the strategies' names. Several shadows are not among them: the model has one new version beside stable, and what is remembered of
 * further ones is the record's, which `http.test.ts` has them killed with.
 */
const kinds: Readonly<Record<string, readonly Kind[]>> = {
  canary: [
    {
      edges: [weights(10, 2), weights(20, 1, false), weights(50, null), weights(0, 1)],
      family: [weights(10, 2), weights(20, 2), weights(20, 3, false), weights(0, 1), weights(50, null)],
    },
    { edges: [weights(0, 1, false)], family: [weights(0, 1, false), weights(100, null, false)] },
    { edges: [steps(5, 10, 25)], family: [steps(5, 10, 25), steps(10, 20)] },
    {
      edges: [matching(weights(5, 2)), matching(weights(20, 1, false))],
      family: [matching(weights(5, 2)), matching(weights(20, 1, false), byCookie), weights(20, 2), matching(weights(0, 1, false))],
    },
    { edges: [keeping(weights(20, 2)), keeping(weights(40, 1, false))], family: [keeping(weights(20, 2)), keeping(weights(40, 2, false))] },
    { edges: [pods(25), pods(20, true), pods(75), pods(100)], family: [pods(25), pods(75), pods(100), pods(50, true)] },
    { edges: [constant(50), constant(100)], family: [constant(25), constant(50), constant(100)] },
  ],
  'blue-green': [{ edges: [plain, weights(100, null)] }],
  ab: [{ edges: [matching(plain)], family: [matching(plain), matching(plain, byCookie), matching(plain, [...byHeader, ...byCookie])] }],
  shadow: [{ edges: [mirrored(100), mirrored(40)] }],
};

const all: readonly (readonly [Strategy, Kind])[] = Object.entries(strategies).flatMap(([name, strategy]) =>
  (kinds[name] ?? []).map(kind => [strategy, kind] as const),
);

const waysOf = (strategy: Strategy, values: readonly Values[]): readonly Way[] => values.map(one => ({ ...one, strategy }));

/** Every way to run beside stable that has edges of its own. */
export const ways: readonly Way[] = all.flatMap(([strategy, { edges }]) => waysOf(strategy, edges));

/** Ways that one rollout may go through one after the other. */
export const families = some(all.map(([strategy, { edges, family }]) => some(waysOf(strategy, family ?? edges))));

/** Names that no strategy of the table has. */
export const strayNames: readonly string[] = Object.keys(kinds).filter(name => strategies[name] === undefined);

/** The way in words, for a violation. */
export function spoken({
  strategy,
  routing,
  percentage,
  baseline,
  steps: walk,
  pods: counts,
  match,
  affinity,
  mirrorPercentage,
}: Way): string {
  const given = walk.length > 0 ? walk.join(', ') : percentage;
  const more = [
    ...(baseline ? ['with baseline'] : []),
    ...(match.length > 0 ? [`matching ${match.map(({ kind }) => kind).join(' or ')}`] : []),
    ...(affinity === 'cookie' ? ['keeping users'] : []),
    ...(mirrorPercentage > 0 ? [`copying ${mirrorPercentage} %`] : []),
  ];
  return [`${strategy.name} by ${counts === 'constant' ? 'constant ' : ''}${routing}, ${given} %`, ...more].join(' ');
}

/** A list that has something in it. */
function some<T>([first, ...others]: readonly T[]): readonly [T, ...T[]] {
  if (first === undefined) throw new Error('there is no way to choose from');
  return [first, ...others];
}
