import type { GateOperation } from '../model/operation.ts';

/** What a gate does, as a person would say it. */
export function gateText(operation: GateOperation): string {
  switch (operation.do) {
    case 'hold':
      return `hold for ${operation.seconds} s`;
    case 'soak':
      return `watch the pods of ${operation.workload} for ${operation.seconds} s and judge the new version`;
    case 'gate-share':
      return `compare the share that ${operation.workload} gets with the requested one`;
    case 'probe':
      return `ask each pod of the new version of ${operation.workload}: ${operation.probes.map(({ text: line }) => line).join('; ')}`;
    case 'await-answer':
      return `wait for a person to approve the new version of ${operation.workload}, for ${operation.limitSeconds} s at most; no answer refuses it`;
    case 'gate-route':
      return `read back the route of ${operation.lane.root.namespace}/${operation.lane.name}`;
  }
}
