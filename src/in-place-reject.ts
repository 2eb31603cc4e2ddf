import { RolloutError } from './errors.ts';
import { awaitReady } from './execute/await.ts';
import { note, type Session } from './execute/session.ts';
import { at, number, record } from './manifests/json.ts';
import { nameOf, refOf } from './manifests/refs.ts';
import { isSameTemplate, templateOf, toJson } from './manifests/template.ts';
import type { JsonObject, KubeObject, PatchOperation } from './model/kube.ts';

/**
 * Takes a release back that was deployed in place: every Deployment that runs just this release goes back to its previous revision, as
 * `kubectl rollout undo` would, and is awaited. Resolves to the workloads that did. `rendered` are the release's templates by workload.
 */
export async function rejectInPlace(session: Session, rendered: Readonly<Record<string, JsonObject>>): Promise<readonly string[]> {
  const undone = await Promise.all(Object.entries(rendered).map(([key, template]) => undo(session, key, template)));
  return undone.flat();
}

async function undo(session: Session, key: string, released: JsonObject): Promise<readonly string[]> {
  const [namespace = '', name = ''] = key.split('/');
  const { cluster, request } = session;
  const live = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
  if (!live || !isSameTemplate(templateOf(live), released)) return [];
  const sets = await cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace });
  const before = previousOf(live, sets);
  if (!before) {
    throw new RolloutError(
      'UNSUPPORTED',
      `Deployment ${key} has no previous revision to go back to`,
      'Deploy the version that you want instead.',
    );
  }
  session.emit({ type: 'step', text: `${nameOf(refOf(live))}: go back to revision ${revisionOf(before)}` });
  if (request.inputs.dryRun) return [key];
  const template = revisionTemplate(before);
  const operations: readonly PatchOperation[] = [
    { op: 'test', path: '/metadata/uid', value: live.metadata.uid },
    { op: 'test', path: '/spec/template', value: live.spec?.template },
    { op: 'replace', path: '/spec/template', value: template },
  ];
  note(session, await cluster.patch(refOf(live), operations, { manager: 'kubectl' }));
  await awaitReady(session, { do: 'await-ready', ref: refOf(live), template, isStable: false });
  return [key];
}

/** The newest revision before the one that runs. */
function previousOf(live: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  const own = sets.filter(set => set.metadata.ownerReferences?.some(({ uid }) => uid === live.metadata.uid));
  const older = own.filter(set => revisionOf(set) < revisionOf(live));
  return older.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0];
}

const revisionOf = ({ metadata }: KubeObject): number => number(Number(metadata.annotations?.['deployment.kubernetes.io/revision']));

/** A ReplicaSet's template is the Deployment's with the hash that tells its pods apart. */
function revisionTemplate(set: KubeObject): JsonObject {
  const template = templateOf(set);
  const { 'pod-template-hash': _hash, ...labels } = record(at(template, 'metadata.labels'));
  return toJson({ ...template, metadata: { ...record(template.metadata), labels } });
}
