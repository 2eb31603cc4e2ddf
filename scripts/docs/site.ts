/** The site, made of the repository's own files. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { isRelative } from '../release/links.ts';
import { contents, type Group, pictures } from './contents.ts';
import { framed } from './frame.ts';
import { type Page, pageOf } from './page.ts';

/** The pages of a checkout by their addresses, and what is wrong with their links, a sentence each. */
export interface Site {
  readonly pages: ReadonlyMap<string, Page>;
  readonly groups: readonly Group[];
  readonly faults: readonly string[];
}

/** Reads the pages of the checkout in `folder`. What is no page is led to below `base`, which ends with `/`. */
export function siteOf(folder: string, base: string): Site {
  const groups = [...contents, { title: 'Why it is so', entries: decisions(folder) }];
  const files = groups.flatMap(({ entries }) => entries.map(({ file }) => file));
  const lead = (from: string) => (target: string) => leadFrom(from, target, { files: [...files, ...pictures], base });
  const pages = new Map(files.map(file => [addressOf(file), pageOf(read(folder, file), lead(file))] as const));
  return { pages, groups, faults: files.flatMap(file => faultsOf(file, { folder, files, pages })) };
}

/** Writes the site into `out`, and gives what is wrong with its links. */
export function writeSite(folder: string, out: string, base: string): readonly string[] {
  const { pages, groups, faults } = siteOf(folder, base);
  for (const [address, page] of pages) put(join(out, address), framed(page, { address, groups, addressOf }));
  for (const name of ['site.css', 'search.js']) put(join(out, name), read(folder, `scripts/docs/${name}`));
  for (const picture of pictures) put(join(out, picture), read(folder, picture));
  put(join(out, 'words.js'), `globalThis.WORDS = ${JSON.stringify(wordsOf(pages))};\n`);
  return faults;
}

/** What the search looks through. */
export function wordsOf(pages: Site['pages']): readonly object[] {
  return [...pages].flatMap(([address, page]) =>
    page.sections.map(({ id, title, text }) => ({ at: `${address}#${id}`, page: page.title, title, text })),
  );
}

const read = (folder: string, file: string): string => readFileSync(join(folder, file), 'utf8');

/** The README is where a visitor begins. */
const addressOf = (file: string): string => (file === 'README.md' ? 'index.html' : file.replace(/\.md$/, '.html'));

function decisions(folder: string): Group['entries'] {
  const names = readdirSync(join(folder, 'docs/decisions')).filter(name => name.endsWith('.md'));
  return names.toSorted().map(name => {
    const file = `docs/decisions/${name}`;
    return { file, title: /^# (.+)$/m.exec(read(folder, file))?.[1] ?? name };
  });
}

interface Known {
  readonly files: readonly string[];
  readonly base: string;
}

function leadFrom(from: string, target: string, { files, base }: Known): string {
  if (!isRelative(target)) return target;
  const [path = '', anchor] = target.split('#');
  const file = posix.normalize(posix.join(posix.dirname(from), path));
  if (!files.includes(file)) return `${base}${file}`;
  const way = posix.relative(posix.dirname(addressOf(from)), addressOf(file));
  return anchor === undefined ? way : `${way}#${anchor}`;
}

interface Checked {
  readonly folder: string;
  readonly files: readonly string[];
  readonly pages: Site['pages'];
}

/** Links of a page to files, pages and headings that are not there. */
function faultsOf(from: string, { folder, files, pages }: Checked): readonly string[] {
  return (pages.get(addressOf(from))?.links ?? []).flatMap(target => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? from : posix.normalize(posix.join(posix.dirname(from), path));
    if (!existsSync(join(folder, file))) return [`${from} leads to ${target}, which is not there`];
    const isHeading = anchor === undefined || !files.includes(file) || hasHeading(pages.get(addressOf(file)), anchor);
    return isHeading ? [] : [`${from} leads to ${target}, where there is no such heading`];
  });
}

const hasHeading = (page: Page | undefined, anchor: string): boolean => page?.sections.some(({ id }) => id === anchor) ?? false;

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
