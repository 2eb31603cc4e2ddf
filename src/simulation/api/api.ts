/** What the parts of the simulated API server share. */
import type { JsonObject } from '../../model/kube.ts';
import type { Clock } from '../clock.ts';
import { textAt } from '../json.ts';
import { apiVersionOf, type Resource } from '../schema/resource.ts';
import type { Store } from '../store/store.ts';
import type { Subject } from './failure.ts';
import type { Random } from './random.ts';

/** The API server without its HTTP: objects, time, what is served, lots. */
export interface Api {
  readonly store: Store;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly random: Random;
}

/** The resources that are served now. */
export interface Registry {
  all(): readonly Resource[];
  byPlural(group: string, version: string, plural: string): Resource | undefined;
  byKind(apiVersion: string, kind: string): Resource | undefined;
  /** The preferred version of what is stored under a key. */
  byKey(key: string): Resource | undefined;
  /** Serves a CRD's resources instead of those that it served before. */
  serve(crd: string, resources: readonly Resource[]): void;
}

/** What a request is about. `name` is empty for a collection, `subresource` for the object itself. */
export interface Target {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** A write as it was asked for: of what, and how. */
export interface Asked {
  readonly target: Target;
  readonly options: WriteOptions;
}

/** How a write is meant, and by whom. */
export interface WriteOptions {
  readonly manager: string;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly validation: 'Ignore' | 'Warn' | 'Strict';
  /** Where warnings go that do not stop the write. */
  readonly warn: (text: string) => void;
}

/** The registry over the built-in resources. */
export function createRegistry(builtins: readonly Resource[]): Registry {
  const custom = new Map<string, readonly Resource[]>();
  // Every request asks, and what is served rarely changes.
  let index = indexOf(builtins);
  return {
    all: () => index.all,
    byPlural: (group, version, plural) => index.byPlural.get(`${group}/${version}/${plural}`),
    byKind: (apiVersion, kind) => index.byKind.get(`${apiVersion}/${kind}`),
    byKey: key => index.byKey.get(key),
    serve: (crd, resources) => {
      if (resources.length === 0) custom.delete(crd);
      else custom.set(crd, resources);
      index = indexOf([...builtins, ...[...custom.values()].flat()]);
    },
  };
}

interface Index {
  readonly all: readonly Resource[];
  readonly byPlural: ReadonlyMap<string, Resource>;
  readonly byKind: ReadonlyMap<string, Resource>;
  readonly byKey: ReadonlyMap<string, Resource>;
}

/** Of several resources with one name the first counts. */
function indexOf(all: readonly Resource[]): Index {
  const by = (nameOf: (resource: Resource) => string, some = all): ReadonlyMap<string, Resource> =>
    new Map(some.map(resource => [nameOf(resource), resource] as const).reverse());
  return {
    all,
    byPlural: by(({ group, version, plural }) => `${group}/${version}/${plural}`),
    byKind: by(resource => `${apiVersionOf(resource)}/${resource.kind}`),
    byKey: by(
      ({ key }) => key,
      all.filter(({ custom, version }) => custom === null || custom.versions[0] === version),
    ),
  };
}

/** The target of an object's own kind and name. */
export function targetOf(resource: Resource, object: JsonObject): Target {
  return { resource, namespace: textAt(object, 'metadata', 'namespace'), name: textAt(object, 'metadata', 'name'), subresource: '' };
}

/** The target as error messages name it. */
export function subjectOf(target: Target, name = target.name): Subject {
  const { group, plural, kind } = target.resource;
  return { group, plural, kind, name };
}

/** The stored object in the version of the resource asked for. */
export function inVersion(resource: Resource, object: JsonObject): JsonObject {
  const apiVersion = apiVersionOf(resource);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/** Now, as the API writes times: whole seconds in UTC. */
export function timestamp(clock: Clock): string {
  return `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
}
