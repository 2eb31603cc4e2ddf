/** The job summary: Markdown that GitHub and Azure both show. */
import { type AnalysedMetric, untoldText } from '../model/analysed.ts';
import type { Event, Outcome, VariantState } from '../model/event.ts';
import { answeredText } from '../model/hold-text.ts';
import { aboutCode } from './about.ts';
import { changesMarkdown } from './changes.ts';
import { bullets, code, paragraph, verbatim, words } from './markdown.ts';
import { neutral } from './neutral.ts';
import { whereText } from './standing.ts';
import { sparklines, type Trend, trendsOf } from './trend.ts';
import { achievedText, becauseText, measuredText, plannedText, requestsText, sharesText, statusText } from './words.ts';

/** How a run ended. */
export type Ending = Extract<Event, { readonly type: 'outcome' | 'failed' }>;

type Failed = Extract<Event, { readonly type: 'failed' }>;

/**
 * What ran, what the cluster looks like now, and what to do next; of a failure first where the requests are, then what there is, why in the cluster's
 * words, and what to do. `at` is when it ended.
 */
export function summary(ending: Ending, events: readonly Event[], at: Date): string {
  const begun = events.find(event => event.type === 'begun')?.text ?? null;
  const body = ending.type === 'outcome' ? succeeded(ending.outcome, { begun, events, at }) : failed(ending, begun, events);
  return neutral([...body, ...warnings(events)].join('\n\n')).concat('\n');
}

interface Told {
  readonly begun: string | null;
  readonly events: readonly Event[];
  readonly at: Date;
}

function succeeded(outcome: Outcome, { begun, events, at }: Told): readonly string[] {
  const shares = sharesText(outcome);
  const achieved = achievedText(outcome);
  const because = becauseText(outcome);
  const head = outcome.dryRun
    ? `**Dry run**, nothing was written. It would end as: ${outcome.status}.`
    : `**${words(statusText(outcome))}**`;
  return [
    `## Rollout${begun === null ? '' : `: ${words(begun)}`}`,
    head,
    ...(because === null ? [] : [words(because)]),
    ...facts(outcome),
    ...imageChanges(outcome, at),
    ...events.flatMap(event => (event.type === 'compared' ? changesMarkdown(event) : [])),
    ...(outcome.dryRun ? plan(events) : []),
    ...(shares === '' ? [] : [`Traffic: ${words(shares)}${achieved === null ? '' : ` (${achieved})`}`]),
    ...measured(events),
    ...table(outcome.variants),
    ...analyses(events),
    ...answers(events),
    ...(outcome.next.length === 0 ? [] : ['### What to do next', bullets(outcome.next)]),
  ];
}

/** What was measured of each workload's last share. */
function measured(events: readonly Event[]): readonly string[] {
  const last = new Map(events.flatMap(event => (event.type === 'measured' ? [[event.workload, event] as const] : [])));
  return [...last.values()].map(event => `${words(measuredText(event))}.`);
}

function facts(outcome: Outcome): readonly string[] {
  const release = outcome.release === null ? '' : `, release ${code(outcome.release)}`;
  return [`Action ${code(outcome.action)} in namespace ${code(outcome.namespace)}${release}.`];
}

/** "Image of web: `web:1` → `web:2`, since 2026-11-29 03:12 UTC". */
function imageChanges({ images = [], dryRun }: Outcome, at: Date): readonly string[] {
  const since = dryRun ? '' : `, since ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const list = (texts: readonly string[]): string => texts.map(code).join(', ');
  return images.map(({ workload, from, to }) => `Image of ${words(workload)}: ${list(from)} → ${list(to)}${since}.`);
}

function plan(events: readonly Event[]): readonly string[] {
  const steps = events.flatMap(event => (event.type === 'planned' ? event.steps : []));
  return steps.length === 0 ? [] : ['### Plan', steps.map((step, index) => `${index + 1}. ${words(plannedText(step))}`).join('\n')];
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

/** The last analysis of each workload. */
function analyses(events: readonly Event[]): readonly string[] {
  const all = events.filter(event => event.type === 'analysed');
  const last = all.filter(({ workload }, index) => !all.slice(index + 1).some(later => later.workload === workload));
  const trends = trendsOf(events);
  return last.flatMap(({ workload, verdict, findings }) => {
    const trendOf = (finding: AnalysedMetric) => trends.find(trend => trend.workload === workload && trend.metric === finding.metric);
    const rows = findings.map(finding => analysedRow(finding, trendOf(finding)));
    return [
      `### Analysis of ${words(workload)}: ${verdict}`,
      rows.length === 0 ? 'Only the health of the pods was watched.' : [...ANALYSIS_HEAD, ...rows].join('\n'),
      ...[untoldText(findings)].flatMap(text => text ?? []),
    ];
  });
}

/** Who was asked whether it may go on, and what he said. */
const answers = (events: readonly Event[]): readonly string[] =>
  events.flatMap(event => (event.type === 'answered' ? [`Approval: ${words(answeredText(event))}.`] : []));

const ANALYSIS_HEAD = ['| metric | old version | canary | difference | evidence | verdict |', '|---|---|---|---|---|---|'];

function analysedRow(finding: AnalysedMetric, trend: Trend | undefined): string {
  const { metric, reference, against, canary, difference, worse, acceptable, verdict } = finding;
  const lines = trend ? sparklines(trend) : { canary: '', reference: '' };
  const drawn = (line: string): string => (line === '' ? '' : ` ${line}`);
  const side = worse > acceptable ? ' that it is worse' : ' that it is not';
  const evidence = `${bar(Math.max(worse, acceptable))}${Math.max(worse, acceptable) > 0 ? side : ''}`;
  const old = reference === '' ? '-' : `${words(reference)} (${words(against)})`;
  const sides = `${old}${drawn(lines.reference)} | ${words(canary)}${drawn(lines.canary)}`;
  return `| ${words(metric)} | ${sides} | ${words(difference) || '-'} | ${evidence} | ${verdict} |`;
}

const BAR_LENGTH = 10;

/** How far the evidence went toward proof: "████████░░ 80 %". */
export function bar(part: number): string {
  const whole = Math.max(0, Math.min(1, part));
  const full = Math.floor(whole * BAR_LENGTH);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_LENGTH - full)} ${Math.round(whole * 100)} %`;
}

/** The reason stands there once: what the cluster said of it, only where the message does not hold it. */
function failed(ending: Failed, begun: string | null, events: readonly Event[]): readonly string[] {
  const { lines: explained = [], log } =
    events.flatMap(event => (event.type === 'explained' && event.lines.length > 0 ? [event] : [])).at(-1) ?? {};
  const why = explained.filter(line => !ending.message.includes(line));
  return [
    `## ${words(whereText(ending.standing))}`,
    `**Failed: [${ending.code}](${aboutCode(ending.code)}).**${begun === null ? '' : ` The step: ${words(begun)}.`}`,
    ...table(ending.standing?.variants ?? []),
    paragraph(ending.message),
    ...(why.length === 0 ? [] : ["### Why, in the cluster's words", bullets(why)]),
    ...(log === undefined ? [] : [`### Last lines of ${words(log.of)}`, verbatim(log.lines)]),
    ...analyses(events),
    ...answers(events),
    '### What to do',
    words(ending.hint),
  ];
}

function warnings(events: readonly Event[]): readonly string[] {
  const texts = events.flatMap(event => (event.type === 'notice' && event.level === 'warning' ? [event.text] : []));
  return texts.length === 0 ? [] : ['### Warnings', bullets(texts)];
}
