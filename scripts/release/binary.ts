/** The terminal's bundle and Node as one file, by Node's single executable applications. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Node's own mark of the place that takes the program. Behind it stands `:1` where there is one. */
export const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** The bytes of a program that needs no Node beside it. `node` is the program of Node, of this version, for the system that it is for. */
export function binary(folder: string, node: string): Buffer {
  const scratch = mkdtempSync(join(tmpdir(), 'binary-'));
  const file = (name: string): string => join(scratch, name);
  try {
    // Node wraps the program in a function, in which no line may begin with #!.
    writeFileSync(file('main.cjs'), readFileSync(join(folder, 'cli/dist/index.cjs'), 'utf8').replace(/^#!.*/, ''));
    const config = { main: 'main.cjs', output: 'program.blob', disableExperimentalSEAWarning: true, useCodeCache: false };
    writeFileSync(file('sea.json'), JSON.stringify(config));
    execFileSync(process.execPath, ['--experimental-sea-config', 'sea.json'], { cwd: scratch, stdio: 'pipe' });
    copyFileSync(node, file('program'));
    chmodSync(file('program'), 0o755);
    const words = ['postject', file('program'), 'NODE_SEA_BLOB', file('program.blob'), '--sentinel-fuse', fuse];
    execFileSync('npx', ['--no-install', ...words], { stdio: 'pipe' });
    return readFileSync(file('program'));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
