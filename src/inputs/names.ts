/** How an input is called on each platform. */
import type { Dialect, InputSpec } from './input.ts';
import { entries, type InputName, specs } from './spec.ts';

/** The name as the dialect's users write it: `dry-run`, `dryRun`, `--dry-run`. */
export function spelling(name: InputName, dialect: Dialect): string {
  return dialect === 'terminal' ? `--${name}` : canonical(name, dialect);
}

/** The names under which the dialect reads an input, the declared one first. */
export function namesOf(name: InputName, dialect: Dialect): readonly string[] {
  const spec: InputSpec = specs[name];
  const aliases = dialect === 'azure' ? spec.aliases?.azure : spec.aliases?.github;
  return [canonical(name, dialect), ...(aliases ?? [])];
}

/** The inputs that the dialect has. */
export function inputsOf(dialect: Dialect): readonly (readonly [InputName, InputSpec])[] {
  return entries().filter(([, spec]) => spec.only === undefined || spec.only === dialect);
}

/** The candidate that was most likely meant, or null when none comes near. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  const scored = candidates.map(candidate => ({ candidate, distance: distance(bare(name), bare(candidate)) }));
  const best = scored.reduce<(typeof scored)[number] | null>((a, b) => (a !== null && a.distance <= b.distance ? a : b), null);
  return best !== null && best.distance <= tolerance(bare(name)) ? best.candidate : null;
}

/** `dry-run` -> `dryRun`. */
export function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function canonical(name: InputName, dialect: Dialect): string {
  const spec: InputSpec = specs[name];
  return dialect === 'azure' ? (spec.azure ?? camelCase(name)) : name;
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, '');
}

function tolerance(name: string): number {
  if (name.length < 5) return 1;
  return name.length < 10 ? 2 : 3;
}

/** Edits (insert, delete, replace, swap of neighbours) between two names. */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) row.push(cheapest({ rows, row, i, j, from, to }));
    rows.push(row);
  }
  return rows.at(-1)?.at(-1) ?? 0;
}

interface Cell {
  readonly rows: readonly (readonly number[])[];
  readonly row: readonly number[];
  readonly i: number;
  readonly j: number;
  readonly from: string;
  readonly to: string;
}

function cheapest({ rows, row, i, j, from, to }: Cell): number {
  const cost = (r: readonly number[] | undefined, at: number): number => r?.[at] ?? Number.POSITIVE_INFINITY;
  const above = rows[i - 1];
  const same = from[i - 1] === to[j - 1] ? 0 : 1;
  const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
  const swap = swapped ? cost(rows[i - 2], j - 2) + 1 : Number.POSITIVE_INFINITY;
  return Math.min(cost(above, j) + 1, cost(row, j - 1) + 1, cost(above, j - 1) + same, swap);
}
