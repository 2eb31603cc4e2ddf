import { RolloutError } from '../../errors.ts';
import type { Order, RecordView, View } from '../../model/plan.ts';
import { CLAIMED, LEASE_MILLISECONDS } from '../../model/record.ts';
import type { Facts } from '../../model/stage.ts';
import { isOpen, isReleaseOf, isRunByStable, stableChanged } from '../world/facts.ts';
import { isWaived, refuseUnproven } from './proven.ts';

/** Whether a claim that was last renewed then has gone by; the clocks of two runners may differ either way. */
export const hasLapsed = (renewedAt: number, now: number): boolean => Math.abs(now - renewedAt) >= LEASE_MILLISECONDS;

/** Says that another run is at work, `on` what. */
export const atWork = ({ name, url }: { readonly name: string; readonly url?: string | undefined }, on: string): RolloutError =>
  new RolloutError(
    'CONCURRENT_ROLLOUT',
    `${name}${url ? ` (${url})` : ''} is at work on ${on}`,
    `Wait for it or cancel it, then run this again. If it is dead, its claim expires ${LEASE_MILLISECONDS / 1000} s after it was last seen.`,
  );

/**
 * Throws when the action may not go on. One sentence on what is there, one on what to do.
 * @throws RolloutError CONCURRENT_ROLLOUT, PROMOTE_IN_PROGRESS, REJECT_IN_PROGRESS, NEWER_ROLLOUT, NOTHING_TO_PROMOTE, RELEASE_MISMATCH,
 * DEPLOY_UNFINISHED, ANALYSIS_FAILED, ANALYSIS_UNFINISHED, CANARY_NOT_READY, STABLE_CHANGED.
 */
export function refuse(order: Order, view: View, facts: Facts): void {
  if (order.action === 'reject' && order.leaves.length > 0 && view.record) refusePromoting(view.record);
  if (order.action === 'retreat' || (order.action === 'reject' && facts.open !== 'ours')) return;
  refuseConcurrent(order, view);
  if (order.action === 'reject') return;
  if (order.action === 'deploy') refuseDeploy(order, view);
  else refusePromote(order, view, facts);
  if (isChangedByOthers(view, facts)) refuseChanged(order, view);
}

const isChangedByOthers = (view: View, { open, stable }: Facts): boolean => open === 'ours' && stable !== 'replaced' && stableChanged(view);

/** Where stable runs the release itself, promote has nothing but the rollout to end. */
function refuseChanged({ action, acceptStableChange }: Order, view: View): void {
  if (acceptStableChange) return;
  if (!isRunByStable(view)) {
    throw new RolloutError(
      'STABLE_CHANGED',
      'stable no longer runs the pod template that the canary was compared with: somebody changed it since the deploy',
      'Reject and deploy again, or set accept-stable-change: true to continue with what runs now.',
    );
  }
  if (action === 'promote') return;
  throw new RolloutError(
    'STABLE_CHANGED',
    'stable now runs this release: somebody put it there since the deploy, so there is no old version any more',
    'Run promote: it ends the rollout with what runs. To go back, put the old version back on stable (its files, or kubectl rollout undo), then reject.',
  );
}

function refuseConcurrent({ run, process, variant }: Order, { record, now }: View): void {
  const holder = record?.holder;
  if (!holder || holder.process === process || holder.dead || hasLapsed(record.renewedAt, now)) return;
  if (holder.run === run.id && !run.interactive && (record.heldFor ?? variant) === variant) return;
  const seconds = Math.max(0, Math.round((now - record.renewedAt) / 1000));
  throw atWork(holder, `${record.heldFor ? `version ${record.heldFor} of ` : ''}this rollout; it was last seen ${seconds} s ago`);
}

function refuseDeploy(order: Order, { record }: View): void {
  if (!record) return;
  refusePromoting(record);
  if (record.action === 'promote' && !isUnstarted(record)) {
    throw new RolloutError(
      'PROMOTE_IN_PROGRESS',
      `the promote of release ${record.release} (${record.run.name}) has not ended`,
      isReleaseOf(record, order)
        ? 'Run promote again to finish it, or reject to go back to what ran before.'
        : 'Run promote with its files or without any to finish it, or reject with reject-any: true to go back to what ran before.',
    );
  }
  refuseNewer(order, record);
}

function refuseNewer(order: Order, record: RecordView): void {
  const standsBeside = record.isUnopened === true && order.leaves.length > 0;
  if (isNewer(record.run, order.run) && !standsBeside && !isReleaseOf(record, order) && order.onOpen === 'refuse') {
    throw new RolloutError(
      'NEWER_ROLLOUT',
      `${record.release === '' ? 'a rollout' : `release ${record.release}`} of the newer ${record.run.name} is open`,
      'Deploy from a newer run, or set on-open: replace to end the newer rollout and continue with this one.',
    );
  }
}

/** Of two runs of one pipeline. */
const isNewer = (run: RecordView['run'], than: Order['run']): boolean =>
  run.pipeline !== undefined && run.pipeline === than.pipeline && (run.number ?? 0) > (than.number ?? 0);

/** A promote ends with the whole rollout: nothing of another version begins or ends meanwhile. */
function refusePromoting({ promoting }: RecordView): void {
  if (promoting === undefined) return;
  throw new RolloutError(
    'PROMOTE_IN_PROGRESS',
    `the promote of version ${promoting} has not ended`,
    `Run that promote again to finish it, or reject with variant-name ${promoting} to go back to what ran before.`,
  );
}

const isUnstarted = (record: RecordView): boolean => record.stage === CLAIMED;

function refusePromote(order: Order, view: View, facts: Facts): void {
  const { record } = view;
  if (record) refusePromoting(record);
  if (!isOpen(view) || record?.isUnopened) {
    if (facts.stable === 'same' && !record) return;
    throw new RolloutError(
      'NOTHING_TO_PROMOTE',
      `no ${order.variant}${order.release ? ` of release ${order.release}` : ''} runs`,
      'Deploy it first.',
    );
  }
  if (record?.action === 'promote' && isReleaseOf(record, order)) return;
  const open = promotable(record, order);
  refuseUnproven(order, open);
  refuseUntested(isWaived(order, open) ? { ...open, action: 'deploy', done: true } : open, view);
}

/** The record of a deploy of this very release. */
function promotable(record: RecordView | null, order: Order): RecordView {
  if (!record) {
    throw new RolloutError(
      'NOTHING_TO_PROMOTE',
      'variants exist, but the record of their rollout is gone',
      'Run reject to remove what is left, then deploy again.',
    );
  }
  if (!isReleaseOf(record, order)) {
    throw new RolloutError(
      'RELEASE_MISMATCH',
      `the canary runs release ${record.release} (${record.run.name}), not ${order.release ?? 'the one given'}`,
      'Promote with exactly the files, images and inputs that were deployed, or deploy these first.',
    );
  }
  if (record.action === 'reject')
    throw new RolloutError('REJECT_IN_PROGRESS', 'a reject of this rollout has not ended', 'Run reject again to finish it.');
  return record;
}

/** Readiness alone would promote a canary that failed its gate: the deploy itself must have ended well. */
function refuseUntested({ done, action, originals, next }: RecordView, { workloads: { canary } }: View): void {
  if (!done || action !== 'deploy' || originals.stable === null) {
    throw new RolloutError(
      'DEPLOY_UNFINISHED',
      'the deploy of this release did not end well, so its canary was never tested',
      'Run deploy again, or reject.',
    );
  }
  if (!canary)
    throw new RolloutError(
      'NOTHING_TO_PROMOTE',
      'the canary is gone',
      'Deploy again, or reject: its share of the requests gets no answer.',
    );
  if (canary.template !== next) {
    throw new RolloutError(
      'RELEASE_MISMATCH',
      'the canary does not run the pod template that was deployed: somebody changed it',
      'Deploy again, then promote.',
    );
  }
  if (canary.replicas === 0) {
    throw new RolloutError(
      'CANARY_NOT_READY',
      'no pod runs the new version any more: somebody has scaled it away (of a StatefulSet, down to the pods that keep the old version)',
      'Deploy again, which brings pods of it back, then promote. Or reject.',
    );
  }
  if (canary.ready < canary.replicas) {
    throw new RolloutError(
      'CANARY_NOT_READY',
      `${canary.ready} of ${canary.replicas} canary pods are ready`,
      'Check its pods, then run promote again, deploy again or reject.',
    );
  }
}
