/** The site of the docs: what is in it, and that nothing in it leads nowhere. */
import { readdirSync, readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { pageOf } from '../../scripts/docs/page.ts';
import { siteOf, wordsOf } from '../../scripts/docs/site.ts';
import { pages as explained } from '../../scripts/troubleshooting/index.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { aboutCode } from '../../src/report/about.ts';
import { routers } from '../../src/routers/index.ts';

const site = siteOf('.', 'https://example.com/blob/main/');

test('every page of the docs is in the navigation, and every link leads to a file and a heading', () => {
  const written = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.md'));
  const listed = site.groups.flatMap(({ entries }) => entries.map(({ file }) => file));
  expect(listed).toEqual(expect.arrayContaining(written.map(name => `docs/${name.replaceAll('\\', '/')}`)));
  expect(site.faults).toEqual([]);
});

test('a link leads to the page of a file, or to the file where it has none', () => {
  expect(site.pages.get('docs/how-to/gates.html')?.html).toContain('href="../troubleshooting.html#analysis_failed"');
  expect(site.pages.get('docs/how-to/gates.html')?.html).toContain(
    'href="https://example.com/blob/main/samples/github/canary-template.yml"',
  );
});

test('the comparison counts the methods that there are', () => {
  expect(site.pages.get('docs/comparison.html')?.html).toContain(`>${Object.keys(routers).length} methods<`);
});

test('headings are told apart, and HTML of a file is no part of its page', () => {
  const page = pageOf('# A `b`: c\n\n<script>alert(1)</script>\n\n## D\n\none <b>\n\n## D\n\ntwo | three', target => target);
  expect(page.sections).toMatchObject([
    { id: 'a-b-c', title: 'A b: c' },
    { id: 'd', text: expect.stringContaining('one') },
    { id: 'd-1', text: expect.stringContaining('two') },
  ]);
  expect(page.html).not.toMatch(/<script|<b>/);
});

test.each(Object.keys(explained) as ErrorCode[])('the message of %s leads to the heading that explains it', code => {
  const [address, anchor] = aboutCode(code).split('#');
  expect(address).toMatch(/\/docs\/troubleshooting\.md$/);
  expect(site.pages.get('docs/troubleshooting.html')?.sections.map(({ id }) => id)).toContain(anchor);
});

test('the search puts the heading with all words first', () => {
  const listeners: Record<string, () => void> = {};
  const shown: { readonly href: string }[] = [];
  const element = () => ({
    append: (link: { readonly href: string }) => void shown.push(link),
    replaceChildren: () => undefined,
    dataset: { root: '' },
  });
  const field = {
    ...element(),
    value: 'route not accepted',
    addEventListener: (name: string, heard: () => void) => Object.assign(listeners, { [name]: heard }),
  };
  const document = {
    body: element(),
    getElementById: (id: string) => (id === 'search' ? field : element()),
    createElement: element,
    addEventListener: () => undefined,
  };
  runInNewContext(readFileSync('scripts/docs/search.js', 'utf8'), { document, WORDS: wordsOf(site.pages) });
  listeners.input?.();
  expect(shown.length).toBeGreaterThan(0);
  expect(shown[0]?.href).toContain('route');
});
