/** How fast the demo plays. */
import type { Pace } from '../../src/simulation/index.ts';

/** The cluster's pace, the requests, and the waits of the rollouts. */
export interface Tempo {
  readonly pace: Partial<Pace>;
  readonly requestsPerSecond: number;
  /** How long the split is measured behind a step. */
  readonly measureMilliseconds: number;
  readonly trafficDelaySeconds: number;
  readonly drainSeconds: number;
}

/** For a person who looks on: about half a minute. */
export const watchable: Tempo = {
  pace: { readyMilliseconds: 1000, terminationMilliseconds: 600 },
  requestsPerSecond: 500,
  measureMilliseconds: 3200,
  trafficDelaySeconds: 1,
  drainSeconds: 1,
};

/** For a machine: about ten seconds, six of them in the soak. */
export const fast: Tempo = {
  pace: {
    schedulingMilliseconds: 1,
    readyMilliseconds: 5,
    terminationMilliseconds: 40,
    endpointsMilliseconds: 2,
    dataPlaneMilliseconds: 4,
  },
  requestsPerSecond: 4000,
  measureMilliseconds: 150,
  trafficDelaySeconds: 0.02,
  drainSeconds: 0.02,
};
