/** Questions that a new version has to answer before it gets its first request. */
import type { Cluster } from './kube.ts';
import type { Reviewing } from './permission.ts';

/** One question, as a line of the input says it. */
export interface Probe {
  /** As it is told: values of headers are left out. */
  readonly text: string;
  readonly line: number;
  /** With its query. */
  readonly path: string;
  /** Name or number; null: where the Service sends its requests. */
  readonly port: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  /** What the answer's JSON has to hold: a value at this path that is not null, and this one where it is named. */
  readonly json: { readonly path: readonly (string | number)[]; readonly equals: string | null } | null;
  /** How long the answer may take, the way through the API server included; null: it has no limit of its own. */
  readonly withinMilliseconds: number | null;
}

/** One request whose answers are compared, as a line of the input says it. */
export interface Comparison extends Pick<Probe, 'text' | 'line' | 'path' | 'port' | 'headers'> {
  /** A difference fails the analysis; otherwise it is told only. */
  readonly critical: boolean;
}

/** A question to one pod. */
export interface PodQuestion {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number | string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Nobody waits longer. */
  readonly mostMilliseconds: number;
}

/** What a pod itself has answered, whatever it is. */
export interface PodAnswer {
  readonly status: number;
  readonly text: string;
  readonly milliseconds: number;
}

/** A cluster whose pods can be asked through the API server. */
export interface ProbedCluster extends Cluster, Reviewing {
  /** Throws FORBIDDEN, NOT_FOUND where the pod is gone, and UNREACHABLE where the API server does not get an answer of it. */
  askPod?(question: PodQuestion): Promise<PodAnswer>;
  /** The last lines of a container, at most 20 of them and 4 kB. Throws FORBIDDEN, NOT_FOUND, and UNREACHABLE. */
  logOf?(program: Program): Promise<string>;
}

/** A container of a pod; `previous` is the run of it before the last restart. */
export interface Program {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}
