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
  pace: { readyMilliseconds: 1200, terminationMilliseconds: 800 },
  requestsPerSecond: 400,
  measureMilliseconds: 4000,
  trafficDelaySeconds: 1,
  drainSeconds: 1,
};

/** For a machine: two seconds, with as many requests for each measurement. */
export const fast: Tempo = {
  pace: {
    schedulingMilliseconds: 1,
    readyMilliseconds: 10,
    terminationMilliseconds: 60,
    endpointsMilliseconds: 2,
    dataPlaneMilliseconds: 5,
  },
  requestsPerSecond: 8000,
  measureMilliseconds: 200,
  trafficDelaySeconds: 0.06,
  drainSeconds: 0.06,
};
