/** The file of the input `analysis`: the inputs of an analysis as data, and each metric with its parts. */
import { isRecord } from '../manifests/json.ts';
import { onlyDocument } from '../manifests/load.ts';
import type { AskedMetric, OwnMetric } from '../model/metrics.ts';
import { type Dialect, type InputSpec, isSecret } from './input.ts';
import { type AskedMetrics, countedMetric, lineOf } from './metrics.ts';
import { namesOf, nearest, spelling } from './names.ts';
import { metricOf, sourceOf } from './own-metric.ts';
import { type Reading, refuse } from './reading.ts';
import { entries, type InputName } from './spec.ts';

/** What a file says, as the inputs that it stands for. */
export interface AnalysisFile {
  readonly given: ReadonlyMap<InputName, string>;
  readonly metrics: AskedMetrics | null;
  /** Where the file has an input: "analysis.yaml:3: soak"; null where it has not. */
  place(name: InputName): string | null;
  /** What is wrong with it, each with file and line. */
  readonly faults: readonly string[];
}

/** The inputs that a file may hold, by name: those of the analysis but for secrets, which a file in a repository is no place for. */
export const inputsOfFile = (): readonly (readonly [InputName, InputSpec])[] =>
  entries().filter(([name, { group, kind }]) => group === 'analysis' && name !== 'analysis' && !isSecret(kind));

/** Reads a file that is there. Throws INVALID_INPUT for what is no YAML. */
export function analysisFile(source: { readonly name: string; readonly text: string }): AnalysisFile {
  const document = onlyDocument(source);
  const at = (path: string): string => `${source.name}:${document.line(path)}`;
  if (!isRecord(document.value))
    return { given: new Map(), metrics: null, place: () => null, faults: [`${at('')}: no fields such as soak: 5m`] };
  const { metrics, ...others } = document.value;
  const read = Object.entries(others).map(([key, value]) => ({ key, ...fieldOf(key, value) }));
  const listed = metrics === undefined ? null : metricsOf(metrics, at);
  return {
    given: new Map(read.flatMap(({ key, text }) => (text === undefined ? [] : [[key as InputName, text] as const]))),
    metrics: listed && { counted: listed.counted, own: listed.own },
    place: name => (Object.hasOwn(document.value as object, name) ? `${at(name)}: ${name}` : null),
    faults: [...read.flatMap(({ key, fault }) => (fault === undefined ? [] : [`${at(key)}: ${fault}`])), ...(listed?.faults ?? [])],
  };
}

/** What step and file give together; what both give is a fault. */
export function withFile(
  ofStep: ReadonlyMap<string, string>,
  { given, metrics, place }: AnalysisFile,
  dialect: Dialect,
): { readonly given: ReadonlyMap<string, string>; readonly faults: readonly string[] } {
  const names: readonly InputName[] = [...given.keys(), ...(metrics ? (['metrics'] as const) : [])];
  const isInBoth = (name: InputName): boolean => namesOf(name, dialect).some(each => ofStep.has(each.toLowerCase()));
  const faults = names.filter(isInBoth).map(name => `${place(name)}: ${spelling(name, dialect)} is given too; leave one of them out`);
  const ofFile = [...given]
    .filter(([name]) => !isInBoth(name))
    .map(([name, text]) => [(namesOf(name, dialect)[0] ?? name).toLowerCase(), text] as const);
  return { given: new Map([...ofStep, ...ofFile]), faults };
}

interface Field {
  readonly text?: string;
  readonly fault?: string;
}

function fieldOf(key: string, value: unknown): Field {
  const known = inputsOfFile();
  const spec = known.find(([name]) => name === key)?.[1];
  if (!spec)
    return {
      fault: stranger(
        key,
        known.map(([name]) => name),
      ),
    };
  const lines =
    Array.isArray(value) && (spec.kind.type === 'probes' || spec.kind.type === 'comparisons') ? value.map(String).join('\n') : value;
  if (typeof lines !== 'string' && typeof lines !== 'number' && typeof lines !== 'boolean') return { fault: `${key} takes one value` };
  // What a bare number means is not the same on all platforms, and a file is for all of them.
  if (spec.kind.type === 'duration' && /^\d+$/.test(String(lines)))
    return { fault: `${key}: write a time with its unit, such as ${lines}m or ${lines}s` };
  return { text: String(lines).trim() };
}

function stranger(key: string, known: readonly string[]): string {
  const secret = entries().find(([name, { group, kind }]) => name === key && group === 'analysis' && isSecret(kind));
  if (secret) return `${key} may be secret: give it as an input of the step`;
  const meant = nearest(key, ['metrics', ...known]);
  return `there is no ${key}${meant === null ? `; there are ${['metrics', ...known].join(', ')}` : `; did you mean ${meant}?`}`;
}

type Listed = { readonly counted: readonly AskedMetric[]; readonly own: readonly OwnMetric[]; readonly faults: readonly string[] };

function metricsOf(value: unknown, at: (path: string) => string): Listed {
  if (!Array.isArray(value)) return { counted: [], own: [], faults: [`${at('metrics')}: metrics takes a list, such as - errors`] };
  const readings = value.map((entry, i) => ({ path: `metrics[${i}]`, reading: entryOf(entry) }));
  const found = readings.flatMap(({ path, reading }) => (reading.ok ? [{ path, metric: reading.value }] : []));
  const twice = found.filter(({ metric }, i) => found.findIndex(one => one.metric.metric === metric.metric) < i);
  return {
    counted: found.flatMap(({ metric }) => ('query' in metric ? [] : [metric])),
    own: found.flatMap(({ metric }) => ('query' in metric ? [metric] : [])),
    faults: [
      ...readings.flatMap(({ path, reading }) => (reading.ok ? [] : [`${at(path)}: ${reading.allowed}`])),
      ...twice.map(({ path, metric }) => `${at(path)}: ${metric.metric} stands there twice; name each metric once`),
    ],
  };
}

/** What a metric may be asked by. */
const SOURCES = ['query', 'web', 'script'] as const;

function entryOf(entry: unknown): Reading<AskedMetric | OwnMetric> {
  if (typeof entry === 'string') return lineOf(entry.trim());
  if (!isRecord(entry) || typeof entry.metric !== 'string')
    return refuse('a metric is errors, latency, a line, or has fields: metric, its name, first');
  const { metric, query: _query, web, script: _script, json, ...options } = entry;
  const given = Object.entries(options).map(([name, value]) => [name, String(value)] as const);
  if (isCounted(metric))
    return countedOf(
      metric,
      [...SOURCES, 'json'].filter(name => entry[name] !== undefined),
      given,
    );
  const [source, another] = SOURCES.filter(name => entry[name] !== undefined);
  if (source === undefined || another !== undefined) return refuse(`${metric}: give one of query, web and script`);
  if (json !== undefined && web === undefined) return refuse(`${metric}: json goes with web`);
  const asked = entry[source];
  if (typeof asked !== 'string') return refuse(`${metric}: ${source} takes a text`);
  return metricOf(metric, sourceOf(wordsOf(source, asked.trim(), json)), given);
}

const isCounted = (metric: string): metric is AskedMetric['metric'] => metric === 'errors' || metric === 'latency';

const wordsOf = (source: (typeof SOURCES)[number], asked: string, json: unknown): string =>
  source === 'query' ? asked : `${source} ${asked}${json === undefined ? '' : ` json ${String(json)}`}`;

function countedOf(
  metric: AskedMetric['metric'],
  sources: readonly string[],
  given: readonly (readonly [string, string])[],
): Reading<AskedMetric> {
  const [source] = sources;
  if (source !== undefined) return refuse(`${metric} is counted by itself, without ${source}`);
  return countedMetric(metric, given.map(([name, value]) => `${name}=${value}`).join(' '));
}
