/** Open rollouts as a small tree for the terminal. */
import type { RolloutView, VariantState } from '../model/event.ts';
import { percent, podsText, requestsText } from './words.ts';

/** The tree, one line each; a sentence when nothing is open. */
export function statusTree(views: readonly RolloutView[], namespace: string): readonly string[] {
  if (views.length === 0) return [`No rollout is open in namespace ${namespace}.`];
  return views.flatMap((view, index) => [...(index === 0 ? [] : ['']), ...tree(view)]);
}

function tree(view: RolloutView): readonly string[] {
  return [
    `${view.namespace}/${view.workload}: ${view.strategy} by ${view.router}, release ${view.release}, ${progress(view)}`,
    `  opened by ${person(view.openedBy)}${view.heldBy === null ? '' : `; ${person(view.heldBy)} is at work on it`}`,
    ...view.variants.map((variant, index) => branch(variant, index === view.variants.length - 1)),
  ];
}

function progress(view: RolloutView): string {
  const share = view.percentage === null ? '' : ` at ${percent(view.percentage)}`;
  return view.done ? `${view.action}${share} ended well` : `${view.action}${share} not finished (stage ${view.stage})`;
}

function person({ name, url }: RolloutView['openedBy']): string {
  return url === undefined ? name : `${name} (${url})`;
}

function branch(variant: VariantState, last: boolean): string {
  const requests = requestsText(variant);
  const images = variant.images.join(', ');
  return `  ${last ? '└─' : '├─'} ${variant.role.padEnd(9)} ${variant.name}   ${images}   ${podsText(variant)}${requests === '' ? '' : `   ${requests}`}`;
}
