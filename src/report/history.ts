/** Revisions as a table for the terminal. */
import type { HistoryView, RevisionView } from '../model/event.ts';

/** A heading for each workload and a line for each of its revisions; `now` in milliseconds since 1970. */
export function historyTable(views: readonly HistoryView[], now: number): readonly string[] {
  return views.flatMap(({ namespace, workload, revisions }, index) => [
    ...(index === 0 ? [] : ['']),
    `${namespace}/${workload}${revisions.length === 0 ? ': no revision is kept' : ''}`,
    ...lined(revisions.map(revision => cellsOf(revision, now))),
  ]);
}

const HEAD = ['REVISION', 'AGE', 'IMAGES', 'RUN', 'CAUSE'];

function cellsOf({ revision, isRunning, images, cause, run, createdAt }: RevisionView, now: number): readonly string[] {
  return [`${revision}${isRunning ? ' (runs)' : ''}`, ageText(createdAt, now), images.join(', '), run ?? '-', cause ?? '-'];
}

/** Columns as wide as their widest cell. */
function lined(rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const all = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)));
  return all.map(row => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd());
}

/** "3 d", "26 h", "12 min", "8 s". */
function ageText(createdAt: string | null, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(createdAt ?? '')) / 1000));
  if (Number.isNaN(seconds)) return '-';
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
