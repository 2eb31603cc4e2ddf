import type { GateKind } from '../model/gate.ts';
import type { GateOperation } from '../model/operation.ts';
import type { Stage } from '../model/stage.ts';

/** The new version is watched under its requests, beside its baseline and stable; nothing where one of the two sides is not there. */
export const soak: GateKind<Extract<GateOperation, { do: 'soak' }>> = {
  name: 'soak',
  at: {
    place: 'behind',
    of: ({ traffic, split: { soakSeconds: seconds = 0 } }) => (seconds > 0 && getsRequests(traffic) ? { name: 'soak', seconds } : null),
  },
  awaits: ({ seconds = 0 }, { namespace, workload, sides, pods }) => {
    const watched = sides();
    return watched ? [{ do: 'soak', namespace, workload, sides: watched, port: pods()?.port ?? null, seconds }] : [];
  },
  hasPassed: ({ analysis }, stage) => analysis?.stage === stage && analysis.verdict !== null,
};

/** By counts of pods every ready pod does. */
const getsRequests = (traffic: Stage['traffic']): boolean =>
  typeof traffic === 'string' || (traffic.weights.canary ?? 0) > 0 || (traffic.match ?? []).length > 0 || traffic.mirrors !== undefined;
