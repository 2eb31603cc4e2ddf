/** What the files of a dry run change: for the log, and as a diff for summary and comment. */
import type { Compared, FieldChange, ObjectChange } from '../model/changes.ts';
import type { Line } from './line.ts';
import { bullets, words } from './markdown.ts';
import { refText } from './words.ts';

const MOST_LINES = 20;
const MOST_CHARACTERS = 1000;
/** So much of what is the same stands before a difference in a long line. */
const LEAD = 40;

/** For the log. */
export function changesLines({ objects, isNow }: Compared): readonly Line[] {
  const told = objects.filter(({ what }) => what !== 'same').map(object => [briefOf(object), ...diffOf(object).map(line => `    ${line}`)]);
  const all = [headOf({ objects, isNow }), ...told.flat().map(line => `    ${line}`), ...unchanged(objects).map(line => `    ${line}`)];
  return all.map(text => ({ level: 'plain', text }));
}

/** For whoever decides on a pull request. */
export function changesMarkdown({ objects, isNow }: Compared): readonly string[] {
  const others = objects.filter(({ what }) => what === 'new' || what === 'untold').map(briefOf);
  return [
    '### What the files change',
    words(headOf({ objects, isNow })),
    ...objects
      .filter(({ what }) => what === 'changed')
      .flatMap(object => [`**${words(nameOf(object))}**`, ['```diff', ...diffOf(object).map(oneLine), '```'].join('\n')]),
    ...(others.length > 0 ? [bullets(others)] : []),
    ...unchanged(objects).map(words),
  ];
}

function headOf({ objects, isNow }: Compared): string {
  if (objects.every(({ what }) => what === 'same')) return 'The files change nothing.';
  return isNow ? 'This step writes the files:' : 'The new version runs beside what is there. Promote writes this:';
}

function briefOf(object: ObjectChange): string {
  if (object.what === 'untold') return `${nameOf(object)}: the API server does not tell what changes: ${object.because}`;
  return object.what === 'new' ? `${nameOf(object)} is new` : nameOf(object);
}

function unchanged(objects: readonly ObjectChange[]): readonly string[] {
  const same = objects.filter(({ what }) => what === 'same').map(nameOf);
  return same.length === 0 ? [] : [`Unchanged: ${same.join(', ')}.`];
}

const nameOf = ({ ref }: ObjectChange): string => refText(ref);

const diffOf = ({ fields, more }: ObjectChange): readonly string[] => [
  ...fields.flatMap(linesOf),
  ...(more > 0 ? [`  and ${more} more fields`] : []),
];

/** A text of several lines by those that differ, without what is the same above and below. */
function linesOf({ path, from, to }: FieldChange): readonly string[] {
  if (!`${from}${to}`.includes('\n')) {
    const start = firstDifference(from ?? '', to ?? '');
    return [...(from === null ? [] : [`- ${path}: ${near(from, start)}`]), ...(to === null ? [] : [`+ ${path}: ${near(to, start)}`])];
  }
  const [before, after] = [from, to].map(text => (text === null ? [] : text.replace(/\n$/, '').split('\n'))) as [string[], string[]];
  const top = before.findIndex((line, i) => line !== after[i]);
  const start = top < 0 ? Math.min(before.length, after.length) : top;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const part = (lines: readonly string[], sign: string): readonly string[] => {
    const own = lines.slice(start, lines.length - end).map(line => `${sign} ${near(line, 0)}`);
    return own.length > MOST_LINES ? [...own.slice(0, MOST_LINES), `${sign} ... ${own.length - MOST_LINES} more lines`] : own;
  };
  const changed = [...part(before, '-'), ...part(after, '+')];
  return changed.length === 0 ? [`  ${path}: only the line break at its end`] : [`  ${path}, from line ${start + 1}:`, ...changed];
}

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

/** A long line as far as it is of interest: from shortly before a place on. */
function near(line: string, place: number): string {
  if (line.length <= MOST_CHARACTERS) return line;
  const start = Math.max(0, place - LEAD);
  const end = start + MOST_CHARACTERS;
  return `${start > 0 ? '...' : ''}${line.slice(start, end)}${end < line.length ? '...' : ''}`;
}

/** A fence is closed by a line of its own only. */
const oneLine = (line: string): string => line.replace(/[\r\n]+/g, ' ');
