import { RolloutError } from '../errors.ts';
import { items, record, records, same, text } from '../manifests/json.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Match, Traffic } from '../model/stage.ts';
import { patternOf } from './header-pattern.ts';
import { parsed } from './parsed.ts';

/** What begins the annotations that ingress-nginx reads. */
export const NGINX = 'nginx.ingress.kubernetes.io/';
/** On our own Ingress: the traffic as it was asked for, since one weight stands for baseline and canary. */
const NOTE = 'kubernetes-rollout/traffic';
const WHOLE = 1000;

type Annotations = Readonly<Record<string, string>>;

/** The annotations of a canary Ingress. @throws RolloutError UNSUPPORTED for a match that ingress-nginx cannot make. */
export function canaryAnnotations(traffic: Traffic): Annotations {
  const { weights, match = [] } = traffic;
  const weight = (weights.baseline ?? 0) + (weights.canary ?? 0);
  return {
    [`${NGINX}canary`]: 'true',
    [`${NGINX}canary-weight`]: String(weight),
    [`${NGINX}canary-weight-total`]: String(WHOLE),
    // A session cookie leads to the canary whatever its weight is: without a share it must not.
    ...(weight > 0 ? {} : { [`${NGINX}affinity-canary-behavior`]: 'legacy' }),
    ...byHeader(match.filter(({ kind }) => kind === 'header')),
    ...byCookie(match),
    [NOTE]: JSON.stringify(traffic),
  };
}

/** The traffic that a canary Ingress makes: what was asked for as long as the annotations still say it, else by its weight alone. */
export function readCanary({ metadata: { annotations = {} } }: KubeObject): Traffic {
  const noted = noteIn(annotations[NOTE] ?? '');
  const relevant = Object.fromEntries(Object.entries(annotations).filter(([key]) => key.startsWith(NGINX) || key === NOTE));
  if (noted && same(canaryAnnotations(noted), relevant)) return noted;
  const weight = Number(annotations[`${NGINX}canary-weight`] ?? 0);
  const total = Number(annotations[`${NGINX}canary-weight-total`] ?? 100);
  const canary = Math.round((weight * WHOLE) / total);
  return { weights: { stable: WHOLE - canary, canary } };
}

function byHeader(matches: readonly Match[]): Annotations {
  const [first, ...others] = matches;
  if (!first) return {};
  const other = others.find(({ name }) => name.toLowerCase() !== first.name.toLowerCase());
  if (other) throw unsupported(`it looks at one header only, not at ${first.name} and ${other.name}`);
  const header = { [`${NGINX}canary-by-header`]: first.name };
  if (others.length === 0 && first.how === 'exact') return { ...header, [`${NGINX}canary-by-header-value`]: first.value };
  return { ...header, [`${NGINX}canary-by-header-pattern`]: matches.map(anchored).join('|') };
}

/** ingress-nginx looks for the pattern anywhere in the value. */
function anchored(match: Match): string {
  return match.how === 'prefix' ? patternOf(match).value : `^(?:${match.how === 'regex' ? match.value : literal(match.value)})$`;
}

const literal = (value: string): string => value.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');

/** Its own way knows one value only; other cookies are a pattern on the one header that it looks at. */
function byCookie(match: readonly Match[]): Annotations {
  const [first, ...others] = match.filter(({ kind }) => kind === 'cookie');
  if (!first) return {};
  if (others.length === 0 && first.how === 'exact' && first.value === 'always') return { [`${NGINX}canary-by-cookie`]: first.name };
  const header = match.find(({ kind }) => kind === 'header');
  if (header)
    throw unsupported(`beside a header (${header.name}) it takes one cookie, and that only when its value is always: ${first.name}`);
  const patterns = [first, ...others].map(cookie => patternOf(cookie).value);
  return { [`${NGINX}canary-by-header`]: 'Cookie', [`${NGINX}canary-by-header-pattern`]: patterns.join('|') };
}

const unsupported = (what: string): RolloutError =>
  new RolloutError(
    'UNSUPPORTED',
    `ingress-nginx cannot match so: ${what}`,
    'Match by one header, by cookies alone, or by one header and one cookie with the value always.',
  );

function noteIn(json: string): Traffic | null {
  const { weights, match, mirrors, affinity } = record(parsed(json));
  const numbers = numbersIn(weights);
  if (numbers.length === 0) return null;
  return {
    weights: Object.fromEntries(numbers),
    ...(Array.isArray(match) ? { match: records(items(match)).map(matchIn) } : {}),
    ...(mirrors === undefined ? {} : { mirrors: Object.fromEntries(numbersIn(mirrors)) }),
    ...(affinity === 'cookie' ? { affinity } : {}),
  };
}

const numbersIn = (value: unknown): readonly (readonly [string, number])[] =>
  Object.entries(record(value)).filter((entry): entry is [string, number] => typeof entry[1] === 'number');

const matchIn = (fields: Readonly<Record<string, unknown>>): Match => ({
  kind: fields.kind === 'cookie' ? 'cookie' : 'header',
  name: text(fields.name),
  value: text(fields.value),
  how: fields.how === 'prefix' || fields.how === 'regex' ? fields.how : 'exact',
});
