/** What every gate is to the core: a pure value in a table. */
import type { GateOperation, Watched } from './operation.ts';
import type { Analysis, Hold } from './record.ts';
import type { Inputs } from './request.ts';
import type { Lane } from './router.ts';
import type { Gate, Split, Stage } from './stage.ts';

/** What a gate may know of one workload. Nothing is looked up before it is asked for. */
export interface Passage {
  readonly namespace: string;
  readonly workload: string;
  readonly inputs: Inputs;
  lanes(): readonly Lane[];
  /** Null where the new version or the old one is not there. */
  sides(): Watched | null;
  /** What the routes give the new version, 0 to 1. */
  share(): number;
  /** The new version's pods, as a label selector, and the port that the Service sends requests to; null where it has none. */
  pods(): { readonly labels: string; readonly port: string | null } | null;
}

/** A stage that gives the new version its requests, as far as it decides on gates. */
export interface Opened {
  readonly traffic: Stage['traffic'];
  readonly split: Split;
  /** No other one comes behind it in this action. */
  readonly isLast: boolean;
}

/** What a rollout remembers of the gates that a new version has come to. */
export interface Remembered {
  readonly analysis?: Pick<Analysis, 'stage' | 'verdict' | 'asked'>;
  readonly hold?: Pick<Hold, 'stage' | 'answer'>;
}

/** A kind of gate. A run that goes on behind a crash passes all gates of its stage again before the new version gets more. */
export interface GateKind<Done extends GateOperation = GateOperation> {
  readonly name: string;
  /** The gate that an opening has, before its requests move or behind that; null for none. Absent: strategies name it themselves. */
  readonly at?: { readonly place: 'before' | 'behind'; of(opened: Opened): Gate | null };
  /** What has to be done and awaited; nothing where there is nothing to wait for. */
  awaits(gate: Gate, of: Passage): readonly Done[];
  /** Whether it was passed at a stage that has ended well; absent: whatever ended well has passed it. One that was not asked for then has to be passed. */
  hasPassed?(remembered: Remembered, stage: string, gate: Gate): boolean;
}
