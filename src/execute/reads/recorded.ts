/** What the records of a namespace name beside themselves. */
import { nameOfCopy } from '../../manifests/configuration.ts';
import { isLent, isLentRef, kindKey } from '../../manifests/lending.ts';
import { decode, hidesSecrets } from '../../manifests/record.ts';
import { keyOf, refOf } from '../../manifests/refs.ts';
import { nameOfVersion, seenBy, versionsOf } from '../../manifests/versions.ts';
import type { Cluster, KubeObject, Ref } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Version } from '../../model/record.ts';
import type { Inputs } from '../../model/request.ts';
import { workloadAt } from '../../workloads/index.ts';
import { together } from '../together.ts';

type Objects = Live['objects'];

/** What the records name, read as far as a record may have anything done with it, and the kinds of it that have no namespace. */
export interface Recorded {
  readonly objects: readonly KubeObject[];
  readonly unspaced: readonly string[];
}

/** Reads what the records name. A bad entry is left out: one question that is refused would end the read of every workload. */
export async function readRecorded(cluster: Cluster, known: Objects): Promise<Recorded> {
  const refs = recordedRefs(known);
  const unspaced = await unspacedAmong(
    cluster,
    refs.map(({ ref }) => ref),
  );
  const unread = (now: Objects): readonly Ref[] =>
    recordedRefs(now).flatMap(({ ref, namespace }) => (isLentRef(ref, { namespace, live: { unspaced } }) && !now[keyOf(ref)] ? [ref] : []));
  const first = await getAll(cluster, unread(known));
  // A record's own Secret tells of more Secrets: what was never looked for must not pass for absent.
  const hidden = await getAll(
    cluster,
    unread({ ...known, ...index(first) }).filter(ref => isSecret(ref) && !first.some(object => keyOf(refOf(object)) === keyOf(ref))),
  );
  return { objects: [...first, ...hidden], unspaced };
}

/** The files that the records say were deployed, without what a record alone must not have written. */
export function recordedFiles(
  { variantName }: Pick<Inputs, 'variantName'>,
  live: Pick<Live, 'objects' | 'unspaced'>,
): readonly KubeObject[] {
  return Object.values(live.objects).flatMap(object => {
    const rollout = object.kind === 'ConfigMap' ? decode(object, secretOf(object, live.objects)) : null;
    const meant = rollout && (variantName === null ? rollout : seenBy(rollout, variantName));
    return (meant?.tested?.files ?? []).filter(file => isLent(file, { namespace: rollout?.namespace ?? '', live }));
  });
}

/** All that is there of these. */
export async function getAll(cluster: Cluster, refs: readonly Ref[]): Promise<readonly KubeObject[]> {
  // Several records, or a record and the files, may name the same.
  const once = [...new Map(refs.map(ref => [keyOf(ref), ref])).values()];
  const found = await together(once.map(ref => cluster.get(ref)));
  return found.filter(object => object !== null);
}

/** Objects by their keys. */
export const index = (objects: readonly KubeObject[]): Objects => Object.fromEntries(objects.map(object => [keyOf(refOf(object)), object]));

/** Whatever a record says of its namespace, the API server would take such an object for one of the whole cluster. */
async function unspacedAmong(cluster: Cluster, refs: readonly Ref[]): Promise<readonly string[]> {
  const kinds = [...new Map(refs.map(ref => [kindKey(ref), ref])).values()];
  const served = await together(kinds.map(({ apiVersion, kind }) => cluster.served(apiVersion, kind)));
  return kinds.filter((_, i) => !served[i]?.namespaced).map(kindKey);
}

interface Named {
  readonly ref: Ref;
  /** Of the record that names it. */
  readonly namespace: string;
}

/** Their Secrets, StatefulSets, the files around the workloads, copies of Secrets, and what copies were made of. */
function recordedRefs(objects: Objects): readonly Named[] {
  return Object.values(objects).flatMap(object => {
    const rollout = object.kind === 'ConfigMap' ? decode(object, secretOf(object, objects)) : null;
    if (!rollout) return [];
    const { namespace } = rollout;
    const secret: readonly Ref[] = hidesSecrets(object) ? [{ ...refOf(object), kind: 'Secret' }] : [];
    const versions = versionsOf(rollout);
    const brought = versions.flatMap(({ tested, created }) => [...(tested?.files ?? []).map(refOf), ...created.map(({ ref }) => ref)]);
    const copies = versions.flatMap(version => copied(version, namespace));
    // Deployments are listed anyway.
    const own = rollout.kind === undefined ? [] : [workloadAt({ kind: rollout.kind, namespace, name: rollout.workload })];
    return [...secret, ...own, ...copies, ...brought, ...rollout.originals.others.map(refOf)].map(ref => ({ ref, namespace }));
  });
}

/** A copied ConfigMap is found by its label. */
const copied = (version: Version, namespace: string): readonly Ref[] =>
  version.distinction.copies.flatMap(copy => {
    const names = [copy.name, ...(copy.kind === 'Secret' ? [nameOfCopy(copy, nameOfVersion(version))] : [])];
    return names.map(name => ({ apiVersion: 'v1', kind: copy.kind, namespace, name }));
  });

const isSecret = ({ kind }: Ref): boolean => kind === 'Secret';

/** The Secret beside a record, once it is read. */
const secretOf = (record: KubeObject, objects: Objects): KubeObject | null => objects[keyOf({ ...refOf(record), kind: 'Secret' })] ?? null;
