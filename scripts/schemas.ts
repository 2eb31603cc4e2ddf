/** Writes src/simulation/schema/builtins.json from the OpenAPI documents of a real API server: `KUBECONFIG=... tsx scripts/schemas.ts`. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** The groups that the simulated cluster serves. */
const groups = [
  'api/v1',
  'apis/apps/v1',
  'apis/batch/v1',
  'apis/autoscaling/v1',
  'apis/autoscaling/v2',
  'apis/policy/v1',
  'apis/networking.k8s.io/v1',
  'apis/rbac.authorization.k8s.io/v1',
  'apis/discovery.k8s.io/v1',
  'apis/coordination.k8s.io/v1',
  'apis/events.k8s.io/v1',
  'apis/authorization.k8s.io/v1',
  'apis/apiextensions.k8s.io/v1',
  'apis/admissionregistration.k8s.io/v1',
  'apis/apiregistration.k8s.io/v1',
  'apis/scheduling.k8s.io/v1',
  'apis/storage.k8s.io/v1',
];

interface Property {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly allOf?: readonly Property[];
  readonly oneOf?: readonly unknown[];
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly group: string; readonly version: string; readonly kind: string }[];
}

interface ServedResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

const ignored = /(^|\.)(DeleteOptions|WatchEvent|APIResource|APIResourceList|.*List)$/;

function main(): void {
  const schemas: Record<string, Property> = {};
  for (const group of groups)
    Object.assign(schemas, read<{ components: { schemas: Record<string, Property> } }>(`/openapi/v3/${group}`).components.schemas);
  const types = Object.fromEntries(
    Object.entries(schemas)
      .filter(([name]) => !ignored.test(name) || name.endsWith('.LimitRangeList'))
      .map(([name, schema]) => [typeName(name), typeOf(schema)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  const resources = groups.flatMap(group => served(group, schemas));
  writeFileSync(new URL('../src/simulation/schema/builtins.json', import.meta.url), `${JSON.stringify({ types, resources }, null, 2)}\n`);
}

function read<T>(path: string): T {
  return JSON.parse(execFileSync('kubectl', ['get', '--raw', path], { encoding: 'utf8', maxBuffer: 1 << 26 })) as T;
}

/** `io.k8s.api.core.v1.Container` -> `core.v1.Container`. */
function typeName(name: string): string {
  return name
    .replace(/^.*schemas\//, '')
    .replace(
      /^io\.k8s\.(api|apimachinery\.pkg\.apis|apimachinery\.pkg|apiextensions-apiserver\.pkg\.apis|kube-aggregator\.pkg\.apis)\./,
      '',
    );
}

function typeOf(schema: Property): string | Record<string, string> {
  if (schema.properties === undefined) return expression(schema);
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties).map(([name, property]) => [name, field(property, required.has(name))] as const);
  return Object.fromEntries([...(schema['x-kubernetes-map-type'] === 'atomic' ? [['', 'atomic'] as const] : []), ...fields]);
}

function field(property: Property, required: boolean): string {
  const key = property['x-kubernetes-patch-merge-key'];
  return [
    expression(property),
    ...(required ? ['!'] : []),
    ...(key === undefined ? [] : [`@${key}`]),
    ...(property.default === undefined ? [] : [`=${JSON.stringify(property.default)}`]),
  ].join(' ');
}

/** `~` atomic, `[keys]T` list (`[]` atomic, `[*]` set), `{T}` map. */
function expression(property: Property): string {
  const ref = property.$ref ?? property.allOf?.[0]?.$ref;
  if (ref !== undefined) return `${atomic(property)}${scalarRef(typeName(ref))}`;
  if (property.format === 'int-or-string') return 'intOrString';
  if (property.type === 'array') return `[${listKeys(property)}]${expression(property.items ?? {})}`;
  if (property.type === 'object')
    return property.additionalProperties === undefined ? 'any' : `${atomic(property)}{${expression(property.additionalProperties)}}`;
  return scalar(property);
}

function scalar({ type = 'any', format }: Property): string {
  if (type !== 'integer') return type;
  return format === 'int64' ? 'int64' : 'int32';
}

function atomic(property: Property): string {
  return property['x-kubernetes-map-type'] === 'atomic' ? '~' : '';
}

function listKeys(property: Property): string {
  if (property['x-kubernetes-list-type'] === 'set') return '*';
  return property['x-kubernetes-list-type'] === 'map' ? (property['x-kubernetes-list-map-keys'] ?? []).join(',') : '';
}

function scalarRef(name: string): string {
  const scalars: Readonly<Record<string, string>> = {
    'util.intstr.IntOrString': 'intOrString',
    'api.resource.Quantity': 'quantity',
    'meta.v1.Time': 'time',
    'meta.v1.MicroTime': 'time',
    'meta.v1.FieldsV1': 'any',
    'runtime.RawExtension': 'any',
  };
  return scalars[name] ?? name;
}

function served(path: string, schemas: Readonly<Record<string, Property>>): unknown[] {
  const list = read<{ groupVersion: string; resources: readonly ServedResource[] }>(`/${path}`);
  const [group, version] = list.groupVersion.includes('/') ? list.groupVersion.split('/') : ['', list.groupVersion];
  return list.resources.map(resource => {
    const { singularName: singular, ...rest } = resource;
    const kind = { group: resource.group ?? group, version: resource.version ?? version, kind: resource.kind };
    const type = Object.entries(schemas).find(([, s]) =>
      s['x-kubernetes-group-version-kind']?.some(k => k.group === kind.group && k.version === kind.version && k.kind === kind.kind),
    );
    const { storageVersionHash: _, ...entry } = rest as typeof rest & { storageVersionHash?: string };
    return {
      ...entry,
      group: kind.group,
      version: kind.version,
      ...(resource.name.includes('/') ? { of: list.groupVersion } : { singular }),
      type: type && typeName(type[0]),
    };
  });
}

main();
