import type { Role, Routing, Split, Weights } from '../model/stage.ts';

/** What each variant gets, on a scale of 1000: baseline and canary are equal, rounded down; stable takes the rest. */
export function shares({ percentage, baseline }: Pick<Split, 'percentage' | 'baseline'>): Weights {
  const given = Math.round(percentage * 10);
  const canary = baseline ? Math.floor(given / 2) : given;
  return baseline ? { stable: 1000 - 2 * canary, baseline: canary, canary } : { stable: 1000 - canary, canary };
}

/** Stable's full size, and the pods of others behind the same Service. */
export interface Crowd {
  readonly replicas: number;
  readonly siblings: number;
}

/**
 * Pods of each variant. By weights: the number that was asked, or the variant's share of stable's replicas, at least 1; 20 % of 10 replicas are 2 pods.
 * By pods: proportional to the shares of all that stands behind the Service, with the largest share at stable's full size, at least 1 pod for a share
 * above 0; 20 % beside 8 replicas are 2 pods. With constant pods all add up to stable's full size, or to more where each gets its one.
 */
export function podCounts(split: Split, { replicas, siblings }: Crowd, routing: Routing): Readonly<Record<Role, number>> {
  const weights = shares(split);
  const isConstant = split.pods === 'constant';
  const count = (role: Role): number => {
    const weight = weights[role] ?? 0;
    if (routing === 'weights') return split.variantReplicas ?? Math.max(1, Math.ceil((replicas * weight) / 1000));
    return weight > 0 ? Math.max(1, Math.round((all * weight) / full)) : 0;
  };
  const largest = Math.max(...Object.values(weights));
  const full = isConstant ? 1000 : largest;
  // Siblings, which are other Deployments behind the Service, serve the old version too, and give up no pods.
  const all = isConstant || weights.stable === largest ? replicas + siblings : replicas;
  const least = weights.stable === 0 ? 0 : 1;
  const most = isConstant && siblings > 0 ? Math.max(1, replicas - least) : Number.POSITIVE_INFINITY;
  const [baseline, canary] = [Math.min(most, count('baseline')), Math.min(most, count('canary'))];
  if (routing === 'weights') return { stable: replicas, baseline, canary };
  const stable = isConstant ? replicas - baseline - canary : count('stable') - siblings;
  return { stable: Math.max(least, stable), baseline, canary };
}
