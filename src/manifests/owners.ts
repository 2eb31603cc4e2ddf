import type { KubeObject, ManagedField } from '../model/kube.ts';

/**
 * Whether the object is as kubectl's server-side apply left it. Others change owners with the first apply, and what client-side commands
 * wrote and the file lacks goes with it, which no dry run shows.
 */
export function isAppliedOnly({ metadata: { managedFields = [] } }: KubeObject): boolean {
  return managedFields.some(isOfApply) && !managedFields.some(isOfClientSide);
}

/** kubectl's server-side apply. */
export const isOfApply = ({ manager, operation, subresource }: ManagedField): boolean =>
  manager === 'kubectl' && operation === 'Apply' && !subresource;

const isOfClientSide = ({ manager = '', operation, subresource }: ManagedField): boolean =>
  /^kubectl(-|$)/.test(manager) && operation === 'Update' && !subresource;
