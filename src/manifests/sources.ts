import { isAbsolute, relative, resolve, sep } from 'node:path';
import { GlobFault, globBase, globPattern, isGlob, type Pattern } from './glob.ts';
import { chartFault, inputFor, type Rendering, render } from './render.ts';
import { bounded, codeOf, decode, fieldOf, type Source, textIn, unreadable } from './source.ts';
import { kindOf, WalkFault, walk } from './walk.ts';

/** Where relative entries begin, and the way to the web. */
export interface Surroundings {
  readonly cwd: string;
  readonly fetch: typeof fetch;
  /** What the entry `-` stands for; the process's own when absent. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** How overlays and charts are rendered; absent: nothing is. */
  readonly rendering?: Rendering;
  /** What came from elsewhere by its entry: standard input is there once. */
  readonly kept?: Map<string, Source | string>;
}

/** What the entries stand for, in their order, and a sentence for each entry that stands for nothing. */
export interface Sources {
  readonly sources: readonly Source[];
  readonly faults: readonly string[];
}

/** The most that one file may hold. */
const mostBytes = 32_000_000;
/** The most that is shown of an entry. */
const mostShown = 200;
const extensions = /\.(ya?ml|json)$/i;

type Found = { readonly type: 'files'; readonly paths: readonly string[] } | { readonly type: 'fault'; readonly text: string };

/** Reads every file, directory, glob and URL that the entries name; `!` excludes. Throws nothing: faults are returned. */
export async function readSources(entries: readonly string[], surroundings: Surroundings): Promise<Sources> {
  const patterns = entries.filter(isExclusion).map(entry => faultOr(entry, () => exclusion(entry.slice(1).trim())));
  const excluded = patterns.filter(pattern => typeof pattern !== 'string');
  const included = new Set(entries.filter(entry => !isExclusion(entry)));
  const sources = new Map<string, Source>();
  const faults: string[] = patterns.filter(pattern => typeof pattern === 'string');
  for (const entry of included) {
    for (const read of await readEntry(entry, excluded, surroundings)) {
      if (typeof read === 'string') faults.push(read);
      else sources.set(read.name, read);
    }
  }
  const all = [...sources.values()];
  return { sources: all, faults: faults.length > 0 ? faults : chartFault(all, surroundings.rendering?.chart) };
}

/** A pattern that is none is a fault of the inputs. */
function faultOr<T>(entry: string, make: () => T): T | string {
  try {
    return make();
  } catch (error) {
    if (error instanceof GlobFault) return `${entry}: ${error.message}`;
    throw error;
  }
}

/** `!a.yml`, but not `!(a).yml`, which stands for all others. */
const isExclusion = (entry: string): boolean => entry.startsWith('!') && !/^!\([^()]*\)/.test(entry);

/** Entries as people write them: separated by lines, commas outside braces, or semicolons; in quotes or not. */
export function splitEntries(texts: readonly string[]): readonly string[] {
  const entries = texts.flatMap(text => text.split(/[\r\n;]+|,(?![^{}\r\n]*\})/));
  return entries.map(unquote).filter(entry => entry !== '');
}

function unquote(entry: string): string {
  const trimmed = entry.replace(/^\uFEFF/, '').trim();
  const quoted = /^(["'])(.*)\1$/.exec(trimmed);
  return (quoted?.[2] ?? trimmed).trim();
}

async function readEntry(
  entry: string,
  excluded: readonly Pattern[],
  { cwd, fetch, stdin = process.stdin, rendering, kept = new Map() }: Surroundings,
): Promise<readonly (Source | string)[]> {
  if (isElsewhere(entry)) {
    const read = kept.get(entry) ?? (await (entry === '-' ? readStdin(stdin) : download(entry, fetch)));
    kept.set(entry, read);
    return [read];
  }
  const [scheme] = /^[a-z][\w+.-]+:(?=\/\/)/i.exec(entry) ?? [];
  if (scheme !== undefined) return [`${entry}: ${scheme} is not fetched; only files, http: and https: are`];
  const isLeftOut = (path: string): boolean => excluded.some(pattern => pattern.test(shortName(path, cwd)) || pattern.test(slashes(path)));
  const rendered = rendering ? await render({ entry: slashes(entry), cwd, isLeftOut }, rendering) : null;
  if (rendered !== null) return rendered;
  const found = await findFiles(slashes(entry), cwd).catch(walkFault);
  if (found.type === 'fault') return [`${entry.length > mostShown ? `${entry.slice(0, mostShown)}...` : entry}: ${found.text}`];
  const paths = found.paths.filter(path => !isLeftOut(path));
  return Promise.all(paths.map(path => readText(path, shortName(path, cwd))));
}

const isElsewhere = (entry: string): boolean => entry === '-' || /^https?:\/\//i.test(entry);

async function findFiles(entry: string, cwd: string): Promise<Found> {
  const path = resolve(cwd, entry);
  const kind = await kindOf(path);
  if (kind === 'file') return { type: 'files', paths: [path] };
  if (kind === 'other') return { type: 'fault', text: NO_FILE };
  if (kind === 'directory') return allOf(await walk(path, isManifestFile), 'the directory contains no .yaml, .yml or .json file');
  const unread = /[+*?]\([^()]*\)/.test(entry) ? ': +(a), *(a) and ?(a) are not read as patterns, @(a|b) and !(a) are' : '';
  if (!isGlob(entry)) return { type: 'fault', text: `no such file or directory (looked in ${cwd})${unread}` };
  const pattern = faultOr(entry, () => globPattern(entry));
  if (typeof pattern === 'string') return { type: 'fault', text: pattern.slice(entry.length + 2) };
  return allOf(await expand(entry, cwd), `matches no file${unread}`);
}

function walkFault(error: unknown): Found {
  if (error instanceof WalkFault) return { type: 'fault', text: error.message };
  throw error;
}

function allOf(paths: readonly string[], fault: string): Found {
  return paths.length === 0 ? { type: 'fault', text: fault } : { type: 'files', paths };
}

function isManifestFile(path: string): boolean {
  return extensions.test(path);
}

async function expand(glob: string, cwd: string): Promise<readonly string[]> {
  const base = resolve(cwd, globBase(glob));
  if ((await kindOf(base)) !== 'directory') return [];
  const pattern = globPattern(slashes(isAbsolute(glob) ? glob : `${slashes(cwd).replace(/\/$/, '')}/${glob.replace(/^(\.\/)+/, '')}`));
  return walk(base, path => pattern.test(slashes(path)));
}

function exclusion(entry: string): Pattern {
  const path = slashes(entry).replace(/^(\.\/)+|\/+$/g, '');
  return globPattern(path, 'and-below');
}

function slashes(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path;
}

function shortName(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return slashes(short.startsWith('..') || isAbsolute(short) ? path : short);
}

async function readText(path: string, name: string): Promise<Source | string> {
  try {
    // Whatever it is, opening it must not wait: a pipe without a writer would.
    if ((await kindOf(path)) !== 'file') return `${name}: ${NO_FILE}`;
    const input = inputFor(name);
    if (input !== null) return `${name}: ${input}`;
    return { name, text: await textIn(path, mostBytes) };
  } catch (error) {
    return `${name}: cannot be read (${unreadable(error)})`;
  }
}

const NO_FILE = 'is not a regular file; devices, pipes and sockets are not read, except standard input as the entry -';

async function readStdin(stdin: AsyncIterable<Uint8Array>): Promise<Source | string> {
  try {
    return { name: 'stdin', text: decode(await bounded(stdin, mostBytes)) };
  } catch (error) {
    return `stdin: cannot be read (${unreadable(error)})`;
  }
}

async function download(entry: string, fetch: Surroundings['fetch']): Promise<Source | string> {
  const name = withoutCredentials(entry);
  if (name === null) return 'an entry that begins with http is not a URL';
  try {
    const response = await fetch(entry);
    if (!response.ok) return `${name}: the server answered ${response.status} ${response.statusText}`.trim();
    return { name, text: decode(new Uint8Array(await response.arrayBuffer())) };
  } catch (error) {
    return `${name}: cannot be downloaded (${reason(error)})`;
  }
}

/** Passwords and signatures live in the user part and the query. */
function withoutCredentials(entry: string): string | null {
  if (!URL.canParse(entry)) return null;
  const url = new URL(entry);
  return url.origin + url.pathname;
}

/** Only the system's code: messages may quote the address with its credentials. */
function reason(error: unknown): string {
  const cause = codeOf(fieldOf(error, 'cause'));
  return cause ?? codeOf(error) ?? 'the connection failed';
}
