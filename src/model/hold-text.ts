/** A step that waits for a person, in words for log, report, chat and cluster. */
import type { Event } from './event.ts';

/** That a step waits for a person, and how he answers. */
export const heldText = ({ namespace, workload, until }: Extract<Event, { readonly type: 'held' }>): string =>
  `${workload} waits for a person until ${momentText(until)}. Approve it: kubernetes-rollout approve -n ${namespace}. Refuse it: kubernetes-rollout refuse -n ${namespace}. No answer refuses it.`;

/** What he said: "web was approved by jane at 2026-11-29 03:12 UTC". */
export const answeredText = ({ workload, verdict, by, at }: Extract<Event, { readonly type: 'answered' }>): string =>
  by === null ? `nobody approved ${workload} in time` : `${workload} was ${SAID[verdict]} by ${by} at ${momentText(at)}`;

const SAID = { approve: 'approved', refuse: 'refused' } as const;

/** "2026-11-29 03:12 UTC"; empty for a moment that no calendar has. */
export function momentText(milliseconds: number): string {
  const moment = new Date(milliseconds);
  return Number.isNaN(moment.getTime()) ? '' : `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
