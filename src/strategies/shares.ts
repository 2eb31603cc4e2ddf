import type { Role, Routing, Split, Weights } from '../model/stage.ts';

/** What each variant gets, on a scale of 1000: baseline and canary are equal, rounded down; stable takes the rest. */
export function shares({ percentage, baseline }: Split): Weights {
  const given = Math.round(percentage * 10);
  const canary = baseline ? Math.floor(given / 2) : given;
  return baseline ? { stable: 1000 - 2 * canary, baseline: canary, canary } : { stable: 1000 - canary, canary };
}

/**
 * Pods of each variant. By weights: as asked, or the variant's share of stable's replicas, at least 1. By pods: proportional to the
 * shares with the largest one at stable's full size, at least 1 for a share above 0.
 */
export function podCounts(split: Split, replicas: number, routing: Routing): Readonly<Record<Role, number>> {
  const weights = shares(split);
  const largest = routing === 'pods' ? Math.max(...Object.values(weights)) : 1000;
  const count = (role: Role): number => {
    const weight = weights[role] ?? 0;
    if (routing === 'weights') return split.variantReplicas ?? Math.max(1, Math.ceil((replicas * weight) / largest));
    return weight > 0 ? Math.max(1, Math.round((replicas * weight) / largest)) : 0;
  };
  return { stable: routing === 'pods' ? count('stable') : replicas, baseline: count('baseline'), canary: count('canary') };
}
