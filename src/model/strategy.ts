/** What every strategy is to the core: a pure value in a table. */
import type { Ability } from './ability.ts';
import type { Inputs } from './request.ts';
import type { Action, Facts, Stage } from './stage.ts';

/**
 * Where the new version runs. `beside`: next to the old one, until a promote or a reject. `instead`: in the old one's place once that is stopped,
 * under a record. `in-place`: the files are applied, and no record is written.
 */
export type Place = 'beside' | 'instead' | 'in-place';

/**
 * What the new version gets before a promote: a share of the requests, none or all of them, those that match, copies, or everything, since
 * nothing else runs.
 */
export type Reach = 'share' | 'switch' | 'match' | 'copies' | 'everything';

/** The inputs as the user gave them; names are canonical. */
export interface Given {
  isGiven(name: string): boolean;
  /** A name as the user's platform writes it. */
  spelling(name: string): string;
  /** Null where none is given, or none that can be read. */
  percentage(name: string): number | null;
  count(name: string): number | null;
}

/** What inputs say together that are legal one by one. A fault ends the run; an idle input is named with the reason, behind "has no effect". */
export interface Together {
  readonly faults?: readonly string[];
  readonly warnings?: readonly string[];
  readonly idle?: readonly (readonly [name: string, why: string])[];
}

/** How a failed deploy leaves the old version: a clause, and what to do. */
export interface Fallen {
  readonly state: string;
  readonly remedy: string;
}

/** What a strategy says of itself, at its time. */
export interface Words {
  /** What a deploy came to, as a clause. `canaryShare`: percent of the requests. */
  opened(inputs: Inputs, canaryShare: number): string;
  /** What can be done next, a sentence each. */
  next(inputs: Inputs): readonly string[];
  /** What a deploy over a running version costs, as a clause. */
  readonly warning?: string;
  /** Not given: all requests are on the old version. */
  readonly failed?: Fallen;
}

/** An example for the reference's matrix, by canonical names. */
export interface Example {
  readonly about: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** A way to release: stages for each action, and all else that is particular to it. */
export interface Strategy {
  readonly name: string;
  /** What others call it. */
  readonly also?: readonly string[];
  /** One sentence for the reference. */
  readonly about: string;
  readonly place: Place;
  readonly reach: Reach;
  /** Suffixes of Services that the new version has beside its own, such as `preview`. */
  readonly leaves: readonly string[];
  /** Of the inputs that only some strategies take, those that this one does. */
  readonly takes: readonly string[];
  readonly words: Words;
  /** Empty: the name alone. */
  readonly examples: readonly Example[];
  stages(action: Action, facts: Facts): readonly Stage[];
  /** What it asks of a data plane. `hasCopies`: another version gets copies of the requests already. */
  needs(inputs: Inputs, hasCopies: boolean): readonly Ability[];
  together(inputs: Inputs, given: Given): Together;
}
