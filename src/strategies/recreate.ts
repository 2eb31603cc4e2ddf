import type { Facts, Stage } from '../model/stage.ts';
import type { Strategy } from '../model/strategy.ts';
import { keepsNobody } from './affinity.ts';

/** Down to zero, then the new version: for what must never run twice. There is a gap. */
export const recreate: Strategy = {
  name: 'recreate',
  about: 'Stops the old version, then starts the new one: for what must never run twice. Requests in between are lost.',
  place: 'instead',
  reach: 'everything',
  leaves: [],
  takes: [],
  words: {
    opened: () => 'the new version has taken the place of the old one',
    next: () => [],
    warning: 'the old version is stopped before the new one starts; requests in between are lost',
    failed: { state: 'the old version is stopped', remedy: 'run reject to start it again, or deploy again' },
  },
  examples: [],
  needs: () => [],
  together: (inputs, given) => ({
    faults: keepsNobody(inputs, given),
    idle: given.isGiven('percentage') ? [['percentage', 'with strategy recreate']] : [],
  }),
  stages(action, facts) {
    switch (action) {
      case 'deploy':
        return deploy(facts);
      case 'promote':
        return [];
      case 'reject':
        return reject(facts);
      case 'retreat':
        return [{ name: 'retreat', variants: { stable: { source: 'keep' } }, traffic: 'unchanged' }];
    }
  },
};

function deploy(facts: Facts): readonly Stage[] {
  const { open, stable, replicas } = facts;
  if (stable === 'same' && open === 'none') return [];
  const start: Stage = {
    name: 'start',
    variants: { stable: { source: 'next', replicas } },
    traffic: 'unchanged',
    closes: true,
    alone: true,
  };
  return open === 'theirs' ? [...endOlder(facts), { ...start, traffic: 'original' }] : [start];
}

/** What an older rollout left beside stable runs no more either when the new version starts. */
const endOlder = ({ stable }: Facts): readonly Stage[] =>
  stable === 'other' ? [{ name: 'stop', variants: { stable: { source: 'current', replicas: 0 } }, traffic: 'original', alone: true }] : [];

function reject({ open, stable, replicas }: Facts): readonly Stage[] {
  if (open !== 'ours') return [];
  if (stable === 'absent' || stable === 'created') return [{ name: 'withdraw', variants: {}, traffic: 'original', closes: true }];
  return [{ name: 'undo', variants: { stable: { source: 'previous', replicas } }, traffic: 'unchanged', closes: true, alone: true }];
}
