import type { Role, Routing, Split, Weights } from '../model/stage.ts';

/** What each variant gets, on a scale of 1000: baseline and canary are equal, rounded down; stable takes the rest. */
export function shares({ percentage, baseline }: Pick<Split, 'percentage' | 'baseline'>): Weights {
  const given = Math.round(percentage * 10);
  const canary = baseline ? Math.floor(given / 2) : given;
  return baseline ? { stable: 1000 - 2 * canary, baseline: canary, canary } : { stable: 1000 - canary, canary };
}

/**
 * Pods of each variant. By weights: as asked, or the variant's share of stable's replicas, at least 1. By pods: proportional to the
 * shares with the largest one at stable's full size, at least 1 for a share above 0; with constant pods they add up to stable's full size,
 * or to more where each gets its one.
 */
export function podCounts(split: Split, replicas: number, routing: Routing): Readonly<Record<Role, number>> {
  const weights = shares(split);
  const full = routing === 'weights' || split.pods === 'constant' ? 1000 : Math.max(...Object.values(weights));
  const count = (role: Role): number => {
    const weight = weights[role] ?? 0;
    if (routing === 'weights') return split.variantReplicas ?? Math.max(1, Math.ceil((replicas * weight) / full));
    return weight > 0 ? Math.max(1, Math.round((replicas * weight) / full)) : 0;
  };
  const [baseline, canary] = [count('baseline'), count('canary')];
  if (routing === 'weights') return { stable: replicas, baseline, canary };
  const least = weights.stable === 0 ? 0 : 1;
  return { stable: split.pods === 'constant' ? Math.max(least, replicas - baseline - canary) : count('stable'), baseline, canary };
}
