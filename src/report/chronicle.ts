/** A run as data: what was told, and when. `report: rollout.json` is this, and the page is drawn from it. */
import type { AnalysedMetric } from '../model/analysed.ts';
import type { Event, LookedMetric, VariantState } from '../model/event.ts';
import { answeredText } from '../model/hold-text.ts';
import type { Counts, Verdict } from '../model/metrics.ts';
import { statusText } from './words.ts';

/** An event with the moment at which it was told, in milliseconds since 1970. */
export interface Told {
  readonly at: number;
  readonly event: Event;
}

/** Who ran the step, as a person calls it. */
export interface RunBy {
  readonly name: string;
  readonly url?: string;
}

/** One look of an analysis; seconds since the run began. */
export interface Look {
  readonly seconds: number;
  readonly metrics: readonly LookedMetric[];
}

/** An analysis from its first look to its verdict. */
export interface AnalysisStory {
  readonly workload: string;
  readonly against: 'baseline' | 'stable';
  readonly verdict: Verdict | null;
  /** Seconds since the run began, when it was decided. */
  readonly decidedAt: number | null;
  readonly findings: readonly AnalysedMetric[];
  readonly looks: readonly Look[];
  /** What each side has answered since it counts, at the last look. */
  readonly counts: Counts;
}

/** Everything of one run. Times are seconds since it began. */
export interface Chronicle {
  readonly format: 1;
  readonly tool: string;
  readonly begunAt: string;
  readonly seconds: number;
  readonly what: string;
  readonly run: RunBy | null;
  readonly release: string | null;
  readonly ending: {
    readonly status: string;
    readonly text: string;
    readonly code: string | null;
    readonly message: string | null;
    readonly hint: string | null;
  };
  readonly plan: readonly string[];
  readonly steps: readonly { readonly at: number; readonly seconds: number; readonly text: string }[];
  /** The shares on a scale of 1000 from each moment on. */
  readonly shares: readonly { readonly at: number; readonly workload: string; readonly weights: Readonly<Record<string, number>> }[];
  readonly measured: readonly { readonly workload: string; readonly asked: number; readonly measured: number; readonly requests: number }[];
  readonly analyses: readonly AnalysisStory[];
  /** Who was asked whether the new version may go on, and what he said; `by` is null where nobody did in time. */
  readonly answers: readonly {
    readonly at: number;
    readonly workload: string;
    readonly verdict: string;
    readonly by: string | null;
    readonly text: string;
  }[];
  /** What the cluster said of pods: why they were not ready, and what became of them while they were waited for. */
  readonly pods: readonly { readonly at: number; readonly text: string }[];
  readonly variants: readonly VariantState[];
  readonly warnings: readonly string[];
  readonly next: readonly string[];
}

/** What a chronicle needs beside the events. */
export interface Frame {
  readonly tool: string;
  readonly run: RunBy | null;
  readonly endedAt: number;
}

/** Points beyond these would make a large page and no better picture. */
const MOST_LOOKS = 240;

/** Puts the events of a run in order. */
export function chronicleOf(told: readonly Told[], { tool, run, endedAt }: Frame): Chronicle {
  const begun = told[0]?.at ?? endedAt;
  const since = (at: number): number => Math.max(0, Math.round((at - begun) / 100) / 10);
  const events = told.map(({ event }) => event);
  const all = <T extends Event['type']>(type: T) =>
    told.flatMap(({ at, event }) => (event.type === type ? [{ at: since(at), event: event as Of<T> }] : []));
  const [outcome] = all('outcome').slice(-1);
  const standing = all('failed')[0]?.event.standing;
  return {
    format: 1,
    tool,
    begunAt: new Date(begun).toISOString(),
    seconds: since(endedAt),
    what: all('begun')[0]?.event.text ?? '',
    run,
    release: outcome?.event.outcome.release ?? standing?.release ?? null,
    ending: endingOf(events),
    plan: all('planned')[0]?.event.steps.map(({ text }) => text) ?? [],
    steps: all('done').map(({ at, event }) => ({ at: Math.max(0, at - event.seconds), seconds: event.seconds, text: event.text })),
    shares: all('shifted').map(({ at, event }) => ({ at, workload: event.workload, weights: event.weights })),
    measured: all('measured').map(({ event: { type: _, ...measured } }) => measured),
    analyses: analysesIn(told, since),
    answers: all('answered').map(({ at, event }) => ({
      at,
      workload: event.workload,
      verdict: event.verdict,
      by: event.by,
      text: answeredText(event),
    })),
    pods: podsIn(told, since),
    variants: outcome?.event.outcome.variants ?? standing?.variants ?? [],
    warnings: all('notice').flatMap(({ event }) => (event.level === 'warning' ? [event.text] : [])),
    next: outcome?.event.outcome.next ?? [],
  };
}

type Of<T extends Event['type']> = Extract<Event, { readonly type: T }>;
type Since = (at: number) => number;

function endingOf(events: readonly Event[]): Chronicle['ending'] {
  const last = events.findLast(({ type }) => type === 'failed' || type === 'outcome');
  if (last?.type === 'outcome') {
    const { outcome } = last;
    const text = outcome.dryRun ? `Dry run, nothing was written. It would end as: ${outcome.status}.` : statusText(outcome);
    return { status: outcome.dryRun ? 'planned' : outcome.status, text, code: null, message: null, hint: null };
  }
  const { code, message, hint } = last?.type === 'failed' ? last : { code: 'BUG', message: 'the run ended without a result', hint: '' };
  return { status: 'failed', text: `Failed: ${code}.`, code, message, hint };
}

const analysesIn = (told: readonly Told[], since: Since): readonly AnalysisStory[] =>
  storiesIn(told, since).map(story => ({ ...story, looks: thinned(story.looks) }));

/** The analyses of these events with each of their looks, without times. */
export const storiesOf = (events: readonly Event[]): readonly AnalysisStory[] =>
  storiesIn(
    events.map(event => ({ at: 0, event })),
    () => 0,
  );

/** The looks of each workload up to its verdict; an analysis that was broken off has none. */
function storiesIn(told: readonly Told[], since: Since): readonly AnalysisStory[] {
  const stories: AnalysisStory[] = [];
  const open = new Map<string, { readonly looks: Look[]; readonly last: Of<'looked'> }>();
  const close = (workload: string, ended: { readonly at: number; readonly event: Of<'analysed'> } | null): void => {
    const story = open.get(workload);
    open.delete(workload);
    if (!story && !ended) return;
    stories.push({
      workload,
      against: story?.last.against ?? 'baseline',
      verdict: ended?.event.verdict ?? null,
      decidedAt: ended ? since(ended.at) : null,
      findings: ended?.event.findings ?? [],
      looks: story?.looks ?? [],
      counts: story?.last.counts ?? {},
    });
  };
  for (const { at, event } of told) {
    if (event.type === 'looked') {
      const looks = open.get(event.workload)?.looks ?? [];
      looks.push({ seconds: since(at), metrics: event.metrics });
      open.set(event.workload, { looks, last: event });
    }
    if (event.type === 'analysed') close(event.workload, { at, event });
  }
  for (const workload of [...open.keys()]) close(workload, null);
  return stories;
}

/** Every n-th look, and the last. */
function thinned(looks: readonly Look[]): readonly Look[] {
  const every = Math.ceil(looks.length / MOST_LOOKS);
  return looks.filter((_, i) => i % every === 0 || i === looks.length - 1);
}

const MOST_POD_LINES = 200;

function podsIn(told: readonly Told[], since: Since): Chronicle['pods'] {
  return told
    .flatMap(({ at, event }) => {
      if (event.type === 'explained') return event.lines.map(text => ({ at: since(at), text: `${event.ref.name}: ${text}` }));
      return event.type === 'progress' && /\bpods? ready\b|is being deleted|restarted/.test(event.text)
        ? [{ at: since(at), text: event.text }]
        : [];
    })
    .slice(-MOST_POD_LINES);
}
