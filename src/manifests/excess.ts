/** What no release has so much of, found in a text before anything is made of it. */

/** Where it is too much, and of what. */
export interface Excess {
  readonly offset: number;
  readonly reason: string;
}

/** The place from which on a text of YAML holds too much; null where it does not. */
export const excessIn = (text: string): Excess | null => excessOfDocuments(text) ?? excessOfNodes(text);

/** More documents than any cluster takes objects at once. */
const mostDocuments = 100_000;

function excessOfDocuments(text: string): Excess | null {
  let count = 0;
  for (let at = text.startsWith('---') ? 0 : text.indexOf('\n---'); at >= 0; at = text.indexOf('\n---', at + 1)) {
    if (++count > mostDocuments) return { offset: at, reason: `more than ${mostDocuments} documents in one file` };
  }
  return null;
}

/** A node takes a line, or stands behind a comma; in memory it takes some 300 bytes. */
const mostNodes = 500_000;
const [LINE_FEED, COMMA] = [10, 44];

function excessOfNodes(text: string): Excess | null {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isEnd = (code === LINE_FEED || code === COMMA) && text.charCodeAt(at + 1) !== LINE_FEED;
    if (isEnd && ++count > mostNodes)
      return { offset: at, reason: `more than ${mostNodes} lines and entries in one file: no release has so many` };
  }
  return null;
}
