/** What the cluster serves: resources, built-in and from CRDs. */
import type { JsonObject } from '../../model/kube.ts';
import { builtinResources, builtinType, type ServedResource } from './builtin.ts';
import type { Schema } from './schema.ts';

/** One resource of one group version, with everything that serving it needs. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly ServedResource[];
  readonly schema: Schema;
  /** The place in the store: the same for all versions of a resource. */
  readonly key: string;
  /** What only a custom resource has. */
  readonly custom: CustomResource | null;
}

/** What only a custom resource has. */
export interface CustomResource {
  readonly openapi: JsonObject;
  readonly printerColumns: readonly JsonObject[];
  readonly hasStatus: boolean;
  /** Versions in order of preference; the first serves discovery's preferredVersion. */
  readonly versions: readonly string[];
}

/** `apps/v1`, `v1`. */
export function apiVersionOf(resource: Pick<Resource, 'group' | 'version'>): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** Whether the object itself and its status are written apart. */
export function hasSubresource(resource: Resource, name: string): boolean {
  return resource.subresources.some(subresource => subresource.name === `${resource.plural}/${name}`);
}

/** The resources of every cluster. */
export function builtinServed(): readonly Resource[] {
  return builtinResources.filter(resource => !resource.name.includes('/') && isSimulated(resource)).map(builtinResource);
}

/** Second versions of what is stored once, and what has no objects, are not simulated. */
function isSimulated({ group, version, name }: ServedResource): boolean {
  if (group === 'events.k8s.io' || (group === 'autoscaling' && version === 'v1')) return false;
  return !['bindings', 'componentstatuses', 'localsubjectaccessreviews', 'subjectaccessreviews'].includes(name);
}

function builtinResource(served: ServedResource): Resource {
  const groupVersion = served.group === '' ? served.version : `${served.group}/${served.version}`;
  return {
    group: served.group,
    version: served.version,
    plural: served.name,
    singular: served.singular ?? '',
    kind: served.kind,
    namespaced: served.namespaced,
    verbs: served.verbs,
    shortNames: served.shortNames ?? [],
    categories: served.categories ?? [],
    subresources: builtinResources.filter(sub => sub.of === groupVersion && sub.name.startsWith(`${served.name}/`)),
    schema: builtinType(served.type ?? ''),
    key: `${served.name === 'events' ? 'events.k8s.io' : served.group}/${served.name}`,
    custom: null,
  };
}
