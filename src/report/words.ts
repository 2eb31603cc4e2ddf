/** Wordings that log, summary and status share. */
import type { Outcome, Status, VariantState } from '../model/event.ts';
import { ROLES } from '../model/stage.ts';

/** What a status means for the reader. */
export function statusText(status: Status): string {
  switch (status) {
    case 'deployed':
      return 'Deployed.';
    case 'promoted':
      return 'Promoted: the new version is the stable one now.';
    case 'rejected':
      return 'Rejected: the old version has all the traffic, and nothing of the new one is left.';
    case 'unchanged':
      return 'Unchanged: everything was already as asked, and nothing was written.';
    case 'first-release':
      return 'First release: nothing ran before, so the files were applied as they are.';
    case 'superseded':
      return 'Superseded: another run has its own version open, and it was left alone.';
  }
}

/** "stable 80 %, baseline 10 %, canary 10 %"; empty where nothing is split. */
export function sharesText(weights: Outcome['weights']): string {
  return ROLES.flatMap(role => (weights[role] === undefined ? [] : [`${role} ${percent((weights[role] ?? 0) / 10)}`])).join(', ');
}

/** "10 %", "8.3 %". */
export function percent(share: number): string {
  return `${Math.round(share * 10) / 10} %`;
}

/** "10 % of the requests", "0 % of the requests, a copy of 100 %"; empty where nobody knows. */
export function requestsText({ share, copied }: VariantState): string {
  const copy = copied === undefined ? '' : `, a copy of ${percent(copied)}`;
  return share === null ? '' : `${percent(share)} of the requests${copy}`;
}

/** "2 of 3 pods ready". */
export function podsText(variant: VariantState): string {
  return `${variant.ready} of ${variant.replicas} ${variant.replicas === 1 ? 'pod' : 'pods'} ready`;
}

/** "3 s", "2 min 5 s". */
export function secondsText(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** How the achieved share compares with the asked one, where pods are the split and the two differ; else null. */
export function achievedText(outcome: Outcome): string | null {
  const { askedShare, canaryShare } = outcome;
  if (askedShare === null || Math.abs(askedShare - canaryShare) < 0.05) return null;
  return `asked: ${percent(askedShare)} for the canary; with this number of pods it is ${percent(canaryShare)}`;
}
