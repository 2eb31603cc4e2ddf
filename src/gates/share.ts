import type { GateKind } from '../model/gate.ts';
import type { Stage } from '../model/stage.ts';

/** The new version's pods count requests where the routes give it some; where they give it none there is nothing to compare. */
export const share: GateKind = {
  name: 'share',
  at: { place: 'behind', of: ({ traffic }) => (hasShare(traffic) ? { name: 'share' } : null) },
  awaits: (_, { namespace, workload, sides, share: given }) => {
    const watched = sides();
    const part = watched ? given() : 0;
    return watched && part > 0 ? [{ do: 'gate-share', namespace, workload, sides: watched, share: part }] : [];
  },
};

/** With affinity there is no share to compare: all present clients may be kept at the version that they have. */
const hasShare = (traffic: Stage['traffic']): boolean =>
  typeof traffic === 'object' && (traffic.weights.canary ?? 0) > 0 && traffic.affinity === undefined;
