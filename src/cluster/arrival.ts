import type { PatchOperation } from '../model/kube.ts';
import { fieldsOf } from './kubeconfig-fields.ts';
import { valueAt } from './pointer.ts';

/** True when everything that `sent` says is in `live`: the server adds defaults, and nothing else. */
export function isWithin(sent: unknown, live: unknown): boolean {
  if (Array.isArray(sent)) {
    return Array.isArray(live) && sent.length === live.length && sent.every((entry, index) => isWithin(entry, live[index]));
  }
  const fields = fieldsOf(sent);
  if (fields === null) return sent === live || (sent === null && live === undefined);
  const there = fieldsOf(live) ?? {};
  return Object.entries(fields).every(([key, value]) => value === undefined || isEmpty(value, there[key]) || isWithin(value, there[key]));
}

/** True when the outcome of the operations is in `live`. */
export function patched(live: unknown, operations: readonly PatchOperation[]): boolean {
  return operations.every(operation => isDone(live, operation));
}

function isDone(live: unknown, operation: PatchOperation): boolean {
  switch (operation.op) {
    case 'test':
      return true;
    case 'remove':
      return valueAt(live, operation.path) === undefined;
    case 'add':
    case 'replace':
      return operation.path === '/metadata/resourceVersion' || isWithin(operation.value, valueAt(live, operation.path));
  }
}

// The API drops empty maps and lists.
function isEmpty(sent: unknown, live: unknown): boolean {
  return live === undefined && typeof sent === 'object' && sent !== null && Object.keys(sent).length === 0;
}
