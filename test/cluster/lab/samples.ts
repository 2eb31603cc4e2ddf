import { join } from 'node:path';
import { expect } from '@jest/globals';
import { expectNoTrace } from './expect.ts';
import { kubectl, live } from './kubectl.ts';
import { checkout } from './pipeline.ts';
import { root } from './rollout.ts';
import { openScene, rolledOut, type Scene, until } from './scene.ts';

/** The sample application at v1, laid down by hand, and the samples checked out. */
export async function prepared(): Promise<Scene> {
  const scene = await openScene('samples');
  await checkout(scene);
  await kubectl(['apply', '-n', scene.namespace, '-f', join(root, 'samples', 'manifests', 'web')]);
  await until('the autoscaler asks for two pods', async () => (await live(scene.namespace, 'deployment', 'web'))?.spec?.replicas === 2);
  await rolledOut(scene, 'web');
  return scene;
}

/** The sample application runs v2 as the user's own, and nothing else is left. */
export async function expectPromoted(scene: Scene): Promise<void> {
  expect(JSON.stringify((await live(scene.namespace, 'deployment', 'web'))?.spec)).toContain('example/web:v2');
  await expectNoTrace(scene);
}

/** What the pipeline's variables stand for. */
export function variables(scene: Scene): Readonly<Record<string, string>> {
  return { namespace: scene.namespace, image: 'example/web:$(Build.BuildId)', 'Build.BuildId': 'v2' };
}
