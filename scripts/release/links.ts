/** The links of a text in Markdown. */

/** The targets of all links, as they are written. */
export function linksIn(markdown: string): readonly string[] {
  return [...markdown.matchAll(link)].map(([, target = '']) => target);
}

/** The same text for a page outside the repository: links to files lead to them at `base`, which ends with `/`. */
export function withAbsoluteLinks(markdown: string, base: string): string {
  return markdown.replace(link, (whole, target: string) => (isRelative(target) ? `](${base}${target})` : whole));
}

/** Whether a target is a file of the repository. */
export function isRelative(target: string): boolean {
  return !/^([a-z]+:|#)/.test(target);
}

const link = /\]\(([^)\s]+)\)/g;
