import type { JsonObject, KubeObject, PatchOperation } from '../model/kube.ts';
import { record } from './json.ts';

/** The object as a patch of ours leaves it, its tests aside: for places in objects, not in lists. */
export const patchedBy = (object: KubeObject, operations: readonly PatchOperation[]): KubeObject =>
  operations.reduce((now, operation) => (operation.op === 'test' ? now : placed(now, operation)), object);

const placed = (object: KubeObject, { path, ...operation }: PatchOperation): KubeObject => ({
  ...object,
  ...put(object, path.split('/').slice(1).map(unescaped), 'value' in operation ? operation.value : undefined),
});

function put(fields: Readonly<Record<string, unknown>>, [key = '', ...below]: readonly string[], value: unknown): JsonObject {
  const { [key]: before, ...others } = fields;
  const now = below.length > 0 ? put(record(before), below, value) : value;
  return { ...others, ...(now === undefined ? {} : { [key]: now }) } as JsonObject;
}

/** A key as RFC 6901 spells it in a pointer. */
export const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

const unescaped = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~');
