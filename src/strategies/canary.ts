import type { Facts, Stage, Strategy, Traffic, Variant, Variants } from '../model/stage.ts';
import { podCounts, shares } from './shares.ts';

const keep: Variant = { source: 'keep' };
const next = (replicas: number): Variant => ({ source: 'next', replicas });
const current = (replicas: number): Variant => ({ source: 'current', replicas });
const previous = (replicas: number): Variant => ({ source: 'previous', replicas });

/** The new version runs beside the old one and gets a part of the requests, until promote or reject. */
export const canary: Strategy = {
  name: 'canary',
  about: 'Runs the new version next to a fresh copy of the old one and gives both a share of the requests.',
  stages(action, facts) {
    switch (action) {
      case 'deploy':
        return deploy(facts);
      case 'promote':
        return promote(facts);
      case 'reject':
        return reject(facts);
      case 'retreat':
        return [retreat(facts)];
    }
  },
};

function deploy(facts: Facts): readonly Stage[] {
  if (isFirst(facts)) return [{ name: 'first-release', variants: { stable: next(facts.replicas) }, traffic: 'unchanged', closes: true }];
  const older = facts.open === 'theirs' ? [...restore(facts), { ...back(facts), name: 'end-older' }] : [];
  return facts.stable === 'same' && facts.open !== 'ours' ? older : [...older, open(facts)];
}

function promote(facts: Facts): readonly Stage[] {
  if (facts.open === 'none') return [];
  return [
    facts.recreates ? shift(facts) : releaseBaseline(facts),
    { name: 'replace-stable', variants: { stable: next(facts.replicas), canary: keep }, traffic: 'unchanged' },
    { name: 'settle', variants: { stable: next(facts.replicas) }, traffic: 'original', closes: true },
  ];
}

function reject(facts: Facts): readonly Stage[] {
  if (facts.open !== 'ours') return [];
  if (!isFirst(facts)) return [...restore(facts), back(facts)];
  const kept: Stage = { name: 'keep-first-release', variants: { stable: keep }, traffic: 'unchanged', closes: true };
  return [facts.withdrawable ? { name: 'withdraw', variants: {}, traffic: 'original', closes: true } : kept];
}

/** A failing deploy ends safe: traffic goes back, the variants stay for a look. Where ready pods are traffic, they go. */
function retreat(facts: Facts): Stage {
  if (isFirst(facts)) return { name: 'retreat', variants: { stable: keep }, traffic: 'unchanged' };
  if (facts.routing === 'pods') return { ...back(facts), name: 'retreat' };
  const variants: Variants = { stable: keep, baseline: keep, canary: keep };
  return { name: 'retreat', variants, traffic: facts.routed ? { weights: { stable: 1000 } } : 'unchanged' };
}

const isFirst = ({ stable }: Facts): boolean => stable === 'absent' || stable === 'created';

function open({ split, replicas, routing }: Facts): Stage {
  const weights = shares(split);
  const counts = podCounts(split, replicas, routing);
  const beside = { ...(split.baseline ? { baseline: current(counts.baseline) } : {}), canary: next(counts.canary) };
  const stable = routing === 'pods' ? current(counts.stable) : keep;
  const traffic: Traffic | 'unchanged' = routing === 'pods' ? 'unchanged' : { weights };
  return { name: `${split.percentage}%`, variants: { stable, ...beside }, traffic, gates: routing === 'pods' ? [] : ['route'] };
}

const back = ({ routing, replicas }: Facts): Stage => ({
  name: 'back-to-stable',
  variants: { stable: routing === 'pods' ? current(replicas) : keep },
  traffic: 'original',
  closes: true,
});

/** A quota may need the baseline's room for stable's roll. */
function releaseBaseline({ canaryWeight, routing }: Facts): Stage {
  const split = routing === 'weights' && canaryWeight > 0;
  return {
    name: 'release-baseline',
    variants: { stable: keep, canary: keep },
    traffic: split ? { weights: { stable: 1000 - canaryWeight, canary: canaryWeight } } : 'unchanged',
  };
}

/** A canary at full size takes everything while stable cannot serve. */
const shift = ({ replicas, routing }: Facts): Stage => ({
  name: 'shift-to-canary',
  variants: { stable: keep, canary: next(replicas) },
  traffic: routing === 'weights' ? { weights: { stable: 0, canary: 1000 } } : 'unchanged',
});

/** reject in the middle of promote: stable's original template comes back first. */
function restore(facts: Facts): readonly Stage[] {
  if (facts.stable !== 'replaced') return [];
  const back: Stage = { name: 'restore-stable', variants: { stable: previous(facts.replicas), canary: keep }, traffic: 'unchanged' };
  return facts.recreates ? [shift(facts), back] : [back];
}
