/** Who owns which field behind a patch of ours, by `metadata.managedFields` alone. */
import { describe, expect, test } from '@jest/globals';
import { handedBack } from '../../src/manifests/handed-back.ts';
import { at } from '../../src/manifests/json.ts';
import type { JsonObject, ManagedField, PatchOperation } from '../../src/model/kube.ts';

const entry = (manager: string, operation: string, image: JsonObject, more: Partial<ManagedField> = {}): ManagedField => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:spec': { 'f:template': image } },
  ...more,
});
const IMAGE = { 'f:image': {} };
const NAME = { 'f:name': {} };

/** The entries by `manager operation`, each with what it owns, behind the patch. */
function behind(entries: readonly ManagedField[], operations: readonly PatchOperation[]): Readonly<Record<string, unknown>> {
  const list: (ManagedField | null)[] = [...entries];
  for (const operation of operations) {
    const [index = '', field] = operation.path.split('/').slice(3);
    if (operation.op === 'test') expect(operation.value).toEqual(list[Number(index)]);
    else if (operation.op === 'remove') list.splice(Number(index), 1);
    else if (index === '-') list.push(operation.value as ManagedField);
    else list[Number(index)] = { ...list[Number(index)], [field ?? '']: operation.value };
  }
  return Object.fromEntries(
    list.flatMap(owner => (owner ? [[`${owner.manager} ${owner.operation}`, at(owner, 'fieldsV1.f:spec.f:template')]] : [])),
  );
}

const given = (after: readonly ManagedField[], before: readonly ManagedField[]) => behind(after, handedBack(after, before));

describe('fields that a patch of ours wrote', () => {
  test('go back to kubectl’s apply, and so does what nobody owned', () => {
    const before = [entry('kubectl', 'Apply', { ...IMAGE, ...NAME })];
    const after = [entry('kubectl', 'Apply', NAME), entry('kubectl', 'Update', { ...IMAGE, 'f:env': { '.': {}, 'k:{"name":"A"}': {} } })];
    expect(given(after, before)).toEqual({ 'kubectl Apply': { ...NAME, ...IMAGE, 'f:env': { '.': {}, 'k:{"name":"A"}': {} } } });
  });

  test('go back to whom else they belonged, also where nothing else was left of it', () => {
    const before = [entry('kubectl', 'Apply', NAME), entry('labeller', 'Apply', IMAGE)];
    const after = [entry('kubectl', 'Apply', NAME), entry('kubectl', 'Update', IMAGE)];
    expect(given(after, before)).toEqual({ 'kubectl Apply': NAME, 'labeller Apply': IMAGE });
  });

  test('go to client-side apply where nobody applies on the server', () => {
    const before = [entry('kubectl-client-side-apply', 'Update', { ...IMAGE, ...NAME })];
    const after = [entry('kubectl-client-side-apply', 'Update', NAME), entry('kubectl', 'Update', IMAGE)];
    expect(given(after, before)).toEqual({ 'kubectl-client-side-apply Update': { ...NAME, ...IMAGE } });
  });

  test('go to kubectl’s apply where the owners before are not known any more', () => {
    const after = [entry('kubectl', 'Apply', NAME), entry('kubectl', 'Update', IMAGE)];
    expect(given(after, [])).toEqual({ 'kubectl Apply': { ...NAME, ...IMAGE } });
  });

  test('stay where they are when they belonged to such a patch before, or to nobody that applies', () => {
    const after = [entry('kubectl', 'Apply', NAME), entry('kubectl', 'Update', IMAGE)];
    expect(handedBack(after, after)).toEqual([]);
    expect(handedBack([entry('kubectl', 'Update', IMAGE), entry('helm', 'Update', NAME)], [])).toEqual([]);
    expect(handedBack([entry('kubectl', 'Apply', IMAGE)], [])).toEqual([]);
  });

  test('are not mixed with those of another version, or of a subresource', () => {
    const before = [
      entry('kubectl', 'Apply', IMAGE, { apiVersion: 'extensions/v1beta1' }),
      entry('kube-controller-manager', 'Update', IMAGE, { subresource: 'status' }),
    ];
    expect(handedBack([...before, entry('kubectl', 'Update', IMAGE)], before)).toEqual([]);
  });
});
