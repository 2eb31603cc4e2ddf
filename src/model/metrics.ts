/** What pods count of the requests that they answer, and the port through which the core reads it. */
import type { KubeObject } from './kube.ts';
import type { ProbedCluster } from './probe.ts';

/** The counters of one pod, since it began to count. */
export interface Answers {
  readonly requests: number;
  /** Answers with status 5xx; null where nothing tells the status. */
  readonly errors: number | null;
  /** Requests slower than a bound, by the bound in seconds; empty where the pod tells no times. */
  readonly slower: Readonly<Record<string, number>>;
}

/** One look at a pod, or at a Service where a router counts: its counters, or why there are none. */
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

const order: readonly Verdict[] = ['fail', 'no-data', 'inconclusive', 'pass'];

/** The verdict of all: the worst of them; of none it is `pass`. */
export const worstOf = (verdicts: readonly Verdict[]): Verdict => order.find(verdict => verdicts.includes(verdict)) ?? 'pass';

/** Where Prometheus is: an address, or a Service that the API server leads to. Paths are without a slash at their end. */
export type PrometheusAt =
  | { readonly url: string }
  | {
      readonly service: {
        readonly namespace: string;
        readonly scheme: 'http' | 'https';
        readonly name: string;
        readonly port: string;
        readonly path: string;
      };
    };

/** A header of a request. */
export type Header = readonly [name: string, value: string];

/** Prometheus, or what speaks its API, as the user describes it. Certificates and keys are PEM, or the path of a file with it. */
export interface AskedPrometheus {
  readonly at: PrometheusAt;
  readonly token: string | null;
  /** "user:password". */
  readonly login: string | null;
  readonly headers: readonly Header[];
  readonly ca: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
}

/** A metric that the user wants judged: by how much the canary may be worse and still pass, as a share of its requests. */
export interface AskedMetric {
  readonly metric: 'errors' | 'latency';
  readonly tolerance: number;
}

/** Whose requests are counted. */
export type Side = 'canary' | 'baseline' | 'stable';

/** What each side has answered since it counts. */
export type Counts = Partial<Readonly<Record<Side, Answers>>>;

/** What belongs to one variant, as far as numbers of it can be asked for. */
export interface Variant {
  readonly side: Side;
  readonly namespace: string;
  /** Its Deployment. */
  readonly name: string;
  /** Services that lead to it alone; a router counts by them. */
  readonly services: readonly string[];
  readonly pods: readonly KubeObject[];
}

/** Where numbers come from. */
export interface Metrics {
  /** Looks at all of them at once; never throws. A reading is of a pod, or of a Service where a router counts. */
  read(variants: readonly Variant[]): Promise<readonly Reading[]>;
  /** Somebody else looks at the pods from time to time, and keeps what he sees; absent: the pods themselves are asked. */
  readonly kept?: Kept;
}

/** Counts of which the newest are as old as the last look that was taken at a pod. */
export interface Kept {
  /** How long ago that may be; each pod has its own moment. */
  readonly oldSeconds: number;
  /** What `read` would have told so long ago. */
  readBefore(variants: readonly Variant[], seconds: number): Promise<readonly Reading[]>;
}

/** A number that the user asks for himself, and when it is good. */
export interface OwnMetric {
  readonly metric: string;
  /** Who is asked: Prometheus by a query, the web by an address, or a command. */
  readonly from: 'prometheus' | 'web' | 'script';
  /** The query, the address or the command line. It may hold `{{variant}}` and other placeholders. */
  readonly query: string;
  /** Where in an answer of the web the number stands, an index below 0 from the end: `$.series[0].value`; empty: the whole answer. */
  readonly path: readonly (string | number)[];
  /** What of a command counts: the number that it prints, or whether its exit code is 0. */
  readonly reads: 'number' | 'exit-code';
  /** Bounds that the canary's number must keep; without either it is compared with the baseline's. */
  readonly max: number | null;
  readonly min: number | null;
  /** By which share a bound may be passed, or the baseline, before that is a failure. */
  readonly tolerance: number;
  /** A comparison decides; otherwise it is told only. Bounds always decide. */
  readonly critical: boolean;
  /** Which difference from the baseline is bad. */
  readonly direction: 'increase' | 'decrease' | 'either';
  readonly intervalSeconds: number;
  /** Measurements after which no more are taken; null: as long as the soak lasts. */
  readonly count: number | null;
  /** So many failures, inconclusive measurements and errors in a row are still allowed; -1 switches the first off. */
  readonly failureLimit: number;
  readonly inconclusiveLimit: number;
  readonly errorLimit: number;
}

/** What was measured of one variant: of these four only a value can be good. */
export type Measured =
  /** `said`: what a command wrote last that ended with this exit code. */
  | { readonly kind: 'value'; readonly value: number; readonly said?: string }
  | { readonly kind: 'no-data' | 'nan' | 'error'; readonly text: string };

/** What one measurement came to; `reference` is null where the canary is held to bounds. */
export interface Measurement {
  readonly canary: Measured;
  readonly reference: Measured | null;
}

/** Takes a measurement of what stands under watch for so many seconds; never throws but for an interruption. */
export type Measure = (asked: OwnMetric, variants: readonly Variant[], seconds: number) => Promise<Measurement>;

/** A cluster whose pods may be looked at too, and what is measured beside it. */
export interface MeasuredCluster extends ProbedCluster {
  /** What is judged. */
  readonly metrics?: Metrics;
  /** What the pods themselves count, whoever else is asked for what is judged: a moment is too short for counts that are kept. */
  readonly podCounts?: Metrics;
  readonly measure?: Measure;
}
