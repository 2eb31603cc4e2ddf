/** Revisions as a table for the terminal. */
import { ageText } from '../model/ages.ts';
import type { HistoryView, RevisionView } from '../model/event.ts';

/** A heading for each workload and a line for each of its revisions; `now` in milliseconds since 1970. */
export function historyTable(views: readonly HistoryView[], now: number): readonly string[] {
  return views.flatMap(({ namespace, workload, revisions }, index) => [
    ...(index === 0 ? [] : ['']),
    `${namespace}/${workload}${revisions.length === 0 ? ': no revision is kept' : ''}`,
    ...lined(revisions, now),
  ]);
}

/** Run and cause are what somebody has annotated: where no revision has one there is no column of it. */
const COLUMNS: readonly {
  readonly head: string;
  readonly isOptional: boolean;
  cell(revision: RevisionView, now: number): string | null;
}[] = [
  { head: 'REVISION', isOptional: false, cell: ({ revision, isRunning }) => `${revision}${isRunning ? ' (runs)' : ''}` },
  { head: 'AGE', isOptional: false, cell: ({ createdAt }, now) => (createdAt === null ? null : ageText(now - Date.parse(createdAt))) },
  { head: 'IMAGES', isOptional: false, cell: ({ images }) => images.join(', ') },
  { head: 'RUN', isOptional: true, cell: ({ run }) => run },
  { head: 'CAUSE', isOptional: true, cell: ({ cause }) => cause },
];

/** Columns as wide as their widest cell. */
function lined(revisions: readonly RevisionView[], now: number): readonly string[] {
  if (revisions.length === 0) return [];
  const columns = COLUMNS.map(({ head, isOptional, cell }) => ({ head, isOptional, cells: revisions.map(one => cell(one, now)) }))
    .filter(({ isOptional, cells }) => !isOptional || cells.some(cell => cell !== null))
    .map(({ head, cells }) => [head, ...cells.map(cell => cell ?? '-')]);
  const widths = columns.map(cells => Math.max(...cells.map(({ length }) => length)));
  return [-1, ...revisions.keys()].map(row =>
    `  ${columns.map((cells, column) => (cells[row + 1] ?? '').padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd(),
  );
}
