/** What pods count of the requests that they answer, and the port through which the core reads it. */
import type { Cluster, KubeObject } from './kube.ts';

/** The counters of one pod, since it began to count. */
export interface Answers {
  readonly requests: number;
  /** Answers with status 5xx. */
  readonly errors: number;
  /** Requests slower than a bound, by the bound in seconds; empty where the pod tells no times. */
  readonly slower: Readonly<Record<string, number>>;
}

/** One look at a pod: its counters, or why there are none. */
export type Reading =
  | { readonly pod: string; readonly answers: Answers }
  | {
      readonly pod: string;
      readonly answers: null;
      /** `forbidden`: the Role lacks pods/proxy; `unreachable`: nothing answered; `unknown`: no counter that we know is on the page. */
      readonly because: 'forbidden' | 'unreachable' | 'unknown';
      readonly text: string;
    };

/** What a metric, or an analysis as the worst of its metrics, came to. `no-data` never passes. */
export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'no-data';

/** A metric that the user wants judged: by how much the canary may be worse and still pass, as a share of its requests. */
export interface AskedMetric {
  readonly metric: 'errors' | 'latency';
  readonly tolerance: number;
}

/** Where numbers come from. */
export interface Metrics {
  /** Looks at these pods at once; never throws. */
  read(pods: readonly KubeObject[]): Promise<readonly Reading[]>;
}

/** A cluster whose pods may be looked at too. */
export interface MeasuredCluster extends Cluster {
  readonly metrics?: Metrics;
}
