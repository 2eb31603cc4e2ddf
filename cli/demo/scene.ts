/** What the demo shows at one moment. */
import type { Role } from '../../src/model/stage.ts';
import type { Shares, Tally } from './measure.ts';
import type { PodsSeen } from './observe.ts';

/** One line of the list of actions. `note` says how it ended. */
export interface ActLine {
  readonly title: string;
  readonly state: 'ahead' | 'now' | 'done';
  readonly note: string;
}

/** Everything that is on the screen. */
export interface Scene {
  readonly acts: readonly ActLine[];
  /** The step that runs, in the words of the log. */
  readonly step: string;
  /** What the route says. */
  readonly asked: Shares;
  /** What the last seconds' requests met. */
  readonly measured: Shares;
  readonly pods: Partial<Readonly<Record<Role, PodsSeen>>>;
  /** Since the action began. */
  readonly tallies: Partial<Readonly<Record<Role, Tally>>>;
  /** Since the beginning. */
  readonly sent: number;
  readonly lost: number;
}
