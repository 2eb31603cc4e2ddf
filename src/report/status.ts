/** Open rollouts as a small tree for the terminal. */
import type { BrokenView, LeftView, RolloutView } from '../model/event.ts';
import { momentText } from '../model/hold-text.ts';
import type { Strategy, Words } from '../model/strategy.ts';
import { percent, podsText, requestsText } from './words.ts';

/** The strategy of a name. */
export type Named = (name: string) => Pick<Strategy, 'reach' | 'words'>;

type StatusView = RolloutView | BrokenView | LeftView;

/** The tree, one line each; a sentence when nothing is open. */
export function statusTree(views: readonly StatusView[], namespace: string, named: Named): readonly string[] {
  if (views.length === 0) return [`No rollout is open in namespace ${namespace}.`];
  return views.flatMap((view, index) => [...(index === 0 ? [] : ['']), ...tree(view, named)]);
}

function tree(view: StatusView, named: Named): readonly string[] {
  if ('broken' in view) return [`ConfigMap ${view.namespace}/${view.record} cannot be read as the record of a rollout: ${view.broken}`];
  if ('left' in view) return leftLines(view);
  return [
    `${view.namespace}/${view.workload}: ${view.strategy} by ${view.router}, release ${view.release}, ${progress(view, named(view.strategy))}`,
    `  opened by ${person(view.openedBy)}${view.heldBy === null ? '' : `; ${person(view.heldBy)} is at work on it`}`,
    ...analysisLine(view),
    ...holdLine(view),
    ...view.variants.flatMap((variant, index) => branch(variant, index === view.variants.length - 1)),
  ];
}

/** A name alone does not say what a reject would remove. */
function leftLines({ namespace, workload, left }: LeftView): readonly string[] {
  const more = left.length - MOST_LEFT;
  return [
    `${namespace}/${workload}: no record of a rollout, but what one left. Reject with application ${workload} removes it:`,
    ...left.slice(0, MOST_LEFT).map(name => `  ${name}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

const MOST_LEFT = 10;

/** "analysis: fail, 50 % of its metrics passed (errors fail, latency pass)". */
function analysisLine({ analysis, heldBy }: RolloutView): readonly string[] {
  if (!analysis) return [];
  const { verdict, score, metrics, since, accepted } = analysis;
  const each = metrics.length > 0 ? ` (${metrics.map(one => `${one.metric} ${one.verdict}`).join(', ')})` : '';
  if (verdict === null) return [`  analysis: begun at ${since}${heldBy === null ? ' and never ended' : ''}${each}`];
  const numbers = metrics.flatMap(({ metric, said }) => (said ? [`    ${metric}: ${said}`] : []));
  return [`  analysis: ${verdict}${accepted ? ', and accepted so' : ''}, ${percent(score ?? 0)} of its metrics passed${each}`, ...numbers];
}

/** "waits for a person until ...", or what he said. */
function holdLine({ hold, heldBy, namespace }: RolloutView): readonly string[] {
  if (hold?.isWaiting) {
    const how = `kubernetes-rollout approve -n ${namespace}, or refuse`;
    const until = moment(hold.until);
    return [
      heldBy
        ? `  waits for a person until ${until}: ${how}`
        : `  was held for a person; no step waits now. Run deploy again: it accepts an answer given until then (${how})`,
    ];
  }
  if (!hold?.answer) return [];
  const { verdict, by, at } = hold.answer;
  return [by === null ? '  nobody approved it in time' : `  ${verdict === 'approve' ? 'approved' : 'refused'} by ${by} at ${moment(at)}`];
}

const moment = (text: string): string => momentText(Date.parse(text));

function progress(view: RolloutView, { reach, words }: ReturnType<Named>): string {
  const action = view.action === 'retreat' ? 'deploy' : view.action;
  // Whoever gets the new version by a match has no share to tell: a percentage sizes its pods, which the tree counts.
  const share = view.percentage === null || reach === 'match' ? '' : ` at ${percent(view.percentage)}`;
  if (view.action === 'retreat') return `${action}${share} failed${afterFailure(view, words)}`;
  if (view.done) return `${action}${share} ended well`;
  return `${action}${share} has not ended${view.heldBy === null ? `; ${onward(view)}` : ''}`;
}

/** What the way back of a failed deploy came to. */
function afterFailure(view: RolloutView, { failed }: Words): string {
  const again = `Deploy again, or ${rejectOf(view)}.`;
  if (!view.done) return view.heldBy === null ? `, and so did its way back. Run ${rejectOf(view)}.` : '; the requests go back to stable';
  if (view.isFirst) return `; nothing ran before. ${again}`;
  return `; ${failed?.state ?? 'all requests are on stable'}. ${again}`;
}

function onward(view: RolloutView): string {
  return view.action === 'reject' ? 'run it again' : `run it again, or ${rejectOf(view)}`;
}

/** A bare reject may end other versions too. */
function rejectOf({ version }: RolloutView): string {
  return version === undefined ? 'reject' : `reject with variant-name ${version}`;
}

function person({ name, url }: RolloutView['openedBy']): string {
  return url === undefined ? name : `${name} (${url})`;
}

function branch(variant: RolloutView['variants'][number], last: boolean): readonly string[] {
  const requests = requestsText(variant);
  const images = variant.images.join(', ');
  const line = `  ${last ? '└─' : '├─'} ${variant.role.padEnd(9)} ${variant.name}   ${images}   ${podsText(variant)}${requests === '' ? '' : `   ${requests}`}`;
  const reason = variant.reason === undefined ? [] : [`  ${last ? ' ' : '│'}  ${variant.failed ? 'failed: ' : ''}${variant.reason}`];
  return [line, ...reason];
}
