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

/**
 * A glob with `*`, `**`, `?`, `[abc]`, `{a,b}`, `@(a|b)` and `!(a|b)` as a pattern for a whole path with slashes, with `tail` (a pattern) allowed
 * behind it.
 */
export function globPattern(glob: string, tail = ''): RegExp {
  const tokens = glob.match(/[!@]\([^()]*\)|\*\*\/|\*\*|\*|\?|\[[^\]/]+\]|\{[^{}]*\}|[^*?{[!@]+|[\s\S]/g) ?? [];
  return new RegExp(`^${tokens.reduceRight((rest, token) => tokenPattern(token, rest) + rest, `${tail}$`)}`);
}

/** `rest`: what follows it. All but what is named is known by its end alone. */
function tokenPattern(token: string, rest: string): string {
  if (token === '**/') return '(?:[^/]+/)*';
  if (token === '**') return '.*';
  if (token === '*') return '[^/]*';
  if (token === '?') return '[^/]';
  if (/^@\(.*\)$/.test(token)) return oneOf(token.slice(2, -1).split('|'));
  if (/^!\(.*\)$/.test(token)) return `(?!${oneOf(token.slice(2, -1).split('|'))}${rest})[^/]*`;
  if (/^\[.+\]$/.test(token)) return token.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
  if (/^\{.*\}$/.test(token)) return oneOf(token.slice(1, -1).split(','));
  return token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

const oneOf = (globs: readonly string[]): string => `(?:${globs.map(alternative).join('|')})`;

function alternative(glob: string): string {
  return globPattern(glob).source.slice(1, -1);
}
