import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileOf, type Manifest } from './applications.ts';
import { succeeded } from './timing.ts';

/** The terminal's bundle. */
export const CLI = 'cli/dist/index.cjs';

/** Runs something in a new namespace, which is gone again when this ends: what is left of one round must not slow down the next. */
export async function inNamespace<T>(run: (namespace: string) => Promise<T>): Promise<T> {
  const namespace = `bench-${randomBytes(4).toString('hex')}`;
  await succeeded('kubectl', ['create', 'namespace', namespace]);
  try {
    return await run(namespace);
  } finally {
    await succeeded('kubectl', ['delete', 'namespace', namespace, '--wait=true', '--timeout=120s']);
  }
}

/** Runs something with files of these objects, by name, and takes the files away. */
export async function withFiles<T>(
  contents: Readonly<Record<string, readonly Manifest[]>>,
  run: (path: (name: string) => string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'rollout-bench-'));
  const path = (name: string): string => join(folder, `${name}.yaml`);
  try {
    await Promise.all(Object.entries(contents).map(([name, manifests]) => writeFile(path(name), fileOf(manifests))));
    return await run(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
