/** Who goes, and when. */
import type { Step, View } from '../../model/plan.ts';
import { ROLES, type Role, type Stage } from '../../model/stage.ts';

/** What a stage removes behind its traffic: variants and leaf Services go together. */
export function removed({ variants, traffic, others = [], leaving = [] }: Stage, view: View): readonly Step[] {
  const { workloads, services, shadows = [], record } = view;
  const created = workloads.stable !== undefined && record?.originals.stable === null;
  const isGone = (role: Role): boolean => !variants[role] && !leaving.includes(role);
  const gone = ROLES.filter(role => isGone(role) && (workloads[role]?.ours || (role === 'stable' && created)));
  const unserved = services.filter(role => !leaving.includes(role) && (isGone(role) || traffic === 'original'));
  const ended = traffic === 'unchanged' ? [] : shadows.filter(shadow => !others.includes(shadow));
  return [...ended.map((shadow): Step => ({ do: 'end', shadow })), ...gone.map(workload), ...unserved.map(service)];
}

/** What goes while stable rolls, where that takes so long: whoever no route names any more, once the last requests are over. */
export function leavingMeanwhile({ leaving = [] }: Stage, { workloads, services, routes }: View): readonly Step[] {
  const isNamed = (role: Role): boolean => Object.values(routes).some(route => route?.traffic.weights[role] !== undefined);
  const roles = leaving.filter(role => !isNamed(role));
  const going = [
    ...roles.filter(role => workloads[role]?.ours).map(workload),
    ...services.filter(role => roles.includes(role)).map(service),
  ];
  return going.length > 0 ? [{ do: 'wait' }, { do: 'drain' }, ...going] : [];
}

const workload = (role: Role): Step => ({ do: 'delete', kind: 'workload', role });
const service = (role: Role): Step => ({ do: 'delete', kind: 'service', role });
