/** Files that tell of a run: written at its end, however it ended. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** A file as it is to be written. */
export interface ReportFile {
  readonly path: string;
  readonly text: string;
}

/** Where paths start, and who hears of what cannot be written. */
export interface Place {
  readonly directory: string;
  warn(text: string): void;
}

/** Writes what was asked for; what cannot be written is a warning. Resolves to the paths that were. */
export async function writeReports(files: readonly ReportFile[], { directory, warn }: Place): Promise<readonly string[]> {
  const written = await Promise.all(
    files.map(async ({ path, text }) => {
      const place = resolve(directory, path);
      try {
        await mkdir(dirname(place), { recursive: true });
        await writeFile(place, text);
        return [place];
      } catch (error) {
        warn(`The report ${path} could not be written: ${error instanceof Error ? error.message : String(error)}`);
        return [];
      }
    }),
  );
  return written.flat();
}

/** Hands the page to a platform that shows it; null is no page. What it does not take is a warning. */
export async function attachReport(
  page: string | null,
  attach: (page: string) => Promise<void>,
  { warn }: Pick<Place, 'warn'>,
): Promise<void> {
  if (page === null) return;
  await attach(page).catch((error: unknown) => {
    warn(`The report could not be attached to the run: ${error instanceof Error ? error.message : String(error)}`);
  });
}
