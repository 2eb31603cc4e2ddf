/** The only way out of the core: what happened, for whoever shows it. */

import type { ErrorCode } from '../errors.ts';
import type { AnalysedMetric } from './analysed.ts';
import type { Compared } from './changes.ts';
import type { Ref } from './kube.ts';
import type { Counts, Verdict } from './metrics.ts';
import type { JudgedMetric } from './record.ts';
import type { Match, Role, Shadow, UserAction, Weights } from './stage.ts';

/** How an action ended. */
export type Status = 'deployed' | 'promoted' | 'rejected' | 'unchanged' | 'first-release' | 'superseded' | 'analyzed' | 'undone';

/** One variant of one workload as it stands at the end. */
export interface VariantState {
  readonly workload: string;
  readonly role: Role;
  readonly name: string;
  readonly images: readonly string[];
  readonly replicas: number;
  readonly ready: number;
  /** Share of the requests in percent that was set; null where the router does not tell. */
  readonly share: number | null;
  /** Percent of the requests of which it gets a copy; absent for none. */
  readonly copied?: number;
  /** Requests that it gets whatever its share is; absent for none. */
  readonly match?: readonly Match[];
  /** A user keeps the version that he got. */
  readonly affinity?: 'cookie';
}

/** Why a variant is not ready. */
export interface UnreadyState {
  /** Waiting cannot help: an image that does not exist, a container that ends again and again. */
  readonly failed?: boolean;
  /** The gravest trouble of its pods, in the cluster's words; absent for none. */
  readonly reason?: string;
}

/** One step of a plan in words: "create Deployment demo/web-canary". */
export interface PlannedStep {
  readonly workload: string;
  readonly stage: string;
  readonly text: string;
  /** How long it waits by itself, beside readiness. */
  readonly waitSeconds: number;
}

/** The images that a workload ran, and those that run beside them or in their place. */
export interface ImageChange {
  readonly workload: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** What is there when an action ended, for outputs and summary. */
export interface Outcome {
  readonly status: Status;
  readonly action: UserAction;
  readonly namespace: string;
  /** Null for an action without files on nothing open. */
  readonly release: string | null;
  /** On a scale of 1000; empty where no route is split. */
  readonly weights: Readonly<Partial<Record<Role, number>>>;
  /** Percent of the requests that the canary gets, asked and, by pod counts, achieved. */
  readonly canaryShare: number;
  readonly askedShare: number | null;
  readonly variants: readonly VariantState[];
  /** What became of the images of each workload; absent where nothing took the place of another. */
  readonly images?: readonly ImageChange[];
  readonly dryRun: boolean;
  /** What a reject came to, where there was no old version or others stay: "nothing of version v3 is left". */
  readonly ended?: string;
  /** One sentence on why, where the status does not say it all. */
  readonly because?: string;
  /** Where the application answers, as far as its own Ingress or load balancer tell. */
  readonly url?: string;
  /** What the user does next, one sentence each. */
  readonly next: readonly string[];
}

/** Where the requests were when a run failed, as its own reads and writes tell. */
export interface Standing {
  /** `stable`: all on the running version; `split`: as `variants` say; `unchanged`: where they were before a run that moved none. */
  readonly traffic: 'stable' | 'split' | 'unchanged';
  /** The run wrote nothing that could move a request. */
  readonly isUnmoved: boolean;
  /** promote was writing the new version over the running one: stable's pods are of both. */
  readonly isReplacing: boolean;
  /** What was open; null where nothing was, or nobody looked. */
  readonly release: string | null;
  /** On a scale of 1000; empty where no route is split. */
  readonly weights: Outcome['weights'];
  readonly variants: readonly VariantState[];
}

/** What a container said last, and how to see more of it. */
export interface LastLines {
  /** "container web of pod web-canary-1". */
  readonly of: string;
  readonly lines: readonly string[];
}

/** Where a metric stands at one look: events in requests on each side, and the evidence as a part of proof. */
export interface LookedMetric {
  readonly metric: string;
  readonly canary: readonly [events: number, requests: number];
  readonly reference: readonly [events: number, requests: number];
  readonly worse: number;
  readonly acceptable: number;
  readonly verdict: Verdict;
}

/** Everything that the core tells the outside world. */
export type Event =
  /** The action, on what, for whom: the first line. */
  | { readonly type: 'begun'; readonly text: string }
  | { readonly type: 'notice'; readonly level: 'info' | 'warning'; readonly text: string }
  | { readonly type: 'planned'; readonly steps: readonly PlannedStep[]; readonly waitSeconds: number; readonly dryRun: boolean }
  | { readonly type: 'step'; readonly text: string }
  /** Something changed while a step waits: "web-canary: 1 of 3 pods ready". */
  | { readonly type: 'progress'; readonly text: string }
  | { readonly type: 'done'; readonly text: string; readonly seconds: number }
  /** A route was written: the shares on a scale of 1000 from now on. */
  | { readonly type: 'shifted'; readonly workload: string; readonly weights: Weights }
  /** A look of an analysis that is under way. */
  | {
      readonly type: 'looked';
      readonly workload: string;
      readonly against: 'baseline' | 'stable';
      readonly metrics: readonly LookedMetric[];
      readonly counts: Counts;
    }
  /** What the pods counted behind a shift: the canary's share in percent, asked and measured, of so many requests. */
  | { readonly type: 'measured'; readonly workload: string; readonly asked: number; readonly measured: number; readonly requests: number }
  /** An analysis has ended, with its metrics in the words of the report. */
  | { readonly type: 'analysed'; readonly workload: string; readonly verdict: Verdict; readonly findings: readonly AnalysedMetric[] }
  /** The step waits for a person, until a moment in milliseconds since 1970 by the API server's clock. */
  | { readonly type: 'held'; readonly namespace: string; readonly workload: string; readonly until: number }
  /** Whom it waited for has answered, as the cluster names him; `by` is null where nobody did in time. */
  | {
      readonly type: 'answered';
      readonly namespace: string;
      readonly workload: string;
      readonly verdict: 'approve' | 'refuse';
      readonly by: string | null;
      readonly at: number;
    }
  /** What the files would change, of a dry run that is asked for it. */
  | ({ readonly type: 'compared' } & Compared)
  /** The cluster's own words about pods that do not get ready. */
  | { readonly type: 'explained'; readonly ref: Ref; readonly lines: readonly string[]; readonly log?: LastLines }
  /** `standing` is absent where nobody knows where the requests are. */
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string; readonly hint: string; readonly standing?: Standing }
  | { readonly type: 'outcome'; readonly outcome: Outcome };

/** How far an object is from being ready. `failing`: waiting longer cannot help, or will not before `graceSeconds` have passed. */
export type Readiness =
  | { readonly state: 'ready'; readonly text: string }
  | { readonly state: 'waiting'; readonly text: string; readonly hint?: string }
  | { readonly state: 'failing'; readonly text: string; readonly hint: string; readonly graceSeconds: number };

/** The last analysis of a new version as `status` shows it. */
export interface AnalysisView {
  /** Null as long as it has not ended. */
  readonly verdict: Verdict | null;
  /** Metrics that passed, in percent of all. */
  readonly score: number | null;
  readonly metrics: readonly JudgedMetric[];
  /** When it began, as RFC 3339. */
  readonly since: string;
  /** It was let pass though nothing was proven. */
  readonly accepted?: true;
}

/** That a person is asked, or was, as `status` shows it; moments as RFC 3339. */
export interface HoldView {
  readonly since: string;
  readonly until: string;
  /** An answer would be heard now, or by the next run of the deploy. */
  readonly isWaiting: boolean;
  /** `by` is null where nobody answered in time; the whole is null before there is an answer. */
  readonly answer: { readonly verdict: 'approve' | 'refuse'; readonly by: string | null; readonly at: string } | null;
}

/** One open rollout as `status` shows it. */
export interface RolloutView {
  readonly workload: string;
  readonly namespace: string;
  readonly application: string;
  readonly release: string;
  readonly strategy: string;
  readonly router: string;
  readonly action: string;
  readonly stage: string;
  readonly done: boolean;
  readonly percentage: number | null;
  readonly openedBy: { readonly name: string; readonly url?: string };
  /** Who is at work on it now; null when nobody is. */
  readonly heldBy: { readonly name: string; readonly url?: string } | null;
  /** What the version that was last worked on is called, where the user gave it a name. */
  readonly version?: Shadow;
  /** Nothing ran before. */
  readonly isFirst?: true;
  /** How the new version was judged last; absent where nobody asked. */
  readonly analysis?: AnalysisView;
  /** Absent where no person was asked. */
  readonly hold?: HoldView;
  readonly variants: readonly (VariantState & UnreadyState)[];
}

/** A record that `status` finds and cannot read. */
export interface BrokenView {
  readonly namespace: string;
  /** Name of its ConfigMap. */
  readonly record: string;
  /** Why it cannot be read. */
  readonly broken: string;
}

/** What a lost record left behind. */
export interface LeftView {
  readonly namespace: string;
  readonly workload: string;
  /** "Service web-stable" */
  readonly left: readonly string[];
}

/** A revision that a Deployment keeps. */
export interface RevisionView {
  readonly revision: number;
  readonly isRunning: boolean;
  readonly images: readonly string[];
  /** Why, as `kubernetes.io/change-cause` says; null where it does not. */
  readonly cause: string | null;
  /** "run 12 of web"; null where nothing tells. */
  readonly run: string | null;
  /** RFC 3339. */
  readonly createdAt: string | null;
  readonly pods: number;
}

/** The revisions of one workload, the newest first. */
export interface HistoryView {
  readonly namespace: string;
  readonly workload: string;
  readonly revisions: readonly RevisionView[];
}
