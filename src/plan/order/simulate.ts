import type { Step, View, WorkloadView } from '../../model/plan.ts';

/** What the API server does with a step, as a function: later stages are planned on it, and the tests run on it. */
export function simulate(view: View, step: Step): View {
  switch (step.do) {
    case 'claim':
    case 'record':
      return { ...view, record: step.record };
    case 'write':
      return { ...view, workloads: { ...view.workloads, [step.role]: written(step, view) } };
    case 'serve':
      return { ...view, services: [...view.services, step.role] };
    case 'route':
      return { ...view, routes: { ...view.routes, [step.name]: step.route } };
    case 'delete':
      return step.kind === 'service'
        ? { ...view, services: view.services.filter(role => role !== step.role) }
        : { ...view, workloads: Object.fromEntries(Object.entries(view.workloads).filter(([role]) => role !== step.role)) };
    case 'end':
      return { ...view, shadows: (view.shadows ?? []).filter(shadow => shadow !== step.shadow) };
    case 'release':
      return { ...view, record: view.record && { ...view.record, holder: null, done: true } };
    case 'close':
      return { ...view, record: null, remains: false };
    case 'await':
    case 'wait':
    case 'drain':
    case 'gate':
      return view;
  }
}

function written({ role, template, replicas, was }: Extract<Step, { do: 'write' }>, { now }: View): WorkloadView {
  return { uid: String(now), ready: 0, ours: role !== 'stable', ...was, template, replicas };
}
