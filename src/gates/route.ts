import type { GateKind } from '../model/gate.ts';

/** The routes still say what was written. */
export const route: GateKind = {
  name: 'route',
  at: { place: 'behind', of: ({ traffic }) => (traffic === 'unchanged' ? null : { name: 'route' }) },
  awaits: (_, { lanes }) => lanes().map(lane => ({ do: 'gate-route', lane })),
};
