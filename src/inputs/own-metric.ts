/** A line of the user's own: `queue = sum(queue_length{queue="orders"}) max 1000 interval=30s`. */
import { STEP, stepsOf } from '../model/json-path.ts';
import type { OwnMetric } from '../model/metrics.ts';
import { durationSeconds } from './duration.ts';
import { nearest } from './names.ts';
import { type Reading, read, refuse } from './reading.ts';
import { isClosed } from './shapes.ts';

type Options = Omit<OwnMetric, 'metric' | 'from' | 'query' | 'path' | 'reads'>;

const defaults: Options = {
  max: null,
  min: null,
  tolerance: 0,
  critical: false,
  direction: 'either',
  intervalSeconds: 10,
  count: null,
  failureLimit: 0,
  inconclusiveLimit: 0,
  errorLimit: 4,
};

/** An option of a metric: how its text is read, and the JSON schema of what a file has for it. */
interface Option {
  readonly read: (value: string) => Reading<Partial<Options>>;
  readonly schema: Readonly<Record<string, unknown>>;
}

const wholeFrom = (minimum: number, about: string): Option['schema'] => ({ type: 'integer', minimum, description: about });

/** What stands behind a query, by its name. */
export const metricOptions: Readonly<Record<string, Option>> = {
  max: { read: value => number(value, max => ({ max })), schema: { type: 'number', description: 'A number above it is a failure.' } },
  min: { read: value => number(value, min => ({ min })), schema: { type: 'number', description: 'A number below it is a failure.' } },
  critical: {
    read: value => (value === 'false' ? read({ critical: false }) : read({ critical: true })),
    schema: { type: 'boolean', description: 'Whether a comparison decides; otherwise it is only reported.' },
  },
  tolerance: {
    read: value => {
      const [, percent] = /^(\d{1,3}(?:\.\d+)?)%$/.exec(value) ?? [];
      return percent === undefined ? refuse('a share such as 10%') : read({ tolerance: Number(percent) / 100 });
    },
    schema: {
      type: 'string',
      pattern: '^\\d{1,3}(\\.\\d+)?%$',
      description: 'How far beyond a bound, or the baseline, is still no failure.',
    },
  },
  direction: {
    read: value => {
      const direction = (['increase', 'decrease', 'either'] as const).find(one => one === value);
      return direction ? read({ direction }) : refuse('increase, decrease or either');
    },
    schema: { enum: ['increase', 'decrease', 'either'], description: 'Which difference from the baseline is bad.' },
  },
  interval: {
    read: value => {
      const seconds = durationSeconds(value, 'seconds');
      if (!seconds.ok) return seconds;
      return seconds.value > 0 ? read({ intervalSeconds: seconds.value }) : refuse('a time of at least 1s');
    },
    schema: { type: 'string', pattern: '^(\\d+h)?(\\d+m)?(\\d+s)?$', description: 'Time between two measurements; default 10s.' },
  },
  count: { read: value => whole(value, 1, count => ({ count })), schema: wholeFrom(1, 'Stop after this many measurements.') },
  'failure-limit': {
    read: value => (value === '-1' ? read({ failureLimit: -1 }) : whole(value, 0, failureLimit => ({ failureLimit }))),
    schema: wholeFrom(-1, 'Failures that are allowed; -1: any number.'),
  },
  'inconclusive-limit': {
    read: value => whole(value, 0, inconclusiveLimit => ({ inconclusiveLimit })),
    schema: wholeFrom(0, 'Inconclusive measurements that are allowed.'),
  },
  'error-limit': {
    read: value => whole(value, 0, errorLimit => ({ errorLimit })),
    schema: wholeFrom(0, 'Consecutive measurements that may return no number; default 4.'),
  },
};

function number(value: string, make: (number: number) => Partial<Options>): Reading<Partial<Options>> {
  const isNumber = /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(value) && Number.isFinite(Number(value));
  return isNumber ? read(make(Number(value))) : refuse('a number such as 1000 or 0.5');
}

function whole(value: string, least: number, make: (number: number) => Partial<Options>): Reading<Partial<Options>> {
  const isWhole = /^\d{1,6}$/.test(value) && Number(value) >= least;
  return isWhole ? read(make(Number(value))) : refuse(`a whole number from ${least} on`);
}

/** The last word of a line, where it is an option: `max 5`, `critical`, `count=3`. What a query ends with is none. */
const LAST = /^(.*?)\s+(?:(critical)|(max|min)(?:\s+([^\s"'{}()[\]]+))?|([a-z][a-z-]*)=([^\s"'{}()[\]=~]*))$/s;

/** Reads what stands behind the name and its `=`. */
export function ownMetric(metric: string, text: string): Reading<OwnMetric> {
  let query = ` ${text}`;
  const given: (readonly [string, string])[] = [];
  for (let [, rest, ...last] = LAST.exec(query) ?? []; rest !== undefined; [, rest, ...last] = LAST.exec(query) ?? []) {
    const [name = '', value = ''] = last.filter(part => part !== undefined);
    given.push([name, value]);
    query = rest;
  }
  return metricOf(metric, sourceOf(query.trim()), given);
}

/** A metric of its source and its options, whose last one stands first. */
export function metricOf(metric: string, source: Reading<Source>, given: readonly (readonly [string, string])[]): Reading<OwnMetric> {
  if (!/^[A-Za-z_][\w.-]{0,62}$/.test(metric))
    return refuse(`"${metric.slice(0, 70)}" is not a name: use letters, digits, _, - and ., a letter first, at most 63 characters`);
  if (metric === 'health') return refuse('health is always watched; give your own metric another name');
  let found: Partial<Options> = {};
  for (const [name, value] of given) {
    const reading = optionOf(metric, name, value);
    if (!reading.ok) return reading;
    if (Object.keys(reading.value).some(key => key in found)) return refuse(`${metric}: ${name} is given twice`);
    found = { ...found, ...reading.value };
  }
  if (!source.ok) return refuse(`${metric}: ${source.allowed}`);
  return checked({ metric, ...defaults, ...found, ...source.value, ...exitOf(source.value, found) });
}

/** A script that is held to nothing is judged by how it ends. */
function exitOf({ from }: Source, { max, min, direction }: Partial<Options>): Partial<Pick<OwnMetric, 'max' | 'min' | 'reads'>> {
  const isHeld = [max, min, direction].some(given => given !== undefined);
  return from === 'script' && !isHeld ? { max: 0, min: 0, reads: 'exit-code' } : {};
}

function optionOf(metric: string, name: string, value: string): Reading<Partial<Options>> {
  const option = Object.hasOwn(metricOptions, name) ? metricOptions[name] : undefined;
  if (!option) {
    const meant = nearest(name, Object.keys(metricOptions));
    return refuse(`${metric}: there is no ${name}${meant === null ? '' : `; did you mean ${meant}?`}`);
  }
  const reading = option.read(value);
  return reading.ok ? reading : refuse(`${metric}: ${name} takes ${reading.allowed}${value === '' ? '' : `, not "${value.slice(0, 40)}"`}`);
}

/** Who is asked, and for what. */
export type Source = Pick<OwnMetric, 'from' | 'query' | 'path' | 'reads'>;

/** Who is asked: the first word tells, and no query of Prometheus begins with it and a blank. */
export function sourceOf(text: string): Reading<Source> {
  const [, word, rest = ''] = /^(web|script)\s+(.*)$/s.exec(text) ?? [];
  if (word === 'web') return web(rest);
  if (word === 'script' && !isClosed(rest)) return refuse('a quote of the command has no other half');
  return read({ from: word === 'script' ? 'script' : 'prometheus', query: word === 'script' ? rest : text, path: [], reads: 'number' });
}

function web(text: string): Reading<Source> {
  const [, query, path = '$'] = /^(?:GET\s+)?(\S+)(?:\s+json\s+(\$.*|\S+))?$/.exec(text) ?? [];
  if (query === undefined || !/^https?:\/\/[^\s@/]+(\/\S*)?$/.test(query))
    return refuse('web takes an address and the path of the number, such as web https://example.com/rate json $.value');
  if (!/^\$/.test(path) || path.slice(1).replaceAll(STEP, '') !== '')
    return refuse(`"${path.slice(0, 40)}" is not a path such as $.series[0].value`);
  return read({ from: 'web', query, path: stepsOf(path), reads: 'number' });
}

/** Placeholders that make a query one of a single variant. */
const OF_VARIANT = /\{\{\s*(variant|pods|services)\s*\}\}/;
const KNOWN = ['namespace', 'variant', 'pods', 'services', 'interval', 'since', 'now'];

function checked(asked: OwnMetric): Reading<OwnMetric> {
  const { metric, query, max, min } = asked;
  const unknown = [...query.matchAll(/\{\{\s*(\w*)\s*\}\}/g)].map(([, name = '']) => name).find(name => !KNOWN.includes(name));
  if (query === '') return refuse(`${metric}: the query is missing; write one after the =`);
  if (unknown !== undefined)
    return refuse(`${metric}: {{${unknown}}} is not known; there are ${KNOWN.map(name => `{{${name}}}`).join(', ')}`);
  if (max !== null && min !== null && min > max) return refuse(`${metric}: min ${min} is above max ${max}: no number satisfies both`);
  const isHeld = [max, min].some(bound => bound !== null);
  if (isHeld && asked.direction !== 'either')
    return refuse(`${metric}: direction is for comparisons with the baseline; max and min already imply it`);
  if (!isHeld && !OF_VARIANT.test(query))
    return refuse(`${metric}: add max or min at the end, or use {{variant}} or {{pods}} to compare it with the baseline`);
  return read(asked);
}
