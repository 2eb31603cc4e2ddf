/** Whether a path holds characters that stand for others. */
export function isGlob(path: string): boolean {
  return /[*?{[]|[!@]\([^()]*\)/.test(path);
}

/** The directory before the first segment that holds such characters; empty when that is the first one. */
export function globBase(glob: string): string {
  const segments = glob.split('/');
  const first = segments.findIndex(isGlob);
  const base = segments.slice(0, first).join('/');
  return base === '' && glob.startsWith('/') ? '/' : base;
}

/** Tells whether a path matches. */
export interface Pattern {
  test(path: string): boolean;
}

/** A glob that cannot be read. */
export class GlobFault extends Error {}

/** No honest pattern comes near. */
const LONGEST = 1000;
const MOST_EXCEPTIONS = 3;

/**
 * A glob with `*`, `**`, `?`, `[abc]`, `{a,b}`, `@(a|b)` and `!(a|b)` as a pattern for a whole path with slashes, or for all below it too. All places in
 * the path that a part of the glob can lead to are followed at once, so that no glob takes more than its length times the path's.
 * @throws GlobFault
 */
export function globPattern(glob: string, reach: 'whole' | 'and-below' = 'whole'): Pattern {
  if (glob.length > LONGEST) throw new GlobFault(`a pattern of more than ${LONGEST} characters`);
  const parts = partsOf(glob);
  if ([...glob.matchAll(/!\(/g)].length > MOST_EXCEPTIONS)
    throw new GlobFault(`more than ${MOST_EXCEPTIONS} exceptions !(...) in one pattern`);
  const isEnd = (path: string, at: number): boolean => at === path.length || (reach === 'and-below' && path[at] === '/');
  return { test: path => [...through(parts, { path, isEnd }, new Set([0]))].some(at => isEnd(path, at)) };
}

interface Whole {
  readonly path: string;
  isEnd(path: string, at: number): boolean;
}

type Places = ReadonlySet<number>;
/** From some places in a path to all where a part of the glob can end; `rest` are the parts behind it. */
type Part = (whole: Whole, from: Places, rest: readonly Part[]) => Places;

const through = (parts: readonly Part[], whole: Whole, from: Places): Places =>
  parts.reduce<Places>((places, part, i) => (places.size === 0 ? places : part(whole, places, parts.slice(i + 1))), from);

const partsOf = (glob: string): readonly Part[] =>
  (glob.match(/[!@]\([^()]*\)|\*\*\/|\*\*|\*|\?|\[[^\]/]+\]|\{[^{}]*\}|[^*?{[!@]+|[\s\S]/g) ?? []).map(partOf);

function partOf(token: string): Part {
  if (token === '**/')
    return ({ path }, from) => new Set([...from, ...ahead(path, from).filter(at => path[at - 1] === '/' && !isEmptyBefore(path, at))]);
  if (token === '**') return ({ path }, from) => new Set([...from, ...ahead(path, from)]);
  if (token === '*') return ({ path }, from) => inSegment(path, from);
  if (token === '?') return ({ path }, from) => step(path, from, character => character !== '/');
  if (/^@\(.*\)$/.test(token)) return oneOf(token.slice(2, -1).split('|'));
  if (/^!\(.*\)$/.test(token)) return noneOf(token.slice(2, -1).split('|'));
  if (/^\{.*\}$/.test(token)) return oneOf(token.slice(1, -1).split(','));
  if (/^\[.+\]$/.test(token)) return oneCharacter(token);
  return ({ path }, from) => new Set([...from].filter(at => path.startsWith(token, at)).map(at => at + token.length));
}

const isEmptyBefore = (path: string, at: number): boolean => path[at - 2] === '/' || at === 1;

/** Every place behind the first one. */
function ahead(path: string, from: Places): readonly number[] {
  const first = Math.min(...from);
  return Array.from({ length: path.length - first }, (_, i) => first + i + 1);
}

function inSegment(path: string, from: Places): Places {
  const places = new Set(from);
  for (const at of places) if (at < path.length && path[at] !== '/') places.add(at + 1);
  return places;
}

const step = (path: string, from: Places, fits: (character: string) => boolean): Places =>
  new Set([...from].filter(at => at < path.length && fits(path[at] ?? '')).map(at => at + 1));

function oneOf(globs: readonly string[]): Part {
  const alternatives = globs.map(partsOf);
  return (whole, from) => new Set(alternatives.flatMap(parts => [...through(parts, whole, from)]));
}

/** What is named is known together with what follows it: all but that is the rest of the segment. */
function noneOf(globs: readonly string[]): Part {
  const named = oneOf(globs);
  return (whole, from, rest) => {
    const isNamed = (at: number): boolean =>
      [...through(rest, whole, named(whole, new Set([at]), rest))].some(end => whole.isEnd(whole.path, end));
    return inSegment(whole.path, new Set([...from].filter(at => !isNamed(at))));
  };
}

function oneCharacter(token: string): Part {
  try {
    const pattern = new RegExp(`^${token.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')}$`);
    return ({ path }, from) => step(path, from, character => pattern.test(character));
  } catch {
    throw new GlobFault(`${token} is not a set of characters`);
  }
}
