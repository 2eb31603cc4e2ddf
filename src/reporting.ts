/** Files that tell of a run: written at its end, however it ended. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Reporter } from './report/reporter.ts';

/** Writes what was asked for; what cannot be written is a warning. Resolves to the paths that were. */
export async function writeReports(report: Reporter, directory: string): Promise<readonly string[]> {
  const written = await Promise.all(
    report.files().map(async ({ path, text }) => {
      const place = resolve(directory, path);
      try {
        await mkdir(dirname(place), { recursive: true });
        await writeFile(place, text);
        return [place];
      } catch (error) {
        report.say({
          level: 'warning',
          text: `The report ${path} could not be written: ${error instanceof Error ? error.message : String(error)}`,
        });
        return [];
      }
    }),
  );
  return written.flat();
}
