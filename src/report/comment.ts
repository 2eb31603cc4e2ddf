/** A summary as a comment that the next run finds again and writes anew. */
import { cut } from './markdown.ts';

/** What tells one comment from those of other steps: the pipeline, and where it deploys to. */
export interface Subject {
  readonly pipeline: string;
  readonly namespace: string;
  readonly application: string | null;
}

/** Shown nowhere, and the first line of the comment. A link without a text, since Azure shows comments of HTML. */
export function markerOf({ pipeline, namespace, application }: Subject): string {
  const subject = [pipeline, namespace, application ?? ''].map(part => encodeURIComponent(part).replace(/[()]/g, '.')).join('/');
  return `[//]: # (kubernetes-rollout/${subject})`;
}

/** The comment: the marker, the summary as far as there is room for it, and where it comes from. */
export function commentOf(marker: string, summary: string, { by, most }: { readonly by: string; readonly most: number }): string {
  const foot = `\n\n_Written by ${by}; the next run writes it anew._\n`;
  return `${marker}\n\n${cut(quiet(summary).trimEnd(), most - marker.length - foot.length, REST)}${foot}`;
}

const REST = 'the summary of the run has it';

/** Nobody is called by what a cluster says: within a fence or between backticks no name is. */
function quiet(markdown: string): string {
  let isFenced = false;
  const lines = markdown.split('\n').map(line => {
    if (line.startsWith('```')) isFenced = !isFenced;
    return isFenced ? line : line.split('`').map(uncalled).join('`');
  });
  return lines.join('\n');
}

/** Every second part of a line stands between backticks. */
const uncalled = (part: string, index: number): string => (index % 2 === 1 ? part : part.replace(/@(?=\w)/g, '@\u200b'));
