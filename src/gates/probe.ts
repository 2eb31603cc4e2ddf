import type { GateKind } from '../model/gate.ts';
import type { GateOperation } from '../model/operation.ts';

/** Each pod of the new version answers what the user asks it, where the Service will send its requests; nothing where there is none. */
export const probe: GateKind<Extract<GateOperation, { do: 'probe' }>> = {
  name: 'probe',
  at: { place: 'before', of: ({ split }) => (split.probes ? { name: 'probe' } : null) },
  awaits: (_, { namespace, workload, inputs: { probes }, pods }) => {
    const asked = probes.length > 0 ? pods() : null;
    return asked ? [{ do: 'probe', namespace, workload, pods: asked.labels, port: asked.port, probes }] : [];
  },
};
