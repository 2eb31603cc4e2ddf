import { nameOf } from '../../manifests/refs.ts';
import type { Ref } from '../../model/kube.ts';
import { readiness } from '../../readiness/index.ts';
import type { Session } from '../session.ts';

/** Tells that an object is not ready, as it was not before this run, which writes nothing that could make it ready. */
export async function tellLeftDown(session: Session, ref: Ref): Promise<void> {
  const object = await session.cluster.get(ref);
  const state = object && readiness(object, { pods: [], events: [], now: session.cluster.now() });
  if (state?.state === 'ready') return;
  const why = state ? `${state.text}. ${state.hint ?? ''}`.trim() : `${nameOf(ref)} is gone.`;
  const text = `${nameOf(ref)} was not available before this run and still is not; no workload of these files serves it, so it is not waited for. ${why}`;
  session.emit({ type: 'notice', level: 'warning', text });
}
