import { same } from '../manifests/json.ts';
import { MANAGER } from '../manifests/names.ts';
import { nameOf, refOf } from '../manifests/refs.ts';
import type { KubeObject, PatchOperation } from '../model/kube.ts';
import { note, type Session } from './session.ts';

/** An object of the user's is put back as it was: content, labels and annotations first, its owners last; made anew where it is gone. */
export async function restore(session: Session, original: KubeObject): Promise<void> {
  const { cluster } = session;
  const ref = refOf(original);
  const live = await cluster.get(ref);
  if (!live) {
    const {
      uid: _uid,
      resourceVersion: _version,
      creationTimestamp: _created,
      generation: _generation,
      managedFields: _owners,
      ...metadata
    } = original.metadata;
    session.emit({ type: 'notice', level: 'warning', text: `${nameOf(ref)} was gone and is made anew` });
    note(session, await cluster.create({ ...original, metadata }));
    return;
  }
  const changes = contentChanges(live, original);
  const isOther = original.metadata.uid !== undefined && live.metadata.uid !== original.metadata.uid;
  const put =
    changes.length > 0
      ? await cluster.patch(ref, [{ op: 'test', path: '/metadata/uid', value: live.metadata.uid }, ...changes], { manager: MANAGER })
      : live;
  note(session, put);
  if (isOther || same(put.metadata.managedFields, original.metadata.managedFields)) return;
  note(
    session,
    await cluster.patch(ref, [{ op: 'replace', path: '/metadata/managedFields', value: original.metadata.managedFields ?? [{}] }], {
      manager: MANAGER,
    }),
  );
}

/** What controllers write beside the user. */
const KEPT_ANNOTATIONS = 'deployment.kubernetes.io/';

function contentChanges(live: KubeObject, original: KubeObject): readonly PatchOperation[] {
  const fields = new Set(
    [...Object.keys(live), ...Object.keys(original)].filter(field => !['apiVersion', 'kind', 'metadata', 'status'].includes(field)),
  );
  const content = [...fields].flatMap(field => change(`/${field}`, live[field], original[field]));
  const labels = change('/metadata/labels', live.metadata.labels, original.metadata.labels);
  return [...content, ...labels, ...change('/metadata/annotations', live.metadata.annotations, annotations(live, original))];
}

function annotations(live: KubeObject, original: KubeObject): Readonly<Record<string, string>> | undefined {
  const isKept = ([key]: readonly [string, string]): boolean => key.startsWith(KEPT_ANNOTATIONS);
  const merged = [
    ...Object.entries(original.metadata.annotations ?? {}).filter(entry => !isKept(entry)),
    ...Object.entries(live.metadata.annotations ?? {}).filter(isKept),
  ];
  return merged.length > 0 ? Object.fromEntries(merged) : undefined;
}

function change(path: string, from: unknown, to: unknown): readonly PatchOperation[] {
  if (same(from, to)) return [];
  if (to === undefined) return [{ op: 'remove', path }];
  return [{ op: from === undefined ? 'add' : 'replace', path, value: to }];
}
