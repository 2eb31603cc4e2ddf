import { byCase } from '../../model/cases.ts';
import type { Step, View, WorkloadView } from '../../model/plan.ts';

/** What the API server does with a step, as a function: later stages are planned on it, and the tests run on it. */
export const simulate = (view: View, step: Step): View => followed(step, view);

const same = (_: Step, view: View): View => view;
const remembered = (step: Extract<Step, { do: 'claim' | 'record' }>, view: View): View => ({ ...view, record: step.record });

const followed = byCase<'do', Step, [View], View>('do', {
  claim: remembered,
  record: remembered,
  write: (step, view) => ({ ...view, workloads: { ...view.workloads, [step.role]: written(step, view) } }),
  serve: (step, view) => ({ ...view, services: [...view.services, step.role] }),
  route: (step, view) => ({ ...view, routes: { ...view.routes, [step.name]: step.route } }),
  delete: (step, view) =>
    step.kind === 'service'
      ? { ...view, services: view.services.filter(role => role !== step.role) }
      : { ...view, workloads: Object.fromEntries(Object.entries(view.workloads).filter(([role]) => role !== step.role)) },
  end: (step, view) => ({ ...view, shadows: (view.shadows ?? []).filter(shadow => shadow !== step.shadow) }),
  release: (_, view) => ({ ...view, record: view.record && { ...view.record, holder: null, done: true } }),
  close: (_, view) => ({ ...view, record: null, remains: false }),
  await: same,
  wait: same,
  drain: same,
  gate: same,
});

function written({ role, template, replicas, was }: Extract<Step, { do: 'write' }>, { now }: View): WorkloadView {
  return { uid: String(now), ready: 0, ours: role !== 'stable', ...was, template, replicas };
}
