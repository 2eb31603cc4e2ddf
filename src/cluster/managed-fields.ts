import type { KubeObject, ManagedField, PatchOperation } from '../model/kube.ts';
import { type Fields, fieldsOf } from './kubeconfig-fields.ts';

/** The annotation in which client-side apply remembers the file. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** True when a client-side kubectl command (apply, set, edit, rollout, ...) owns fields as a writer of updates. */
export function hasClientSideFields(object: KubeObject): boolean {
  return entriesOf(object).some(isClientSide);
}

/** True when the count of replicas was set through the scale subresource (kubectl scale, an autoscaler). */
export function isScaled(object: KubeObject): boolean {
  return entriesOf(object).some(
    entry => entry.subresource === 'scale' && fieldsOf(entry.fieldsV1?.['f:spec'])?.['f:replicas'] !== undefined,
  );
}

/** What the applier gets otherwise than client-side commands have it. */
export interface Handed {
  /** Fields that become the applier's too. */
  readonly more?: Fields;
  /** Pointers to values that stay though the file does not name them: nobody's, so that the next apply of the file does not drop them. */
  readonly spared?: readonly string[];
}

/**
 * The JSON patch after which what client-side kubectl commands own belongs to the applier `manager`. It tests the entries that it changes and no others:
 * a controller that reports of the object meanwhile, as it does of a Deployment that rolls, is in nobody's way.
 */
export function handingOver(object: KubeObject, manager: string, handed: Handed = {}): readonly PatchOperation[] {
  const entries = entriesOf(object);
  const concerned = entries.flatMap((entry, index) => (isClientSide(entry) || isApplier(entry, manager) ? [index] : []));
  if (concerned.length === 0) return [{ op: 'add', path: '/metadata/managedFields/-', value: applierAfter(object, manager, handed) }];
  const place = concerned.find(index => isApplier(entries[index] ?? {}, manager)) ?? concerned[0] ?? 0;
  const path = (index: number): string => `/metadata/managedFields/${index}`;
  return [
    ...concerned.map(index => ({ op: 'test', path: path(index), value: entries[index] }) as const),
    { op: 'replace', path: path(place), value: applierAfter(object, manager, handed) },
    ...concerned
      .filter(index => index !== place)
      .reverse()
      .map(index => ({ op: 'remove', path: path(index) }) as const),
  ];
}

function applierAfter(object: KubeObject, manager: string, { more = {}, spared = [] }: Handed): ManagedField {
  const entries = entriesOf(object);
  const clientSide = entries.filter(isClientSide);
  const applier =
    entries.find(entry => isApplier(entry, manager)) ??
    newApplier(clientSide.length > 0 ? clientSide : [{ apiVersion: object.apiVersion }], manager);
  // Field paths belong to a version. Of another version they cannot be told apart from wrong ones: those fields become nobody's.
  const given = clientSide.filter(entry => entry.apiVersion === applier.apiVersion);
  const own = union(applier.fieldsV1 ?? {}, more);
  const fields = given.reduce<Fields>((sum, entry) => union(sum, sparing(entry.fieldsV1 ?? {}, spared)), own);
  return { ...applier, fieldsV1: without(fields, LAST_APPLIED) as NonNullable<ManagedField['fieldsV1']> };
}

/** The fields of the applier `manager` but for an annotation. */
export function applierFields(object: KubeObject, manager: string, annotation: string): Fields {
  return without(entriesOf(object).find(entry => isApplier(entry, manager))?.fieldsV1 ?? {}, annotation);
}

/** The JSON patch after which the applier `kubectl` does not own the annotation; empty when it does not. */
export function disowned(object: KubeObject, annotation: string): readonly PatchOperation[] {
  return [...disownedByApplier(object, annotation), ...disownedByUpdater(object)];
}

// Everything else that client-side commands owned was handed over before: what is left is the correction of the annotation.
function disownedByUpdater(object: KubeObject): readonly PatchOperation[] {
  const index = entriesOf(object).findIndex(entry => entry.manager === 'kubectl' && isClientSide(entry));
  if (index < 0) return [];
  const path = `/metadata/managedFields/${index}`;
  return [
    { op: 'test', path: `${path}/manager`, value: 'kubectl' },
    { op: 'test', path: `${path}/operation`, value: 'Update' },
    { op: 'remove', path },
  ];
}

function disownedByApplier(object: KubeObject, annotation: string): readonly PatchOperation[] {
  const index = entriesOf(object).findIndex(entry => isApplier(entry, 'kubectl'));
  const before = entriesOf(object)[index]?.fieldsV1 ?? {};
  if (fieldsOf(fieldsOf(before['f:metadata'])?.['f:annotations'])?.[`f:${annotation}`] === undefined) return [];
  const path = `/metadata/managedFields/${index}`;
  return [
    { op: 'test', path: `${path}/manager`, value: 'kubectl' },
    { op: 'test', path: `${path}/operation`, value: 'Apply' },
    { op: 'test', path: `${path}/fieldsV1`, value: before },
    { op: 'replace', path: `${path}/fieldsV1`, value: without(before, annotation) },
  ];
}

/** True for the names that kubectl's commands write under. */
export function isKubectl(manager: string): boolean {
  return manager === 'kubectl' || manager.startsWith('kubectl-');
}

function entriesOf(object: KubeObject): readonly ManagedField[] {
  return object.metadata.managedFields ?? [];
}

function isClientSide(entry: ManagedField): boolean {
  return entry.operation === 'Update' && !entry.subresource && isKubectl(entry.manager ?? '');
}

function isApplier(entry: ManagedField, manager: string): boolean {
  return entry.operation === 'Apply' && !entry.subresource && entry.manager === manager;
}

function newApplier(clientSide: readonly ManagedField[], manager: string): ManagedField {
  const newest = [...clientSide].sort((one, other) => (other.time ?? '').localeCompare(one.time ?? ''))[0];
  const { apiVersion, time } = newest ?? {};
  return {
    manager,
    operation: 'Apply',
    fieldsType: 'FieldsV1',
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(time === undefined ? {} : { time }),
  };
}

function union(one: Fields, other: Fields): Fields {
  const added = Object.entries(other).map(([key, value]) => [key, union(fieldsOf(one[key]) ?? {}, fieldsOf(value) ?? {})]);
  return { ...one, ...Object.fromEntries(added) };
}

function sparing(fields: Fields, pointers: readonly string[]): Fields {
  const keysOf = (pointer: string): readonly string[] =>
    pointer
      .split('/')
      .slice(1)
      .map(key => `f:${key}`);
  return pointers.reduce((sum, pointer) => lacking(sum, keysOf(pointer)), fields);
}

// An empty set would stand for the whole map.
function lacking(fields: Fields, [key = '', ...rest]: readonly string[]): Fields {
  const { [key]: inner, ...others } = fields;
  if (rest.length === 0 || inner === undefined) return others;
  const left = lacking(fieldsOf(inner) ?? {}, rest);
  return Object.keys(left).length === 0 ? others : { ...others, [key]: left };
}

// The map's own entry would stand for all annotations.
function without(fields: Fields, annotation: string): Fields {
  return [`f:${annotation}`, '.'].reduce((sum, key) => lacking(sum, ['f:metadata', 'f:annotations', key]), fields);
}
