import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { KubeObject } from '../../../src/model/kube.ts';
import { whenOver } from './fact.ts';
import { kubectl } from './kubectl.ts';
import { documents } from './web.ts';

/** A namespace and a folder of a test's own: tests run side by side in one cluster. */
export interface Scene {
  readonly namespace: string;
  readonly folder: string;
}

/** How a user lays files down. */
export type Way = 'client' | 'server';

// A rollout waits for pods, data planes and drains: the limit of a unit test is too short for all of it.
jest.setTimeout(600_000);

/** A new namespace and a new folder; both go when the test is over. */
export async function openScene(theme = 'test'): Promise<Scene> {
  const namespace = `${theme}-${randomBytes(4).toString('hex')}`;
  await kubectl(['create', 'namespace', namespace]);
  const scene = { namespace, folder: await mkdtemp(join(tmpdir(), 'rollout-')) };
  whenOver(() => closeScene(scene));
  return scene;
}

async function closeScene(scene: Scene): Promise<void> {
  await kubectl(['delete', 'namespace', scene.namespace, '--wait=false', '--ignore-not-found']);
  await rm(scene.folder, { recursive: true, force: true });
}

/** Writes objects to a file of the scene, one YAML document each, and returns its path. */
export async function file(scene: Scene, name: string, objects: readonly KubeObject[]): Promise<string> {
  const path = join(scene.folder, name);
  await writeFile(path, documents(objects));
  return path;
}

/** What the user does by hand: `kubectl apply`, client-side or server-side. */
export async function apply(scene: Scene, objects: readonly KubeObject[], way: Way = 'client'): Promise<string> {
  const args = ['apply', '-n', scene.namespace, '-f', '-', ...(way === 'server' ? ['--server-side'] : [])];
  return kubectl(args, { input: documents(objects) });
}

/** Applies objects and waits until their Deployments are fully rolled out. */
export async function install(scene: Scene, objects: readonly KubeObject[], way: Way = 'client'): Promise<void> {
  await apply(scene, objects, way);
  for (const object of objects.filter(({ kind }) => kind === 'Deployment')) await rolledOut(scene, object.metadata.name);
}

/** Waits until a Deployment runs its template with all replicas ready. */
export async function rolledOut(scene: Scene, name: string): Promise<void> {
  await kubectl(['rollout', 'status', `deployment/${name}`, '-n', scene.namespace, '--timeout=300s']);
}

/** Waits until something holds; fails with `what` after the limit. */
export async function until(what: string, holds: () => Promise<boolean>, limitSeconds = 300): Promise<void> {
  const deadline = Date.now() + limitSeconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${limitSeconds} s in vain until ${what}`);
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}
