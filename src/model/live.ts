/** What one read of the cluster showed, for everything that is pure. */
import type { JsonObject, KubeObject, PatchOperation, Ref } from './kube.ts';
import type { Traffic } from './stage.ts';

/** Objects, versions and clock of one moment. */
export interface Live {
  /** Milliseconds since 1970 by the API server's clock. */
  readonly now: number;
  /** Every object read, by its key (group, kind, namespace, name). */
  readonly objects: Readonly<Record<string, KubeObject>>;
  /** What is ours and is being deleted; it is not among the objects. */
  readonly going?: readonly KubeObject[];
  /** Served versions, the preferred one first, by "group/Kind"; empty where a kind is not served. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  /** The pod templates of the files' workloads as the API server would store them, by the workload's key. */
  readonly rendered: Readonly<Record<string, JsonObject>>;
  /** Workloads, by key, whose pods the API server lets sleep before they end. */
  readonly draining?: readonly string[];
  /** Processes that hold a record and have ended without letting go, as far as this machine can tell. */
  readonly ended: readonly string[];
  /** Keys of the files' objects that an apply would change, beside the workloads. */
  readonly changed: readonly string[];
  /** Kinds (group/Kind) that records speak of and that have no namespace, or are not served. */
  readonly unspaced?: readonly string[];
  /** Kinds of policies, as a person would name them, that are served and may not be listed. */
  readonly unread?: readonly string[];
  /** Kinds of monitors that are served, and that may not be listed and copied. */
  readonly unscraped?: readonly string[];
}

/** A write, in the words of the API. */
export type Change =
  | { readonly do: 'create'; readonly object: KubeObject }
  | { readonly do: 'replace'; readonly object: KubeObject }
  | { readonly do: 'remove'; readonly ref: Ref }
  /** Of an object of the user's: tests uid and the old values, so that a change in between makes it fail. */
  | { readonly do: 'patch'; readonly ref: Ref; readonly operations: readonly PatchOperation[] }
  /** The user's own command sets the traffic of a root Service; `input` is what it gets to read. */
  | { readonly do: 'run'; readonly service: string; readonly traffic: Traffic | null; readonly input: string };
