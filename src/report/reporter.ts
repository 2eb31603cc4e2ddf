/** Brings events, lines and endings to a screen: without secrets, without anything that an agent would execute. */
import type { Event } from '../model/event.ts';
import type { Told } from './chronicle.ts';
import { withoutCredentials } from './credentials.ts';
import { drawingOf } from './drawing.ts';
import { type Files, openFiles } from './files.ts';
import { cleanly } from './harmless.ts';
import type { Line } from './line.ts';
import { cut } from './markdown.ts';
import { neutral } from './neutral.ts';
import { short } from './short.ts';
import { type Ending, summary } from './summary.ts';
import { END_OF_GROUP, isProgress, lines, PROGRESS } from './text.ts';
import { trendChart } from './trend.ts';
import { located } from './whereabouts.ts';

/** Where it is shown. Text that arrives here is harmless. */
export interface Screen {
  readonly version: string;
  print(line: Line): void;
  /** Draws lines in the place of those that it drew before; what is printed next takes their place. Absent where a log only grows. */
  draw?(lines: readonly string[]): void;
  mask(secret: string): void;
  summarise(markdown: string): Promise<void>;
  /** Mermaid in a summary is drawn. */
  readonly drawsMermaid?: boolean;
  /** Marks the run as failed; the reason was printed. */
  fail(message: string): void;
}

/** Takes events and tells a platform what its users should see. */
export interface Reporter extends Files {
  say(line: Line): void;
  tell(event: Event): void;
  /** From now on the secret is shown as ***. */
  hide(secret: string): void;
  /** The text as it may be shown: outputs are printed as commands of the agent. */
  harmless(text: string): string;
  /** What the summary says, without secrets; null before the end, and where there is none. */
  summary(): string | null;
  /** Shows how it ended and resolves to the exit code. An Error is a bug of ours, null an end without a word, which is one too. */
  end(ending: Event | Error | null): Promise<number>;
}

/** Makes the one reporter of a run. */
export function reporter(screen: Screen): Reporter {
  const told: Told[] = [];
  const secrets = new Set<string>();
  const clean = (text: string): string => withoutSecrets(text, secrets);
  const safe = (text: string): string => neutral(short(clean(text)));
  const print = (line: Line): void => screen.print({ ...line, text: safe(line.text) });
  const looks = new Map<string, Extract<Event, { type: 'looked' }>>();
  let summarised: string | null = null;
  const fold = folding(print);
  const say = (line: Line): void => {
    fold(false);
    print(line);
  };
  const tell = (event: Event): void => {
    told.push({ at: Date.now(), event });
    fold(isProgress(event));
    lines(event).forEach(print);
    if (event.type === 'analysed') looks.delete(event.workload);
    if (event.type === 'looked') screen.draw?.(drawingOf(looks.set(event.workload, event).values()).map(safe));
  };
  const mark = (message: string): void => screen.fail(safe(message));
  return {
    say,
    tell,
    harmless: safe,
    ...openFiles(told, { tool: screen.version, clean }),
    hide: secret => hide(secret, secrets, screen),
    summary: () => summarised,
    end: async given => {
      const events = told.map(({ event }) => event);
      const ending = given === null || given instanceof Error ? given : located(given, events);
      if (ending === null || ending instanceof Error) return bug(ending, { ...screen, fail: mark }, say);
      if (ending.type === 'failed') tell(ending);
      summarised = isEnding(ending) ? cleanSummary(ending, events, { clean, drawsMermaid: screen.drawsMermaid === true }) : null;
      if (summarised !== null) await screen.summarise(summarised).catch(unwritten(say));
      return failed(ending, mark);
    },
  };
}

/** Begins a group of progress and ends it, each where it is not so already. */
function folding(print: (line: Line) => void): (isWanted: boolean) => void {
  let isFolded = false;
  return isWanted => {
    if (isWanted !== isFolded) print(isWanted ? PROGRESS : END_OF_GROUP);
    isFolded = isWanted;
  };
}

/** The exit code; what failed is marked. */
function failed(event: Event, mark: (message: string) => void): number {
  if (event.type !== 'failed') return 0;
  mark(`${event.code}: ${event.message}`);
  return event.code === 'INTERRUPTED' ? 130 : 1;
}

/** Secrets go before the text becomes Markdown: that puts a backslash into one such as `to_ken`, which is no longer found then. */
function cleanSummary(ending: Ending, told: readonly Event[], { clean, drawsMermaid }: Drawing): string {
  const events = cleanly(told, clean);
  const chart = drawsMermaid ? trendChart(events) : null;
  const text = summary(cleanly(ending, clean), events, new Date());
  return cut(chart === null ? text : `${text}\n${chart}\n`, MOST_OF_SUMMARY, 'the log of the step has it');
}

interface Drawing {
  readonly clean: (text: string) => string;
  readonly drawsMermaid: boolean;
}

/** GitHub drops the whole of a summary above 1 MiB, and a character has up to three bytes. */
const MOST_OF_SUMMARY = 340_000;

/** How the run ended was decided before: a summary that cannot be written changes nothing of it. */
const unwritten =
  (say: (line: Line) => void) =>
  (error: unknown): void => {
    const why = error instanceof Error ? error.message : String(error);
    say({ level: 'warning', title: 'Rollout', text: `The summary of the step could not be written: ${why}` });
  };

const isEnding = (event: Event): event is Ending => event.type === 'failed' || event.type === 'outcome';

/** A secret of several lines (a key) is hidden line by line; one of a few characters would blot out ordinary words. */
function hide(secret: string, secrets: Set<string>, screen: Screen): void {
  const parts = secret.split(/\r?\n/).map(part => part.trim());
  for (const part of parts.filter(each => each.length >= 4 && !each.startsWith('-----') && !secrets.has(each))) {
    for (const spelled of spellings(part)) secrets.add(spelled);
    screen.mask(part);
  }
}

/** As it is, and as a server quotes it: in JSON, in an address, in base64. The end of a base64 text depends on what stands behind it. */
function spellings(secret: string): readonly string[] {
  const [quoted, inAddress] = [JSON.stringify(secret).slice(1, -1), encodeURIComponent(Buffer.from(secret).toString())];
  const whole = Buffer.from(secret).toString('base64');
  return [...new Set([secret, quoted, inAddress, whole.replace(/=+$/, '')])];
}

/** The longest go first, so that a secret within another leaves no rest. */
function withoutSecrets(text: string, secrets: ReadonlySet<string>): string {
  const known = [...secrets].sort((a, b) => b.length - a.length).reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  return withoutCredentials(known);
}

function bug(error: Error | null, screen: Screen, say: (line: Line) => void): number {
  const message = error === null ? 'the rollout ended without an outcome' : error.message;
  say({ level: 'error', title: 'Rollout failed (a bug)', text: `This is a bug in Rollout for Kubernetes ${screen.version}: ${message}` });
  if (error?.stack !== undefined) say({ level: 'plain', text: error.stack });
  say({
    level: 'plain',
    text: 'What to do: run the step again; it resumes where it stopped. Please report the lines above as an issue of kubernetes-rollout.',
  });
  screen.fail(message);
  return 1;
}
