import type { GateKind, Opened, Passage, Remembered } from '../model/gate.ts';
import type { GateOperation } from '../model/operation.ts';
import type { Gate, Stage } from '../model/stage.ts';
import { answer } from './answer.ts';
import { interval, switchDelay } from './hold.ts';
import { probe } from './probe.ts';
import { route } from './route.ts';
import { share } from './share.ts';
import { soak } from './soak.ts';

/** In the order in which they are passed. */
const table: readonly GateKind[] = [probe, interval, switchDelay, route, share, soak, answer];

/** The gates of an opening; `own` are those that its strategy names. */
export function gatesAt(opened: Opened, own: readonly Gate[] = []): Pick<Stage, 'before' | 'gates'> {
  const at = (place: 'before' | 'behind'): readonly Gate[] =>
    table.flatMap(kind => (kind.at?.place === place ? (kind.at.of(opened) ?? []) : []));
  const before = at('before');
  return { gates: [...own, ...at('behind')], ...(before.length > 0 ? { before } : {}) };
}

/** Gates of a stage that ended well before they were asked for. */
export const areOwed = ({ name, before = [], gates = [] }: Stage, remembered: Remembered): boolean =>
  [...before, ...gates].some(gate => table.find(kind => kind.name === gate.name)?.hasPassed?.(remembered, name, gate) === false);

/** What has to be done and awaited before one workload passes. */
export const awaitsOf = (gate: Gate, passage: Passage): readonly GateOperation[] =>
  table.find(({ name }) => name === gate.name)?.awaits(gate, passage) ?? [];
