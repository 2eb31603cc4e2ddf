/** A file in Markdown as a page: its text as HTML, its headings, and where its links lead. */
import { Marked, type Tokens } from 'marked';

/** A heading, with the text that stands under it up to the next one. */
export interface Section {
  readonly id: string;
  readonly depth: number;
  readonly title: string;
  /** Plain words, for the search. */
  readonly text: string;
}

/** What a page is before it gets its frame. */
export interface Page {
  readonly title: string;
  readonly html: string;
  readonly sections: readonly Section[];
  /** Targets of all links, as they are written in the file. */
  readonly links: readonly string[];
}

/** Reads a file's text. `lead` gives the address for a link's target as it is written. */
export function pageOf(markdown: string, lead: (target: string) => string): Page {
  const links: string[] = [];
  const ids = new Map<string, number>();
  const headings: { readonly id: string; readonly depth: number; readonly title: string }[] = [];
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        const id = unique(anchorOf(plain(text)), ids);
        headings.push({ id, depth, title: plain(text) });
        return `<h${depth} id="${id}"><a class="anchor" href="#${id}" aria-hidden="true">#</a>${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        links.push(href);
        return `<a href="${escaped(lead(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text }) {
        links.push(href);
        return `<img src="${escaped(lead(href))}" alt="${escaped(text)}">`;
      },
      // What is HTML in a file is a comment for its generator.
      html: () => '',
    },
  });
  const html = (marked.parse(markdown, { async: false }) as string).replace(/<table>[\s\S]*?<\/table>/g, '<div class="wide">$&</div>');
  return { title: headings[0]?.title ?? '', html, sections: sectionsOf(markdown, headings), links };
}

/** The words under each heading, in the order of the page. */
function sectionsOf(markdown: string, headings: readonly Omit<Section, 'text'>[]): readonly Section[] {
  const texts: string[][] = [];
  for (const token of new Marked().lexer(markdown)) {
    if (token.type === 'heading') texts.push([]);
    else if (token.type !== 'html') texts.at(-1)?.push(plain((token as Tokens.Generic).raw));
  }
  return headings.map((heading, i) => ({ ...heading, text: (texts[i] ?? []).join(' ').replace(/\s+/g, ' ').trim() }));
}

/** Markdown without its signs. */
const plain = (text: string): string => text.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replace(/[`*|]|^-+$/gm, '');

/** A heading's anchor as GitHub makes it, so that a link works in both places. */
export const anchorOf = (title: string): string =>
  title
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

function unique(id: string, ids: Map<string, number>): string {
  const times = ids.get(id) ?? 0;
  ids.set(id, times + 1);
  return times === 0 ? id : `${id}-${times}`;
}

/** A text as HTML shows it. */
export const escaped = (text: string): string => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
