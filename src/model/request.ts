/** What the user asked for, read and checked, before any cluster is seen. */
import type { Ability } from './ability.ts';
import type { KubeObject } from './kube.ts';
import type { AskedMetric, AskedPrometheus, Header, OwnMetric } from './metrics.ts';
import type { Comparison, Probe } from './probe.ts';
import type { Match, Shadow, UserAction } from './stage.ts';

/** The pipeline run on whose behalf this process acts. */
export interface Run {
  /** Unique over all pipelines: platform, project and run. The terminal's is the user and the machine. */
  readonly id: string;
  /** Runs of one pipeline, in order; absent where they have none. */
  readonly pipeline?: string;
  readonly number?: number;
  readonly attempt?: number;
  /** As a person calls it: "run 4711 of deploy". */
  readonly name: string;
  readonly url?: string;
  /** When the run began, in milliseconds since 1970, where the platform tells. */
  readonly startedAt?: number;
  /** True for a person at a terminal, who means whatever is open. */
  readonly interactive?: boolean;
}

/** The inputs table's values, parsed. Durations are seconds. */
export interface Inputs {
  readonly action: UserAction;
  readonly strategy: string;
  readonly router: readonly string[];
  /** 0 to 100, at most one decimal; null for promote and reject. */
  readonly percentage: number | null;
  readonly baseline: boolean;
  /** The user himself has asked for it; absent where it is there by default. */
  readonly isBaselineAsked?: true;
  readonly variantReplicas: number | null;
  /** Label selector of the nodes where a DaemonSet's new version is tried; null: a share of its nodes. */
  readonly canaryNodes: string | null;
  /** Percentages that one deploy walks through; empty: `percentage` alone. */
  readonly steps: readonly number[];
  /** Between two of them. */
  readonly intervalSeconds: number;
  readonly match: readonly Match[];
  readonly mirrorPercentage: number;
  /** What the new version is called; null: `canary`, or the only one that is open. */
  readonly variantName: Shadow | null;
  readonly affinity: 'none' | 'cookie';
  readonly pods: 'added' | 'constant';
  /** What each pod of the new version is asked before it gets a share. */
  readonly probes: readonly Probe[];
  /** Requests whose answers by the new version are held against those of the old one. */
  readonly compares: readonly Comparison[];
  /** How long each share stands under watch; 0: not at all. */
  readonly soakSeconds: number;
  /** How long the step waits for a person at its end; 0: not at all. */
  readonly holdSeconds: number;
  /** What is judged while it does; the health of the pods always is. */
  readonly metrics: readonly AskedMetric[];
  /** Numbers that the user asks for himself. */
  readonly measures: readonly OwnMetric[];
  /** Who judges what is compared: the evidence of counted requests, or Kayenta's test of ranks. */
  readonly judge: 'strict' | 'kayenta';
  /** What becomes of an analysis whose time is over before it is decided. */
  readonly onInconclusive: 'fail' | 'pass' | 'extend';
  /** How long an analysis may be extended in all. */
  readonly soakLimitSeconds: number;
  /** Where the pods serve their metrics; null: as their annotations, ports and sidecars say. */
  readonly metricsPort: string | null;
  readonly metricsPath: string | null;
  /** Where the counters of requests come from instead; null: from the pods themselves. */
  readonly prometheus: AskedPrometheus | null;
  /** For the addresses of the user's own metrics. */
  readonly webHeaders: readonly Header[];
  /** Between blue-green's switch and the replacement of stable. */
  readonly switchDelaySeconds: number;
  /** maxSurge and maxUnavailable of a rolling deploy; null: the file's. */
  readonly surge: string | null;
  readonly unavailable: string | null;
  /** goreplay may restart stable once to get its sidecar in and once to get it out. */
  readonly allowRestart: boolean;
  /** goreplay's image; null: the one that is pinned. */
  readonly mirrorImage: string | null;
  /** The command that sets the traffic with router `script`, and what it can. */
  readonly script: string | null;
  readonly scriptCan: readonly Ability[];
  readonly manifests: readonly string[];
  /** How charts are rendered; `values` are paths, `sets` are `key=value`. */
  readonly helm: {
    readonly values: readonly string[];
    readonly sets: readonly string[];
    readonly release: string | null;
    readonly hooks: 'refuse' | 'leave-out';
  };
  readonly images: readonly string[];
  readonly imagePullSecrets: readonly string[];
  /** Null: the kubeconfig's, or `default`. */
  readonly namespace: string | null;
  readonly application: string | null;
  /** Deployments that are meant; empty: what the files or the namespace tell. */
  readonly workloads: readonly string[];
  /** What the previous release of the application had and this one has not is removed. */
  readonly prune: boolean;
  /** What the canary steps of other tools have left is settled first. */
  readonly adopt: boolean;
  /** The revision that undo goes back to; null: the one before. */
  readonly toRevision: number | null;
  /** How long nobody has worked on what sweep rejects. */
  readonly olderThanSeconds: number;
  /** Where sweep looks; empty: in the one namespace. */
  readonly namespaces: readonly string[];
  readonly timeoutSeconds: number;
  /** Null: what the router's data plane needs. */
  readonly trafficDelaySeconds: number | null;
  readonly drainSeconds: number;
  readonly dryRun: boolean;
  /** A dry run is shown as a comment on the pull request that the run is of. */
  readonly comment: boolean;
  /** For comments at GitHub; null: the platform's own. */
  readonly githubToken: string | null;
  /** Files that tell of the run, by their paths. */
  readonly reports: readonly string[];
  /** Address that is told of begin and end; null: nobody is. */
  readonly notify: string | null;
  /** Null: as the address speaks of. */
  readonly notifyFormat: 'slack' | 'teams' | 'google-chat' | 'grafana' | 'json' | null;
  readonly onFailure: 'keep' | 'reject';
  readonly onCancel: 'keep' | 'reject';
  readonly onOpen: 'refuse' | 'replace';
  readonly rejectAny: boolean;
  readonly deleteFirstRelease: boolean;
  /** What promote asks of the canary's last analysis. */
  readonly acceptAnalysis: 'passed' | 'none';
  readonly shrinkStable: boolean;
  readonly isolation: 'labels' | 'none';
  readonly acceptStableChange: boolean;
  readonly allowUnhealthyStable: boolean;
  readonly forceConflicts: boolean;
  /** What becomes of a deploy or promote that the API server says the login may not carry through. */
  readonly missingPermissions: 'refuse' | 'warn';
  readonly kubeconfig: string | null;
  readonly context: string | null;
  readonly skipTlsVerify: boolean;
}

/** A document of the user's files, images substituted, with the place it came from ("web.yaml:12"). */
export interface Manifest {
  readonly object: KubeObject;
  readonly from: string;
  /** A sentence for every field that still holds a token of a pipeline's or a template's, with its place. */
  readonly unreplaced?: readonly string[];
}

/** Inputs, rendered files and the run that asks. */
export interface Request {
  readonly inputs: Inputs;
  readonly namespace: string;
  /** Empty for promote and reject without files. */
  readonly manifests: readonly Manifest[];
  /** Hash of the rendered files; null without files. */
  readonly release: string | null;
  readonly run: Run;
  /** Names this process among all of the same run. */
  readonly process: string;
  /** How long a cancelled run may go on giving requests back; absent where nothing follows that could end it. */
  readonly secondsAfterCancel?: number;
}
