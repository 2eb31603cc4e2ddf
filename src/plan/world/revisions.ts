/** What the controller of a Deployment keeps of its templates. */
import { at, number, record } from '../../manifests/json.ts';
import { templateOf, toJson, withoutMirror } from '../../manifests/template.ts';
import type { JsonObject, KubeObject } from '../../model/kube.ts';
import { newestReplicaSet } from '../../readiness/deployment.ts';
import { DEPLOYMENT } from '../../workloads/deployment.ts';

const HASH = DEPLOYMENT.revisions.hash;
/** The annotation of a Deployment and of its ReplicaSets that numbers their templates. */
export const REVISION = 'deployment.kubernetes.io/revision';

/** The newest revision of a Deployment before the one that runs. */
export function previousOf(live: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  const older = setsOf(live, sets).filter(set => revisionOf(set) < revisionOf(live));
  return older.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0];
}

/** The ReplicaSets of a Deployment. */
export const setsOf = (live: KubeObject, sets: readonly KubeObject[]): readonly KubeObject[] =>
  sets.filter(set => set.metadata.ownerReferences?.some(({ uid }) => uid === live.metadata.uid));

/** The number of a revision, by what bears it: a Deployment or a ReplicaSet. */
export const revisionOf = ({ metadata }: KubeObject): number => number(Number(metadata.annotations?.[REVISION]));

/** An object that keeps a template, with its number where a ReplicaSet has it. */
export const asRevision = (object: KubeObject, revision: number): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [REVISION]: String(revision) } },
});

/** The numbers that a ReplicaSet has as a revision and had before it was gone back to. */
export const historyOf = (set: KubeObject): readonly number[] => {
  const earlier = (set.metadata.annotations?.[`${REVISION}-history`] ?? '').split(',').filter(text => text !== '');
  return [revisionOf(set), ...earlier.map(Number)];
};

/** A ReplicaSet's template is the Deployment's with the hash that tells its pods apart, and it may be one that had containers of ours. */
export function revisionTemplate(set: KubeObject): JsonObject {
  const template = withoutMirror(templateOf(set));
  const { [HASH]: _hash, ...labels } = record(at(template, 'metadata.labels'));
  return toJson({ ...template, metadata: { ...record(template.metadata), labels } });
}

/** What tells the pods of a ReplicaSet, or of a Deployment's newest one. */
export function hashOf(object: KubeObject, sets?: readonly KubeObject[]): string {
  const set = sets ? newestReplicaSet(object, sets) : object;
  return set?.metadata.labels?.[HASH] ?? '';
}
