/** Reads single inputs by name, noting every fault with the name as the user wrote it. */
import type { Header, PrometheusAt } from '../model/metrics.ts';
import type { Comparison, Probe } from '../model/probe.ts';
import type { Match, UserAction } from '../model/stage.ts';
import { durationSeconds } from './duration.ts';
import { type Dialect, type InputKind, type InputSpec, isSecret } from './input.ts';
import { matches } from './match.ts';
import { type AskedMetrics, metrics } from './metrics.ts';
import { namesOf, spelling } from './names.ts';
import { percentage, percentages } from './percentage.ts';
import { comparisons, probes } from './probe.ts';
import { headers, prometheus } from './prometheus.ts';
import type { Reading } from './reading.ts';
import { shaped } from './shapes.ts';
import { type InputName, specs } from './spec.ts';
import { amount, boolean, count, lines, namespace, pick, picks, variant } from './values.ts';

/** Where the faults of one parse are collected, a line each. */
export type Faults = string[];

/** Values by canonical name. A faulty or missing value reads as the fallback, so that reading goes on to the next fault. */
export interface ValueReader {
  isGiven(name: InputName): boolean;
  /** Given by the user himself: the forms of pipelines give their defaults too. */
  isOwn(name: InputName): boolean;
  spelling(name: InputName): string;
  /** The chosen value, or '' when there is neither value nor fallback. */
  pick(name: InputName): string;
  /** The chosen values, each once. */
  picks(name: InputName): readonly string[];
  boolean(name: InputName): boolean;
  percentage(name: InputName): number | null;
  percentages(name: InputName): readonly number[];
  /** "2" or "25%". */
  amount(name: InputName): string | null;
  matches(name: InputName): readonly Match[];
  metrics(name: InputName): AskedMetrics;
  prometheus(name: InputName): PrometheusAt | null;
  headers(name: InputName): readonly Header[];
  probes(name: InputName): readonly Probe[];
  comparisons(name: InputName): readonly Comparison[];
  count(name: InputName): number | null;
  durationSeconds(name: InputName): number | null;
  namespace(name: InputName): string | null;
  variant(name: InputName): string | null;
  text(name: InputName): string | null;
  lines(name: InputName): readonly string[];
}

/** The action is null while it is being read itself. */
export interface ReadingContext {
  readonly dialect: Dialect;
  readonly action: UserAction | null;
  /** Where a file has an input, if it has. */
  readonly placeInFile?: (name: InputName) => string | null;
}

/** Makes a reader over values by lower-case name. Inputs that the action does not use read as not given. */
export function reader(given: ReadonlyMap<string, string>, context: ReadingContext, faults: Faults): ValueReader {
  const parsed = <T>(name: InputName, parse: (text: string, spec: InputSpec) => Reading<T>): T | null =>
    parsedValue({ name, given, context, faults }, parse);
  return {
    isGiven: name => namesOf(name, context.dialect).some(each => given.has(each.toLowerCase())),
    isOwn: name => context.dialect === 'terminal' && namesOf(name, context.dialect).some(each => given.has(each.toLowerCase())),
    spelling: name => called(name, context),
    pick: name =>
      parsed(name, (text, spec) => (spec.kind.type === 'pick' ? pick(text, spec.kind.choices) : { ok: true, value: text })) ?? '',
    picks: name =>
      parsed(name, (text, spec) => (spec.kind.type === 'picks' ? picks(text, spec.kind.choices) : { ok: true as const, value: [text] })) ??
      [],
    boolean: name => parsed(name, boolean) ?? false,
    percentage: name => parsed(name, percentage),
    percentages: name => parsed(name, percentages) ?? [],
    amount: name => parsed(name, amount),
    matches: name => parsed(name, matches) ?? [],
    metrics: name => parsed(name, metrics) ?? { counted: [], own: [] },
    prometheus: name => parsed(name, prometheus),
    headers: name => parsed(name, headers) ?? [],
    probes: name => parsed(name, probes) ?? [],
    comparisons: name => parsed(name, comparisons) ?? [],
    count: name => parsed(name, (text, spec) => count(text, spec.kind.type === 'count' ? spec.kind.most : 0)),
    durationSeconds: name =>
      parsed(name, (text, spec) =>
        spec.kind.type === 'duration'
          ? durationSeconds(text, spec.kind.bare[context.dialect], spec.kind.mostHours)
          : durationSeconds(text, 'seconds'),
      ),
    namespace: name => parsed(name, namespace),
    variant: name => parsed(name, variant),
    // What has the wrong shape is given all the same: nobody is to say beside it that it is missing.
    text: name => parsed(name, text => shaped(name, text, [text])) ?? (textOf({ name, given, context, faults: [] }) || null),
    lines: name => lines(parsed(name, text => shaped(name, text, lines(text))) ?? ''),
  };
}

const called = (name: InputName, { dialect, placeInFile }: ReadingContext): string => placeInFile?.(name) ?? spelling(name, dialect);

interface Lookup {
  readonly name: InputName;
  readonly given: ReadonlyMap<string, string>;
  readonly context: ReadingContext;
  readonly faults: Faults;
}

function parsedValue<T>(lookup: Lookup, parse: (text: string, spec: InputSpec) => Reading<T>): T | null {
  const text = textOf(lookup);
  const spec: InputSpec = specs[lookup.name];
  if (text === '') return null;
  const reading = parse(text, spec);
  if (reading.ok) return reading.value;
  const place = called(lookup.name, lookup.context);
  lookup.faults.push(...(reading.faults?.map(line => `${place}: ${line}`) ?? [fault(lookup, text, reading.allowed)]));
  return spec.fallback === '' || text === spec.fallback ? null : parsedFallback(spec, parse);
}

function parsedFallback<T>(spec: InputSpec, parse: (text: string, spec: InputSpec) => Reading<T>): T | null {
  const reading = parse(spec.fallback, spec);
  return reading.ok ? reading.value : null;
}

function fault({ name, context }: Lookup, text: string, allowed: string): string {
  const place = called(name, context);
  const kind: InputKind = specs[name].kind;
  // A line may hold a header, and its fault names the line.
  if (isSecret(kind) || kind.type === 'probes' || kind.type === 'comparisons') return `${place}: ${allowed}`;
  return `${place}: "${head(text)}" is not allowed; allowed: ${allowed}`;
}

function textOf(lookup: Lookup): string {
  const { name, given, context, faults } = lookup;
  const spec: InputSpec = specs[name];
  if (!isUsed(spec, context)) return spec.fallback;
  const values = namesOf(name, context.dialect).flatMap(each => given.get(each.toLowerCase()) ?? []);
  const [text] = values;
  if (text === undefined) return missing(lookup, spec);
  if (new Set(values).size > 1)
    faults.push(`${namesOf(name, context.dialect).join(' and ')} mean the same and are both set; leave one out`);
  const macro = unexpanded(text, spec);
  if (macro === null) return text;
  faults.push(`${called(name, context)}: ${macroFault(name, macro)}`);
  return spec.fallback;
}

function isUsed(spec: InputSpec, { dialect, action }: ReadingContext): boolean {
  return (spec.only === undefined || spec.only === dialect) && (action === null || spec.actions.includes(action));
}

function missing({ name, context, faults }: Lookup, spec: InputSpec): string {
  const required = context.action !== null && spec.fallback === '' && spec.required?.includes(context.action);
  if (required) faults.push(`${called(name, context)}: ${context.action} needs it: ${spec.help}`);
  return spec.fallback;
}

/**
 * The macro that nobody expanded, or null. A kubeconfig may hold anything: only inputs that are shown are looked at. A path of JSON may begin with a
 * position or a quoted name, `$[0].value`, as no expression of a pipeline does.
 */
export function unexpanded(text: string, spec: InputSpec): string | null {
  if (isSecret(spec.kind)) return null;
  return /\$\([\w.-]+\)|\$\{\{.*?\}\}|\$\[(?!-?\d+\]|").*?\]/.exec(text)?.[0] ?? null;
}

function macroFault(name: InputName, macro: string): string {
  const reason = macro.startsWith('$(strategy.')
    ? 'the agent sets it only inside a deployment job with `strategy: canary`'
    : name === 'action'
      ? 'no variable of that name was set'
      : 'no variable of that name is known where the step runs';
  return `"${head(macro)}" was not expanded: ${reason}`;
}

/** Values are shown on one line and never at length. */
function head(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= 60 ? line : `${line.slice(0, 57)}...`;
}
