import type { Facts, Split, Traffic } from '../model/stage.ts';
import { beside, type Opening } from './beside.ts';
import { podCounts, shares } from './shares.ts';

/** The new version gets a part of the requests, in one step or in several with time between them. */
export const canary = beside({
  name: 'canary',
  about: 'Runs the new version next to a fresh copy of the old one and gives both a share of the requests.',
  promote: 'roll',
  openings(facts) {
    const { steps, percentage } = facts.split;
    const walk = steps.length > 0 ? steps : [percentage];
    return walk.map((step, i) => opening({ ...facts.split, percentage: step }, facts, i < walk.length - 1));
  },
});

function opening(split: Split, { replicas, siblings, routing }: Facts, isBetween: boolean): Opening {
  const counts = podCounts(split, { replicas, siblings }, routing);
  return {
    name: `${split.percentage}%`,
    traffic: routing === 'pods' ? 'unchanged' : traffic(split),
    sizes: { stable: counts.stable, canary: counts.canary, ...(split.baseline ? { baseline: counts.baseline } : {}) },
    gates: [...(isBetween ? (['interval'] as const) : []), ...(routing === 'pods' ? [] : (['route'] as const))],
  };
}

function traffic(split: Split): Traffic {
  const { match, affinity } = split;
  return { weights: shares(split), ...(match.length > 0 ? { match } : {}), ...(affinity === 'cookie' ? { affinity } : {}) };
}
