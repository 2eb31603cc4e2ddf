/** HTML and SVG as text: whatever comes in is shown, and is never markup. */

/** Markup that was made here. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template: text is escaped, markup stands as it is, a list of them one after the other. */
export type Part = string | number | Markup | readonly Markup[];

/** A template whose parts are escaped. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(strings.map((text, i) => text + (i < parts.length ? shown(parts[i] ?? '') : '')).join(''));

function shown(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(one => one.text).join('');
  return escaped(String(part));
}

const MEANING: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Characters that a page must not hold are left out: they would turn the text around, or end it. */
const UNSHOWN = /[^\P{Cc}\t\n\r]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const escaped = (text: string): string => text.replace(UNSHOWN, '').replace(/[&<>"']/g, char => MEANING[char] ?? char);

/** Nothing. */
export const none = new Markup('');

/** Only an address of the web is a link. */
export const link = (text: string, url: string | undefined): Markup =>
  url !== undefined && /^https?:\/\//.test(url) ? html`<a href="${url}" rel="noreferrer">${text}</a>` : html`${text}`;
