import type { PatchOperation } from '../model/kube.ts';
import { isWithin } from '../model/within.ts';
import { valueAt } from './pointer.ts';

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
