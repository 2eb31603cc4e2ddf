import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

/** So many files and directories are looked at before somebody is told that the place is wrong, such as the root of the machine. */
const mostSteps = 500_000;

/** Directories that cannot be gone through; the message is a fault of the entry that led there. */
export class WalkFault extends Error {}

/** What stands at a path; a link is what it leads to. */
export async function kindOf(path: string): Promise<'file' | 'directory' | 'other' | 'absent'> {
  const found = await stat(path).catch(() => null);
  if (found === null) return 'absent';
  if (found.isDirectory()) return 'directory';
  return found.isFile() ? 'file' : 'other';
}

/** The wanted files in a directory and below, by name; nothing that begins with a dot. Throws WalkFault. */
export function walk(directory: string, wanted: (path: string) => boolean): Promise<readonly string[]> {
  return below(directory, { seen: new Set(), steps: { left: mostSteps }, wanted });
}

interface Walk {
  /** Directories by their real paths: a link may lead in a circle. */
  readonly seen: Set<string>;
  readonly steps: { left: number };
  readonly wanted: (path: string) => boolean;
}

async function below(directory: string, way: Walk): Promise<string[]> {
  const entries = await entriesOf(directory, way.seen);
  way.steps.left -= entries.length;
  if (way.steps.left < 0) throw new WalkFault(`this would search more than ${mostSteps} files; name the directory that contains yours`);
  const visible = entries.filter(entry => !entry.name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: string[] = [];
  for (const entry of visible) {
    const path = resolve(directory, entry.name);
    if (await leadsToDirectory(entry, path)) found.push(...(await below(path, way)));
    else if (way.wanted(path)) found.push(path);
  }
  return found;
}

/** None of a directory that was seen before. */
async function entriesOf(directory: string, seen: Set<string>): Promise<readonly Dirent[]> {
  try {
    const real = await realpath(directory);
    if (seen.has(real)) return [];
    seen.add(real);
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown fault';
    throw new WalkFault(`the directory ${directory} cannot be read (${code})`);
  }
}

async function leadsToDirectory(entry: Dirent, path: string): Promise<boolean> {
  return entry.isDirectory() || (entry.isSymbolicLink() && (await kindOf(path)) === 'directory');
}
