import { expect } from '@jest/globals';
import type { ErrorCode } from '../../../src/errors.ts';
import type { KubeObject } from '../../../src/model/kube.ts';
import type { Ended } from './kubectl.ts';
import { list } from './kubectl.ts';
import type { Scene } from './scene.ts';
import { managers, objects, type Snapshot } from './snapshot.ts';

/** Fails with the whole output unless the command ended well. */
export function succeeded<Any extends Ended>(ended: Any): Any {
  if (ended.code !== 0) throw new Error(`exit code ${ended.code}:\n${ended.output}`);
  return ended;
}

/** Fails unless the command exited with 1 and named this error. */
export function failed<Any extends Ended>(ended: Any, code: ErrorCode): Any {
  expect({ code: ended.code, output: ended.output }).toEqual({ code: 1, output: expect.stringContaining(code) });
  return ended;
}

/** Fails when a label, annotation, name or field manager of ours is anywhere in the namespace. */
export async function expectNoTrace(scene: Scene): Promise<void> {
  const found = await objects(scene);
  const ours = found.filter(object => /kubernetes-rollout|-canary|-baseline|web-stable|web-rollout/.test(JSON.stringify(object)));
  expect(ours.map(({ kind, metadata: { name, labels, annotations } }) => ({ kind, name, labels, annotations }))).toEqual([]);
  const writers = found.flatMap(object => managers(object).map(manager => `${object.kind}/${object.metadata.name}: ${manager}`));
  expect(writers.filter(line => !/: (kubectl\b.*|kube-controller-manager Update)$/.test(line))).toEqual([]);
  expect(await list(scene.namespace, 'pods', 'kubernetes-rollout/variant')).toEqual([]);
}

/** The uids of stable's pods: as long as they are the same, nothing was restarted. */
export async function stablePods(scene: Scene, app = 'web'): Promise<readonly string[]> {
  return uidsOf(await list(scene.namespace, 'pods', `app=${app},!kubernetes-rollout/variant`));
}

/** Those of a replaced variant may still be on their way out. */
export function uidsOf(pods: readonly KubeObject[]): readonly string[] {
  const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return staying.map(({ metadata }) => String(metadata.uid)).sort();
}

/** The snapshot with a Deployment's replicas as told: where a count was set by hand or by an autoscaler, it stays. */
export function withReplicas(state: Snapshot, replicas: number, name = 'web'): Snapshot {
  const key = `Deployment/${name}`;
  const object = JSON.parse(JSON.stringify(state[key]));
  return { ...state, [key]: { ...object, spec: { ...object.spec, replicas } } };
}
