/** The log: what a person reads who was woken by it. */
import type { Event, Outcome, PlannedStep, VariantState } from '../model/event.ts';
import type { Ref } from '../model/kube.ts';
import type { Line } from './line.ts';
import { whereText } from './standing.ts';
import {
  achievedText,
  analysedText,
  becauseText,
  measuredText,
  podsText,
  requestsText,
  secondsText,
  sharesText,
  statusText,
} from './words.ts';

/** What the log says about an event. */
export function lines(event: Event): readonly Line[] {
  switch (event.type) {
    case 'begun':
      return [{ level: 'heading', text: event.text }];
    case 'notice':
      return [{ level: event.level === 'warning' ? 'warning' : 'plain', text: event.text }];
    case 'planned':
      return plan(event);
    case 'step':
      return [plain(`  ... ${event.text}`)];
    case 'progress':
      return [plain(`        ${event.text}`)];
    case 'done':
      return [plain(`  ok  ${event.text}${event.seconds < 0.05 ? '' : ` (${secondsText(event.seconds)})`}`)];
    case 'measured':
      return [plain(`        ${measuredText(event)}`)];
    case 'analysed':
      return [
        plain(`Analysis of ${event.workload}: ${event.verdict}.`),
        ...event.findings.map(finding => plain(`    ${analysedText(finding)}`)),
      ];
    case 'explained':
      return [plain(`Why ${refText(event.ref)} is not ready:`), ...event.lines.map(line => plain(`    ${line}`))];
    case 'failed':
      return [{ level: 'error', text: failureText(event) }];
    case 'outcome':
      return outcomeLines(event.outcome);
  }
}

/** A run that looked at nothing says only what is wrong. */
function failureText({ code, message, hint, standing }: Extract<Event, { readonly type: 'failed' }>): string {
  const hasLooked = standing?.traffic !== 'unchanged' || standing.variants.length > 0;
  return [`${code}: ${message}`, ...(hasLooked ? [whereText(standing)] : []), `What to do: ${hint}`].join('\n');
}

function plain(text: string): Line {
  return { level: 'plain', text };
}

function plan(event: Extract<Event, { readonly type: 'planned' }>): readonly Line[] {
  // How it ends says that there was nothing to do, and why.
  if (event.steps.length === 0) return [];
  const head = event.dryRun ? 'This is what would be done; nothing is written (dry run):' : 'This is what will be done:';
  const wait =
    event.waitSeconds > 0
      ? [plain(`Waits of ${secondsText(event.waitSeconds)} in all are part of it, beside the pods' own readiness.`)]
      : [];
  return [plain(head), ...event.steps.map((step, index) => plain(planned(step, index))), ...wait];
}

function planned(step: PlannedStep, index: number): string {
  const wait = step.waitSeconds > 0 ? ` (waits ${secondsText(step.waitSeconds)})` : '';
  return `${String(index + 1).padStart(4)}. ${step.text}${wait}`;
}

function refText(ref: Ref): string {
  return ref.namespace === undefined ? `${ref.kind} ${ref.name}` : `${ref.kind} ${ref.namespace}/${ref.name}`;
}

function outcomeLines(outcome: Outcome): readonly Line[] {
  const head = outcome.dryRun ? `Dry run, nothing was written. It would end as: ${outcome.status}.` : statusText(outcome);
  const shares = sharesText(outcome);
  return [
    { level: 'heading', text: head },
    ...[becauseText(outcome)].flatMap(text => (text === null ? [] : [plain(text)])),
    ...(shares === '' ? [] : [plain(`Traffic: ${shares}`)]),
    ...[achievedText(outcome)].flatMap(text => (text === null ? [] : [plain(`    ${text}`)])),
    ...outcome.variants.map(variant => plain(`    ${variantText(variant)}`)),
    ...outcome.next.map(text => plain(`Next: ${text}`)),
  ];
}

function variantText(variant: VariantState): string {
  const requests = requestsText(variant);
  return `${variant.name} (${variant.role}): ${variant.images.join(', ')}, ${podsText(variant)}${requests === '' ? '' : `, ${requests}`}`;
}
