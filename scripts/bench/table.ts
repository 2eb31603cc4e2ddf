/** A promise and what was measured. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  /** What it is compared with. */
  readonly beside: string;
  readonly measured: number;
  readonly most: number;
  /** What both figures count: "times", "s", "ms", "kB". */
  readonly unit: string;
}

/** Whether the figure is within its promise. */
export function isKept({ measured, most }: Row): boolean {
  return measured <= most;
}

/** The rows as a Markdown table. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(row => [
    row.what,
    row.ours,
    row.beside,
    amount(row, row.measured),
    amount(row, row.most),
    isKept(row) ? 'yes' : '**no**',
  ]);
  return [TITLES, TITLES.map(() => '---'), ...lines].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

const TITLES = ['what', 'ours', 'beside', 'measured', 'at most', 'kept'];

function amount({ unit }: Row, figure: number): string {
  return `${unit === 's' || unit === 'times' ? figure.toFixed(2) : Math.round(figure)} ${unit}`;
}
