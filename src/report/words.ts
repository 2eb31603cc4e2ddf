/** Wordings that log, summary and status share. */

import { type AnalysedMetric, sidesText } from '../model/analysed.ts';
import type { Event, Outcome, PlannedStep, VariantState } from '../model/event.ts';
import type { Ref } from '../model/kube.ts';
import { matchText } from '../model/match.ts';
import { ROLES, type UserAction } from '../model/stage.ts';

/** Actions that say what there was where they found nothing to do. */
const saysItself: readonly UserAction[] = ['reject', 'undo', 'sweep'];

/** What an end means for the reader. A reject that found nothing to take back says what there was instead. */
export const statusText = (outcome: Outcome): string => STATUSES[outcome.status](outcome);

const STATUSES: Readonly<Record<Outcome['status'], (outcome: Outcome) => string>> = {
  deployed: () => 'Deployed.',
  promoted: () => 'Promoted: the new version is now stable.',
  rejected: ({ ended }) => (ended === undefined ? 'Rejected: nothing of the new version is left.' : `Rejected: ${ended}.`),
  unchanged: ({ action, because }) =>
    saysItself.includes(action) && because !== undefined
      ? sentence(because)
      : 'Unchanged: everything was already as requested, and nothing was written.',
  'first-release': () => 'First release: nothing ran before, so the files were applied as they are.',
  undone: () => 'Undone: an earlier revision runs again.',
  analyzed: () => 'Analyzed: the new version may continue.',
  superseded: () => 'Superseded: another run has its own version open, and it was left alone.',
};

/** Why it ended so, where that is not the head already; else null. */
export function becauseText({ status, action, because, dryRun }: Outcome): string | null {
  const isHead = status === 'unchanged' && saysItself.includes(action) && !dryRun;
  return because === undefined || isHead ? null : sentence(because);
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

/** "stable 80 %, baseline 10 %, canary 10 %", and what the canary gets beside; empty where nothing is split. */
export function sharesText({ weights, variants }: Pick<Outcome, 'weights' | 'variants'>): string {
  const shares = ROLES.flatMap(role => (weights[role] === undefined ? [] : [`${role} ${percent((weights[role] ?? 0) / 10)}`]));
  const beside = variants.map(besideText).find(text => text !== '') ?? '';
  return shares.length === 0 ? '' : `${shares.join(', ')}${beside}`;
}

/** ", and requests with header x-beta=always; a cookie keeps each user on his version"; empty for most. */
function besideText({ match = [], affinity }: VariantState): string {
  const matching = match.length > 0 ? `, and ${matchText(match)}` : '';
  return `${matching}${affinity === 'cookie' ? '; a cookie keeps each user on his version' : ''}`;
}

/** "10 %", "8.3 %". */
export function percent(share: number): string {
  return `${Math.round(share * 10) / 10} %`;
}

/** "10 % of the requests", "0 % of the requests, a copy of 100 %", "0 % of the requests, and ..."; empty where nobody knows. */
export function requestsText(variant: VariantState): string {
  const { share, copied } = variant;
  const copy = copied === undefined ? '' : `, a copy of ${percent(copied)}`;
  return share === null ? '' : `${percent(share)} of the requests${copy}${besideText(variant)}`;
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

/** How the achieved share compares with the one that the canary should get (half of what is asked where a baseline gets as much), where pods are the split and the two differ; else null. */
export function achievedText(outcome: Outcome): string | null {
  const { askedShare, canaryShare } = outcome;
  if (askedShare === null || Math.abs(askedShare - canaryShare) < 0.05) return null;
  return `the canary should get ${percent(askedShare)}; with this number of pods it gets ${percent(canaryShare)}`;
}

/** One metric of an analysis: "errors: pass; canary 0 % of 1369, baseline 0.07 % of 1402". */
export const analysedText = (finding: AnalysedMetric): string => `${finding.metric}: ${finding.verdict}; ${sidesText(finding)}`;

/** "web: the canary gets 9.8 % of the 1402 requests that the pods counted; its share is 10 %". */
export const measuredText = ({ workload, asked, measured, requests }: Extract<Event, { readonly type: 'measured' }>): string =>
  `${workload}: the canary gets ${percent(measured)} of the ${requests} requests that the pods counted; its share is ${percent(asked)}`;

/** "Deployment demo/web"; of the whole cluster "Namespace demo". */
export const refText = ({ kind, namespace, name }: Ref): string => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** A step of a plan: "wait for the data plane (waits 5 s)". */
export const plannedText = ({ text, waitSeconds }: PlannedStep): string =>
  waitSeconds > 0 ? `${text} (waits ${secondsText(waitSeconds)})` : text;
