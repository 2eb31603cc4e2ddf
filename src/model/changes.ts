/** What the files of a release would change in the cluster, for people who decide on it. */
import type { Ref } from './kube.ts';

/** A field of an object, with its values as text; null where there is none. Values of a Secret are hashes. */
export interface FieldChange {
  readonly path: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** One object of the files. */
export interface ObjectChange {
  readonly ref: Ref;
  /** `untold`: the API server does not say what an apply would make of it. */
  readonly what: 'new' | 'changed' | 'same' | 'untold';
  readonly fields: readonly FieldChange[];
  /** Further fields, which are not listed. */
  readonly more: number;
  /** Why it is untold; null for all others. */
  readonly because: string | null;
}

/** All objects of the files. */
export interface Compared {
  /** Whether the files are written by the step itself; else promote writes them. */
  readonly isNow: boolean;
  readonly objects: readonly ObjectChange[];
}
