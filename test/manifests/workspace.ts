import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Runs `use` in a directory of its own with the files given (name to content), and removes it afterwards. */
export async function inWorkspace<Result>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (cwd: string) => Promise<Result>,
): Promise<Result> {
  const cwd = await mkdtemp(join(tmpdir(), 'rollout-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(cwd, name)), { recursive: true });
      await writeFile(join(cwd, name), content);
    }
    return await use(cwd);
  } finally {
    await rm(cwd, { recursive: true });
  }
}
