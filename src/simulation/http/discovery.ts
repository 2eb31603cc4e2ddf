/** The API's description of itself. */
import type { JsonObject } from '../../model/kube.ts';
import type { Registry } from '../api/api.ts';
import { preferredFirst } from '../objects/custom.ts';
import type { ServedResource } from '../schema/builtin.ts';
import { apiVersionOf, type Resource } from '../schema/resource.ts';

/** The answer to a path of discovery, or null when it is none. `aggregated`: everything in one list. */
export function discover(registry: Registry, path: string, aggregated: boolean): JsonObject | null {
  const known = ROOTS.get(path);
  if (known) return known(registry, aggregated);
  const [root, name = '', ...more] = path.split('/').slice(1);
  if (root !== 'apis') return null;
  return more.length > 0 ? resourceList(registry, [name, ...more].join('/')) : apiGroup(registry, name);
}

type Root = (registry: Registry, aggregated: boolean) => JsonObject | null;

/** Where every client begins. */
const ROOTS: ReadonlyMap<string, Root> = new Map<string, Root>([
  ['/version', () => version],
  [
    '/api',
    (registry, aggregated) =>
      aggregated
        ? groupDiscovery(registry, name => name === '')
        : { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] },
  ],
  ['/apis', (registry, aggregated) => (aggregated ? groupDiscovery(registry, isNamed) : groupList(registry))],
  ['/api/v1', registry => resourceList(registry, 'v1')],
]);

const isNamed = (group: string): boolean => group !== '';

const groupList = (registry: Registry): JsonObject => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groupNames(registry)
    .filter(isNamed)
    .map(name => group(registry, name)),
});

const apiGroup = (registry: Registry, name: string): JsonObject | null =>
  groupNames(registry).includes(name) ? { kind: 'APIGroup', apiVersion: 'v1', ...group(registry, name) } : null;

/** The release whose behaviour is simulated. */
const version: JsonObject = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.4+simulated',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'simulated/simulated',
};

function groupNames(registry: Registry): readonly string[] {
  return [...new Set(registry.all().map(resource => resource.group))];
}

function versionsOf(registry: Registry, name: string): readonly string[] {
  return preferredFirst([
    ...new Set(
      registry
        .all()
        .filter(r => r.group === name)
        .map(r => r.version),
    ),
  ]);
}

function group(registry: Registry, name: string): JsonObject {
  const versions = versionsOf(registry, name).map(v => ({ groupVersion: `${name}/${v}`, version: v }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(registry: Registry, groupVersion: string): JsonObject | null {
  const resources = registry.all().filter(resource => apiVersionOf(resource) === groupVersion);
  if (resources.length === 0) return null;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: resources.flatMap(r => [listed(r), ...r.subresources.map(sub => listedPart(r, sub))]),
  };
}

function listed(resource: Resource): JsonObject {
  const { plural: name, singular: singularName, namespaced, kind, verbs } = resource;
  return {
    name,
    singularName,
    namespaced,
    kind,
    verbs,
    ...optional('shortNames', resource.shortNames),
    ...optional('categories', resource.categories),
  };
}

function listedPart(resource: Resource, sub: ServedResource): JsonObject {
  const foreign = sub.group === resource.group && sub.version === resource.version ? {} : { group: sub.group, version: sub.version };
  return { name: sub.name, singularName: '', namespaced: sub.namespaced, ...foreign, kind: sub.kind, verbs: sub.verbs };
}

function optional(key: string, values: readonly string[]): JsonObject {
  return values.length === 0 ? {} : { [key]: values };
}

function groupDiscovery(registry: Registry, wanted: (name: string) => boolean): JsonObject {
  const items = groupNames(registry)
    .filter(wanted)
    .map(name => ({
      metadata: { name, creationTimestamp: null },
      versions: versionsOf(registry, name).map(v => ({
        version: v,
        resources: registry
          .all()
          .filter(r => r.group === name && r.version === v)
          .map(described),
        freshness: 'Current',
      })),
    }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function described(resource: Resource): JsonObject {
  const { group: name, version: v, kind } = resource;
  const subresources = resource.subresources.map(sub => ({
    subresource: sub.name.slice(resource.plural.length + 1),
    responseKind: { group: sub.group, version: sub.version, kind: sub.kind },
    verbs: sub.verbs,
  }));
  return {
    resource: resource.plural,
    responseKind: { group: name, version: v, kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...optional('shortNames', resource.shortNames),
    ...optional('categories', resource.categories),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}
