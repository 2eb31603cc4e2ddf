/** What the files say that their owner may not have meant, as values. */
import type { KubeObject } from '../model/kube.ts';

/** An error keeps a deploy from beginning; a warning is advice. */
export type Level = 'error' | 'warning';

/** Where it stands; `line` counts from 1 and is null where no line is at fault, and `path` is empty where no field is. */
export interface Where {
  readonly file: string;
  readonly line: number | null;
  readonly path: string;
}

/** One thing found: a short code, a sentence on what is so, its place, and the field to set ("" where the sentence says it). */
export interface Finding {
  readonly code: string;
  readonly level: Level;
  readonly what: string;
  readonly where: Where;
  readonly set: string;
}

/** An object of the files under a namespace that is known to be its own or the one that is given. */
export interface LintFile {
  readonly object: KubeObject;
  /** The namespace that it is found in beside others; empty where nothing names one. */
  readonly namespace: string;
  place(path: string): { readonly file: string; readonly line: number };
}

/** Everything that the rules see. */
export interface LintFiles {
  readonly files: readonly LintFile[];
  /** Those of the files that rules look for beside a workload, picked once: of 1,000 objects few are any of these. */
  readonly services: readonly LintFile[];
  readonly scalers: readonly LintFile[];
  readonly budgets: readonly LintFile[];
  /** How long pods without requests go on before they are removed. */
  readonly drainSeconds: number;
}

/** What a rule says of one place in one object. */
export interface Remark {
  readonly path: string;
  readonly what: string;
  readonly set: string;
}

/** A row of the table of rules. */
export interface Rule {
  readonly code: string;
  readonly level: Level;
  /** What the rule wants, as a sentence for a list of rules. */
  readonly about: string;
  remarks(file: LintFile, all: LintFiles): readonly Remark[];
}
