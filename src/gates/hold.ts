import type { GateKind } from '../model/gate.ts';
import type { Gate } from '../model/stage.ts';

const holding = (name: string): GateKind => ({
  name,
  awaits: ({ seconds = 0 }) => (seconds > 0 ? [{ do: 'hold', seconds }] : []),
});

/** The user's time between two steps. */
export const interval: GateKind = holding('interval');

/** The user's time behind a switch. */
export const switchDelay: GateKind = holding('switch-delay');

/** A gate of a kind that holds so long. */
export const holds = ({ name }: GateKind, seconds = 0): Gate => ({ name, seconds });
