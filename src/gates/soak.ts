import { hash } from '../manifests/json.ts';
import type { GateKind } from '../model/gate.ts';
import type { GateOperation } from '../model/operation.ts';
import type { Analysis } from '../model/record.ts';
import type { Inputs } from '../model/request.ts';
import type { Stage } from '../model/stage.ts';

/** The new version is watched under its requests, beside its baseline and stable; nothing where one of the two sides is not there. */
export const soak: GateKind<Extract<GateOperation, { do: 'soak' }>> = {
  name: 'soak',
  at: {
    place: 'behind',
    of: ({ traffic, split: { soakSeconds: seconds = 0, judges = [] } }) =>
      seconds > 0 && getsRequests(traffic) ? { name: 'soak', seconds, judges } : null,
  },
  awaits: ({ seconds = 0 }, { namespace, workload, sides, pods }) => {
    const watched = sides();
    return watched ? [{ do: 'soak', namespace, workload, sides: watched, port: pods()?.port ?? null, seconds }] : [];
  },
  hasPassed: ({ analysis }, stage, { judges = [] }) => analysis?.stage === stage && analysis.verdict !== null && isJudged(judges, analysis),
};

/** Whether the new version gets requests. Where pods are the split (`traffic` is a word) every ready pod does. */
const getsRequests = (traffic: Stage['traffic']): boolean =>
  typeof traffic === 'string' || (traffic.weights.canary ?? 0) > 0 || (traffic.match ?? []).length > 0 || traffic.mirrors !== undefined;

/** What a soak is to judge: each metric and each comparison, with its bounds and its judge. */
export const judgesOf = ({
  metrics,
  measures,
  compares,
  judge,
}: Pick<Inputs, 'metrics' | 'measures' | 'compares' | 'judge'>): readonly string[] =>
  [...metrics.map(metric => [judge, metric]), ...measures, ...compares].map(hash);

/** Whether an analysis was asked about all of it. One that an older version wrote does not say what it was asked. */
export const isJudged = (judges: readonly string[], { asked }: Pick<Analysis, 'asked'>): boolean =>
  asked === undefined || judges.every(one => asked.includes(one));
