import type { GateKind } from '../model/gate.ts';

/** A person has approved the new version; asked once, behind the last opening of an action. */
export const answer: GateKind = {
  name: 'answer',
  at: {
    place: 'behind',
    of: ({ isLast, split: { holdSeconds: seconds = 0 } }) => (isLast && seconds > 0 ? { name: 'answer', seconds } : null),
  },
  awaits: ({ seconds = 0 }, { namespace, workload }) => [{ do: 'await-answer', namespace, workload, limitSeconds: seconds }],
  hasPassed: ({ hold }, stage) => hold?.stage === stage && hold.answer?.verdict === 'approve',
};
