/** Kubernetes objects as plain JSON, and the port through which the core reaches an API server. */
import type { Time } from './time.ts';

/** What JSON can hold; an undefined field is left out. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json | undefined };

/** An entry of `metadata.managedFields`: who owns which fields. */
export interface ManagedField {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly apiVersion?: string;
  readonly time?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: JsonObject;
}

/** An entry of `metadata.ownerReferences`. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** The metadata of an object as far as we look at it. */
export interface Metadata {
  readonly name: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedField[];
  readonly [field: string]: unknown;
}

/** Any object of the API, its fields exactly as the server sent them or the file had them. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
  readonly data?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** One object by name; `namespace` is absent for cluster-scoped kinds. */
export interface Ref {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** All objects of a kind in a namespace (or everywhere), narrowed by selectors in the API's own syntax. */
export interface Collection {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly labels?: string;
  readonly fields?: string;
}

/** An RFC 6902 operation. */
export type PatchOperation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** How a write is sent. */
export interface WriteOptions {
  /** Validate and admit, store nothing. */
  readonly dryRun?: boolean;
  /** The field manager that the API server notes beside the fields written. */
  readonly manager?: string;
}

/** How an apply is sent. */
export interface ApplyOptions extends WriteOptions {
  /** Take fields from other managers instead of failing with their names. */
  readonly force?: boolean;
  /** A manager whose fields are in nobody's way: it gives them back before the write that this one tries. */
  readonly yields?: string;
  /** JSON pointers ("/spec/replicas") whose live value is sent instead of the object's, where there is one. */
  readonly keepLive?: readonly string[];
  /** The object as it was read a moment ago, by the same apiVersion: it is not read once more, unless somebody has written in between. */
  readonly live?: KubeObject;
  /** Asked about the object that is there, and again where somebody has written in between; where it says no, nothing is written. */
  readonly mayWrite?: (live: KubeObject) => Promise<boolean>;
}

/** How an object is removed. */
export interface RemoveOptions {
  /** The delete fails with CONFLICT when the object by that name is another one. */
  readonly uid?: string;
  readonly propagation?: 'Foreground' | 'Background' | 'Orphan';
}

/** A kind as the API server serves it. */
export interface ServedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** A collection at one moment. */
export interface Trace {
  readonly objects: readonly KubeObject[];
  /** What was written since then, one by one in the server's order, none left out: the last state of what was deleted too. Throws where it cannot be told. */
  changes(signal: AbortSignal): AsyncIterable<KubeObject>;
}

/**
 * The Kubernetes API. `create`, `replace`, `patch`, `apply` and `remove` write. All throw `RolloutError`:
 * FORBIDDEN (verb, resource, namespace), UNAUTHORIZED, UNREACHABLE, NOT_SERVED (a kind the server does not know),
 * CONFLICT (409, a failed precondition, a failed `test` of a patch), ALREADY_EXISTS, INVALID (422 and strict
 * validation), NOT_FOUND (a write to an object that is gone), TOO_MANY_REQUESTS, API_ERROR.
 */
export interface Cluster {
  /** The object, or null when there is none (also when the server does not serve its kind). */
  get(ref: Ref): Promise<KubeObject | null>;
  /** An empty list when the server does not serve the kind. */
  list(of: Collection): Promise<readonly KubeObject[]>;
  /**
   * The complete current set, again after every change; ends when `signal` aborts. A lost watch is taken up again unseen. `only`: whoever takes the
   * sets looks at these objects alone, so that other objects may be missing from the first ones.
   */
  watch(of: Ref | Collection, signal: AbortSignal, only?: readonly Ref[]): AsyncIterable<readonly KubeObject[]>;
  /** The collection, and what becomes of it; absent where nobody can tell. */
  trace?(of: Collection): Promise<Trace>;
  /** The kind as served, or null. With `apiVersion` of a group only (no slash: core), see `versions`. */
  served(apiVersion: string, kind: string): Promise<ServedKind | null>;
  /** The versions of a group that serve `kind`, the server's preferred one first; empty when it is not served. */
  versions(group: string, kind: string): Promise<readonly string[]>;
  create(object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  /** PUT: `metadata.resourceVersion` must be the one read. */
  replace(object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  patch(ref: Ref, operations: readonly PatchOperation[], options?: WriteOptions): Promise<KubeObject>;
  /**
   * What `kubectl apply --server-side` would do, so that any tool can go on afterwards: fields that client-side kubectl commands own
   * are handed over to manager `kubectl`, the object is applied, and its `last-applied-configuration` is kept in step where present.
   */
  apply(object: KubeObject, options?: ApplyOptions): Promise<KubeObject>;
  /** An object that is already gone is no error. `gone`: the answer tells that nothing of it is left to wait for. */
  remove(ref: Ref, options?: RemoveOptions): Promise<'gone' | 'going'>;
  /** The API server's clock, in milliseconds since 1970, as far as its answers told it. */
  now(): number;
  /** What waits for the cluster waits by it. */
  readonly time: Time;
}
