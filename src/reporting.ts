/** Files that tell of a run: written at its end, however it ended. */
import { constants } from 'node:fs';
import { access, mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { kindOf } from './manifests/walk.ts';

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
        await makeFolder(dirname(place));
        await write(place, text);
        return [place];
      } catch (error) {
        warn(`The report ${path} could not be written: ${error instanceof Error ? error.message : String(error)}`);
        return [];
      }
    }),
  );
  return written.flat();
}

/** Why a report cannot come to its place, as what follows its path; null where it can, as far as the folders tell before the run. */
export async function unwritable(place: string, isFolder = false): Promise<string | null> {
  const kind = await kindOf(place);
  const above = dirname(place);
  if (kind === 'absent') return above === place ? null : await unwritable(above, true);
  if (isFolder && kind !== 'directory') return `cannot be written: ${place} is no directory`;
  if (!isFolder && kind === 'directory') return 'is a directory';
  const isOpen = await access(place, constants.W_OK).then(
    () => true,
    () => false,
  );
  return isOpen ? null : `cannot be written: ${isFolder ? `the directory ${place} is` : 'it is'} not writable`;
}

/** One folder after the other: Node's own way never ends where the file system answers "no such folder" whatever is made, as /proc does. */
async function makeFolder(folder: string, hasParent = false): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if ((await kindOf(folder)) === 'directory') return;
    if (hasParent || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await makeFolder(dirname(folder));
    await makeFolder(folder, true);
  }
}

/** A pipe without a reader would hold its writer. */
async function write(place: string, text: string): Promise<void> {
  const file = await open(place, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NONBLOCK ?? 0));
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
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
