/** The log: what a person reads who was woken by it. */
import { untoldText } from '../model/analysed.ts';
import { byCase } from '../model/cases.ts';
import type { Event, Outcome, PlannedStep, VariantState } from '../model/event.ts';
import { answeredText, heldText } from '../model/hold-text.ts';
import { aboutCode } from './about.ts';
import { changesLines } from './changes.ts';
import type { Line } from './line.ts';
import { whereText } from './standing.ts';
import {
  achievedText,
  analysedText,
  becauseText,
  measuredText,
  plannedText,
  podsText,
  refText,
  requestsText,
  secondsText,
  sharesText,
  statusText,
} from './words.ts';

/** What the log says about an event. */
export const lines = (event: Event): readonly Line[] => linesBy(event);

const linesBy = byCase<'type', Event, [], readonly Line[]>('type', {
  begun: ({ text }) => [{ level: 'heading', text }],
  notice: ({ level, text }) => [{ level: level === 'warning' ? 'warning' : 'notice', text, title: 'Rollout' }],
  planned: event => plan(event),
  step: ({ text }) => [plain(`  ... ${text}`)],
  progress: ({ text }) => [plain(`        ${text}`)],
  done: ({ text, seconds }) => [plain(`  ok  ${text}${seconds < 0.05 ? '' : ` (${secondsText(seconds)})`}`)],
  shifted: () => [],
  looked: () => [],
  measured: event => [plain(`        ${measuredText(event)}`)],
  analysed: ({ workload, verdict, findings }) => [
    plain(`Analysis of ${workload}: ${verdict}.`),
    ...findings.map(finding => plain(`    ${analysedText(finding)}`)),
    ...[untoldText(findings)].flatMap(text => (text === null ? [] : [plain(`    ${text}`)])),
  ],
  held: event => [{ level: 'notice', text: heldText(event), title: 'Rollout' }],
  answered: event => [plain(`        ${answeredText(event)}`)],
  compared: event => changesLines(event),
  explained: event => explained(event),
  failed: event => [{ level: 'error', text: failureText(event), title: `Rollout failed (${event.code})` }],
  outcome: ({ outcome }) => outcomeLines(outcome),
});

function explained({ ref, lines: why, log }: Extract<Event, { readonly type: 'explained' }>): readonly Line[] {
  const said = log === undefined ? [] : [`Last lines of ${log.of}:`, ...log.lines.map(line => `    | ${line}`)];
  const reasons = why.length === 0 ? [] : [`Why ${refText(ref)} is not ready:`, ...why.map(line => `    ${line}`)];
  return [...reasons, ...said].map(plain);
}

/** What is told while steps are carried out. */
export const isProgress = ({ type }: Event): boolean =>
  ['step', 'progress', 'done', 'measured', 'shifted', 'looked', 'answered'].includes(type);

/** What stands above progress. */
export const PROGRESS: Line = { level: 'group', text: 'This is being done:' };
/** The end of any group. */
export const END_OF_GROUP: Line = { level: 'end-group', text: '' };

/** A run that looked at nothing says only what is wrong. */
function failureText({ code, message, hint, standing }: Extract<Event, { readonly type: 'failed' }>): string {
  const isNews = standing === undefined ? code === 'INTERRUPTED' : standing.traffic !== 'unchanged' || standing.variants.length > 0;
  return [`${code}: ${message}`, ...(isNews ? [whereText(standing)] : []), `What to do: ${hint}`, `About ${code}: ${aboutCode(code)}`].join(
    '\n',
  );
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
      ? [
          plain(
            `This includes waits of ${secondsText(event.waitSeconds)} in total, in addition to the time that pods need to become ready.`,
          ),
        ]
      : [];
  return [{ level: 'group', text: head }, ...event.steps.map((step, index) => plain(planned(step, index))), ...wait, END_OF_GROUP];
}

function planned(step: PlannedStep, index: number): string {
  return `${String(index + 1).padStart(4)}. ${plannedText(step)}`;
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
