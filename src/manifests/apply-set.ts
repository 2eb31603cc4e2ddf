/** ApplySets, as kubectl and other tools know them: which objects belong to an application (KEP-3659). */
import { createHash } from 'node:crypto';
import type { KubeObject, Ref } from '../model/kube.ts';
import { derived } from './names.ts';
import { groupOf } from './refs.ts';

const PART_OF = 'applyset.kubernetes.io/part-of';
const ID = 'applyset.kubernetes.io/id';
const TOOLING = 'applyset.kubernetes.io/tooling';
const KINDS = 'applyset.kubernetes.io/contains-group-kinds';
const NAMESPACES = 'applyset.kubernetes.io/additional-namespaces';

/**
 * kubectl refuses a set of another tool's ("is managed by tooling ... instead of kubectl"), whatever its form: under our own name no `kubectl apply
 * --applyset` could go on with it.
 */
const KUBECTL = 'kubectl/v1.27';

/** Who owns the marks of a parent, as kubectl writes them. */
export const APPLY_SET_MANAGER = 'kubectl-applyset';

/** More kinds than any application has: what is beyond is nobody's list. */
const MOST = 200;

/** The set of one application: its parent, and what its members bear. */
export interface ApplySet {
  readonly parent: Ref & { readonly namespace: string };
  readonly id: string;
}

/** A kind without a version. */
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** Which members a set may have. */
export interface Extent {
  readonly kinds: readonly GroupKind[];
  readonly namespaces: readonly string[];
}

/** The set of an application in the namespace of its release. */
export function applySetOf(application: string, namespace: string): ApplySet {
  const name = derived(application, 'applyset');
  const digest = createHash('sha256').update(`${name}.${namespace}.ConfigMap.`).digest('base64url');
  return { parent: { apiVersion: 'v1', kind: 'ConfigMap', namespace, name }, id: `applyset-${digest}-v1` };
}

/** The label by which members are listed. */
export const membersOf = ({ id }: ApplySet): string => `${PART_OF}=${id}`;

/** Whether the object says itself that it is a member. */
export const isMember = ({ metadata }: KubeObject, { id }: ApplySet): boolean => metadata.labels?.[PART_OF] === id;

/** The set that a file names by itself; undefined for most. */
export const setNamedIn = ({ metadata }: KubeObject): string | undefined => metadata.labels?.[PART_OF];

/** The object as a member. One that gets its name from the API server is another one each time, and none. */
export function asMember(object: KubeObject, { id }: ApplySet): KubeObject {
  const { metadata } = object;
  return metadata.name ? { ...object, metadata: { ...metadata, labels: { ...metadata.labels, [PART_OF]: id } } } : object;
}

/** What files reach to. */
export function extentOf(files: readonly KubeObject[]): Extent {
  const kinds = files.filter(({ metadata }) => metadata.name).map(({ apiVersion, kind }) => textOf({ group: groupOf(apiVersion), kind }));
  return {
    kinds: [...new Set(kinds)].sort().map(kindOf),
    namespaces: [...new Set(files.flatMap(({ metadata }) => metadata.namespace ?? []))].sort(),
  };
}

/** Both together. */
export const united = (one: Extent, other: Extent): Extent => ({
  kinds: [...new Set([...one.kinds, ...other.kinds].map(textOf))].sort().map(kindOf),
  namespaces: [...new Set([...one.namespaces, ...other.namespaces])].sort(),
});

/** The parent with what it is to say, for a server-side apply. */
export function parentOf({ parent, id }: ApplySet, { kinds, namespaces }: Extent): KubeObject {
  const { apiVersion, kind, namespace, name } = parent;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      labels: { [ID]: id },
      annotations: {
        [TOOLING]: KUBECTL,
        [KINDS]: kinds.map(textOf).sort().join(','),
        [NAMESPACES]: namespaces.filter(other => other !== namespace).join(','),
      },
    },
  };
}

/** What a parent says of its members; a sentence where it is none of this set. */
export function readParent(object: KubeObject, { id, parent }: ApplySet): Extent | string {
  const { labels = {}, annotations = {} } = object.metadata;
  if (labels[ID] !== id) return `it is no parent of an ApplySet, or of another one (label ${ID})`;
  const tool = (annotations[TOOLING] ?? '').split('/')[0];
  if (tool !== 'kubectl') return `its ApplySet is managed by ${tool === '' ? 'nobody' : tool} (annotation ${TOOLING})`;
  const { kinds, namespaces } = namedIn(annotations);
  if (kinds.length > MOST) return `it names ${kinds.length} kinds (annotation ${KINDS})`;
  return { kinds, namespaces: [...new Set([parent.namespace, ...namespaces])].slice(0, MOST) };
}

/** The parent, which names these members too where they bear its label. */
export function alsoNaming(parent: KubeObject, objects: readonly KubeObject[]): KubeObject {
  const { namespace = '', name, annotations = {}, labels = {} } = parent.metadata;
  const members = extentOf(objects.filter(object => setNamedIn(object) === labels[ID]));
  return parentOf(
    { parent: { apiVersion: parent.apiVersion, kind: parent.kind, namespace, name }, id: labels[ID] ?? '' },
    united(namedIn(annotations), members),
  );
}

/** What the annotations of a parent name; its own namespace is not among them. */
const namedIn = (annotations: Readonly<Record<string, string>>): Extent => ({
  kinds: listed(annotations[KINDS]).map(kindOf),
  namespaces: listed(annotations[NAMESPACES]),
});

const listed = (text = ''): readonly string[] => text.split(',').filter(each => each !== '');

/** "Deployment.apps", "ConfigMap". */
const textOf = ({ group, kind }: GroupKind): string => (group === '' ? kind : `${kind}.${group}`);

function kindOf(text: string): GroupKind {
  const [kind = '', ...group] = text.split('.');
  return { kind, group: group.join('.') };
}
