import type { Order, OriginalsView, RecordView, Step, View } from '../../model/plan.ts';
import { CLAIMED } from '../../model/record.ts';
import type { Facts } from '../../model/stage.ts';
import { fullSize, isOpen, originalsOf } from '../world/facts.ts';

/**
 * Opens, resumes or takes over the record: the originals of a rollout that goes on are kept, those of one that starts anew are what is
 * live now, unless the older rollout has stable's originals still to give back.
 */
export function claim(order: Order, view: View, facts: Facts): Step {
  const { record } = view;
  const goingOn = order.action === 'deploy' ? null : record;
  const anew = order.action === 'deploy' && facts.open !== 'ours';
  const kept = record && keepsOriginals(record, facts, anew) ? record : null;
  const originals = kept ? sized(kept.originals, fullSize(order, view)) : originalsOf(order, view);
  return {
    do: 'claim',
    version: record?.version ?? null,
    anew: kept === null,
    record: {
      run: goingOn?.run ?? order.run,
      holder: holderOf(order),
      renewedAt: view.now,
      version: '',
      release: releaseOf(order, record),
      action: order.action,
      stage: stageOf(order, record, anew),
      done: false,
      base: baseOf(anew ? null : kept, originals),
      replaced: kept?.replaced ?? null,
      next: nextOf(order, record),
      originals,
      ...wholeness(order, view),
    },
  };
}

const keepsOriginals = ({ originals }: RecordView, { stable }: Facts, anew: boolean): boolean =>
  !anew || originals.stable === null || stable === 'replaced';

const nextOf = ({ action, next }: Order, record: RecordView | null): string | null => (action === 'deploy' ? next : record?.next) ?? null;

const holderOf = ({ run, process }: Order): RecordView['holder'] => ({
  run: run.id,
  process,
  name: run.name,
  ...(run.url ? { url: run.url } : {}),
});

/** What the canary is compared with: of a rollout that goes on what it was, also where that is not known. */
const baseOf = (record: RecordView | null, { stable }: OriginalsView): string | null => (record ? record.base : (stable?.template ?? null));

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
