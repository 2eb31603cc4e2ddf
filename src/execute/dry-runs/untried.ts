/** Files in dry runs, and what they are refused with that says nothing about the file yet. */
import { RolloutError } from '../../errors.ts';
import { groupOf } from '../../manifests/refs.ts';
import type { ApplyOptions, Cluster, KubeObject } from '../../model/kube.ts';
import { missingNamespace } from './refused.ts';

/** A file as the API server would store it; one without a name gets one that the server makes up. */
export const tried = (object: KubeObject, cluster: Cluster, options: ApplyOptions & { readonly dryRun: boolean }): Promise<KubeObject> =>
  object.metadata.name ? cluster.apply(object, options) : cluster.create(object, options);

/** What needs a namespace, a definition, an account or a role that these files bring cannot be tried yet; `coming` are those that are not there. */
export function waitsFor(coming: readonly KubeObject[], object: KubeObject, error: unknown): boolean {
  if (!(error instanceof RolloutError)) return false;
  const isLost = missingNamespace(error) !== null;
  const isBringing = (other: KubeObject): boolean => {
    if (other.kind === 'Namespace') return other.metadata.name === object.metadata.namespace;
    // Beside the namespace the refusal names the file itself, and another may have that name.
    if (isLost) return false;
    if (other.kind === 'CustomResourceDefinition') return other.spec?.group === groupOf(object.apiVersion);
    return other !== object && error.message.includes(other.metadata.name);
  };
  return ['NOT_FOUND', 'NOT_SERVED', 'FORBIDDEN'].includes(error.code) && coming.some(isBringing);
}

/** Webhooks that take no dry runs, or that answer once these files run. The write itself will tell. */
export const isPassing = (error: unknown): boolean =>
  error instanceof RolloutError && (error.code === 'API_ERROR' || /does not support dry run/.test(error.message));
