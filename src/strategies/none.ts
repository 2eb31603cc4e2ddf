import type { Strategy } from '../model/strategy.ts';
import { keepsNobody } from './affinity.ts';

/** The plain rolling deploy: the files are applied in place and awaited. It opens no rollout, so it has no stages. */
export const none: Strategy = {
  name: 'none',
  also: ['basic', 'rolling', 'ramped'],
  about: 'Applies the files and waits until they are rolled out, as kubectl would.',
  place: 'in-place',
  reach: 'everything',
  leaves: [],
  takes: ['surge', 'unavailable'],
  words: { opened: () => 'the new version has taken the place of the old one', next: () => [] },
  examples: [],
  stages: () => [],
  needs: () => [],
  together: (inputs, given) => {
    const kept = keepsNobody(inputs, given);
    if (inputs.onCancel === 'keep') return { faults: kept };
    // Nobody could tell whether a Deployment runs what the cancelled step applied, or what an earlier one did.
    const remedy = `leave it out, or set ${given.spelling('strategy')} to one that runs the new version beside the old one`;
    const fault = 'strategy none opens no rollout that reject could take back when the step is cancelled';
    return { faults: [...kept, `${given.spelling('on-cancel')}: ${fault}; ${remedy}`] };
  },
};
