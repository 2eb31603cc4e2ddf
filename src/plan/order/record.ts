import type { Order, OriginalsView, RecordView, Step, View } from '../../model/plan.ts';
import type { Facts } from '../../model/stage.ts';
import { CLAIMED, fullSize, isOpen, originalsOf } from '../world/facts.ts';

/**
 * Opens, resumes or takes over the record: the originals of a rollout that goes on are kept, those of one that starts anew are what is
 * live now, unless the older rollout has stable's originals still to give back.
 */
export function claim(order: Order, view: View, facts: Facts): Step {
  const { record } = view;
  const anew = order.action === 'deploy' && facts.open !== 'ours';
  const kept = record && (!anew || record.originals.stable === null || facts.stable === 'replaced') ? record : null;
  const originals = kept ? sized(kept.originals, fullSize(order, view)) : originalsOf(order, view);
  return {
    do: 'claim',
    version: record?.version ?? null,
    anew: kept === null,
    record: {
      run: order.action !== 'deploy' && record ? record.run : order.run,
      holder: { run: order.run.id, process: order.process, name: order.run.name, ...(order.run.url ? { url: order.run.url } : {}) },
      renewedAt: view.now,
      version: '',
      release: releaseOf(order, record),
      action: order.action,
      stage: stageOf(order, record, anew),
      done: false,
      base: kept && !anew ? kept.base : (originals.stable?.template ?? null),
      replaced: kept?.replaced ?? null,
      next: (order.action === 'deploy' ? order.next : record?.next) ?? null,
      originals,
      ...wholeness(order, view),
    },
  };
}

/** What an older rollout, or one whose record is lost, has taken from stable may still be missing. */
function wholeness({ routing }: Order, view: View): Pick<RecordView, 'whole'> {
  const isWhole = view.record ? view.record.whole === true : !isOpen(view);
  return routing === 'pods' && isWhole ? { whole: true } : {};
}

/** Whatever an autoscaler, or a person, makes of stable's count while the rollout is open holds when it is put back. */
const sized = ({ stable, routes }: OriginalsView, replicas: number): OriginalsView => ({
  stable: stable && { ...stable, replicas: replicas || stable.replicas },
  routes,
});

const releaseOf = ({ action, release }: Order, record: RecordView | null): string =>
  (action === 'deploy' ? release : record?.release) ?? release ?? '';

function stageOf({ action }: Order, record: RecordView | null, anew: boolean): string {
  if (!record) return CLAIMED;
  return (record.action === action && !anew) || record.stage === CLAIMED ? record.stage : '';
}
