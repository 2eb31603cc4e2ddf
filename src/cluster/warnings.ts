import { scrubbed } from './scrub.ts';

/** What the API server warns of beside its answers: an API that goes, a pod that a policy would not have. */
export type Hear = (warning: string | readonly string[] | undefined, kind: string) => void;

/** A log is read, not scrolled through. */
const MOST = 20;
const LONGEST = 400;

/** `299 - "text" "date"`: agents and dates say nothing. Quotes within the text are escaped. */
const WARNING = /299 \S+ "((?:[^"\\]|\\.)*)"/g;

/** Takes the header `Warning` of every answer about a kind, and tells each text once, without values; after many, that there are more. */
export function openWarnings(tell: (text: string) => void): Hear {
  const told = new Set<string>();
  const hear = (text: string): void => {
    if (told.has(text) || told.size > MOST) return;
    told.add(text);
    const isEnough = told.size > MOST;
    tell(isEnough ? `The API server has more than ${MOST} warnings: kubectl apply --dry-run=server shows all of them.` : text);
  };
  return (warning, kind) => {
    for (const [, quoted = ''] of [warning ?? []].flat().join(', ').matchAll(WARNING)) {
      const text = scrubbed({ message: quoted.replaceAll(/\\(.)/g, '$1'), causes: [] }, kind);
      const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
      if (short !== '') hear(`The API server warns: ${short}`);
    }
  };
}
