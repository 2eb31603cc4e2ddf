/** What stands around a page: navigation, search, style. One file each, nothing from the net. */
import type { Group } from './contents.ts';
import { escaped, type Page } from './page.ts';

/** Where a page stands in the site. */
export interface Place {
  /** Its own address, such as `docs/metrics.html`. */
  readonly address: string;
  readonly groups: readonly Group[];
  addressOf(file: string): string;
}

/** The whole page. */
export function framed(page: Page, place: Place): string {
  const root = '../'.repeat(place.address.split('/').length - 1);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(page.title)}</title>
<link rel="stylesheet" href="${root}site.css">
</head>
<body data-root="${root}">
<a class="skip" href="#text">To the text</a>
<header><a href="${root}index.html">Rollout for Kubernetes</a>
<input id="search" type="search" placeholder="Search" aria-label="Search" aria-controls="found"><ul id="found" hidden></ul></header>
<nav aria-label="Pages">${place.groups.map(group => navigation(group, place, root)).join('')}</nav>
<main id="text">${page.html}</main>
<aside aria-label="On this page">${within(page)}</aside>
<script src="${root}words.js"></script><script src="${root}search.js"></script>
</body>
</html>
`;
}

function navigation({ title, entries }: Group, { address, addressOf }: Place, root: string): string {
  const links = entries.map(entry => {
    const to = addressOf(entry.file);
    const isHere = to === address ? ' aria-current="page"' : '';
    return `<li><a href="${root}${to}"${isHere}>${escaped(entry.title)}</a></li>`;
  });
  return `<details${entries.some(({ file }) => addressOf(file) === address) || entries.length < 9 ? ' open' : ''}><summary>${title}</summary><ul>${links.join('')}</ul></details>`;
}

function within({ sections }: Page): string {
  const links = sections.filter(({ depth }) => depth === 2 || depth === 3);
  return `<ul>${links.map(({ id, depth, title }) => `<li class="depth${depth}"><a href="#${id}">${escaped(title)}</a></li>`).join('')}</ul>`;
}
