/** The job summary: Markdown that GitHub and Azure both show. */
import type { Event, Outcome, VariantState } from '../model/event.ts';
import { neutral } from './neutral.ts';
import { achievedText, becauseText, measuredText, requestsText, sharesText, statusText } from './words.ts';

/** How a run ended. */
export type Ending = Extract<Event, { readonly type: 'outcome' | 'failed' }>;

/** What ran, what the cluster looks like now, and what to do next; for a failure what happened, why in the cluster's words, and what to do. */
export function summary(ending: Ending, events: readonly Event[]): string {
  const body = ending.type === 'outcome' ? succeeded(ending.outcome, events) : failed(ending, events);
  return neutral([...title(events), ...body, ...warnings(events)].join('\n\n')).concat('\n');
}

function title(events: readonly Event[]): readonly string[] {
  const begun = events.find(event => event.type === 'begun');
  return [`## Rollout${begun === undefined ? '' : `: ${words(begun.text)}`}`];
}

function succeeded(outcome: Outcome, events: readonly Event[]): readonly string[] {
  const shares = sharesText(outcome);
  const achieved = achievedText(outcome);
  const head = outcome.dryRun
    ? `**Dry run**, nothing was written. It would end as: ${outcome.status}.`
    : `**${words(statusText(outcome))}**`;
  return [
    head,
    ...[becauseText(outcome)].flatMap(text => (text === null ? [] : [words(text)])),
    ...facts(outcome),
    ...(shares === '' ? [] : [`Traffic: ${words(shares)}${achieved === null ? '' : ` (${achieved})`}`]),
    ...measured(events),
    ...table(outcome.variants),
    ...(outcome.next.length === 0 ? [] : ['### What to do next', bullets(outcome.next)]),
  ];
}

/** What was measured of each workload's last share. */
function measured(events: readonly Event[]): readonly string[] {
  const last = new Map(events.flatMap(event => (event.type === 'measured' ? [[event.workload, event] as const] : [])));
  return [...last.values()].map(event => `Measured: ${words(measuredText(event))}.`);
}

function facts(outcome: Outcome): readonly string[] {
  const release = outcome.release === null ? '' : `, release ${code(outcome.release)}`;
  return [`Action ${code(outcome.action)} in namespace ${code(outcome.namespace)}${release}.`];
}

function table(variants: readonly VariantState[]): readonly string[] {
  if (variants.length === 0) return [];
  const head = ['| | variant | image | pods ready | share of requests |', '|---|---|---|---|---|'];
  return [[...head, ...variants.map(row)].join('\n')];
}

function row(variant: VariantState): string {
  const share = words(requestsText(variant).replace(' of the requests', '')) || '-';
  const images = variant.images.map(code).join('<br>');
  return `| ${variant.role} | ${code(variant.name)} | ${images} | ${variant.ready} of ${variant.replicas} | ${share} |`;
}

function failed(ending: Extract<Ending, { readonly type: 'failed' }>, events: readonly Event[]): readonly string[] {
  const explained = events.filter(event => event.type === 'explained').at(-1);
  const why = explained === undefined ? [] : ["### Why, in the cluster's words", bullets(explained.lines)];
  return [`**Failed: ${ending.code}**`, paragraph(ending.message), ...why, '### What to do', words(ending.hint)];
}

function warnings(events: readonly Event[]): readonly string[] {
  const texts = events.flatMap(event => (event.type === 'notice' && event.level === 'warning' ? [event.text] : []));
  return texts.length === 0 ? [] : ['### Warnings', bullets(texts)];
}

function bullets(texts: readonly string[]): string {
  return texts.map(text => `- ${words(text)}`).join('\n');
}

/** A message of several lines keeps them. */
function paragraph(text: string): string {
  return text
    .split('\n')
    .map(line => words(line.trim()))
    .join('  \n');
}

/** Plain text in Markdown: what would be markup, a link or HTML is shown as it is. */
function words(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>|#~!&]/g, character => `\\${character}`);
}

function code(text: string): string {
  return `\`${text.replace(/[`|\s]+/g, ' ')}\``;
}
