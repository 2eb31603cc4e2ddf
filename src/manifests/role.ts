/** Rights as the YAML that `kubectl apply` takes. */
import type { Need } from '../model/permission.ts';

/** Verbs on one resource. `names` empty: on all of its objects. */
export interface Right {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  readonly names: readonly string[];
}

/** What a Role is called. `namespace` null: a ClusterRole. */
export interface RoleName {
  readonly name: string;
  readonly namespace: string | null;
}

/** One document. Resources of a group that have the same verbs and names share a rule. */
export function roleYaml({ name, namespace }: RoleName, rights: readonly Right[]): string {
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${namespace === null ? 'ClusterRole' : 'Role'}`,
    'metadata:',
    `  name: ${name}`,
    ...(namespace === null ? [] : [`  namespace: ${namespace}`]),
    'rules:',
    ...shared(merged(rights)).flatMap(ruleLines),
  ].join('\n');
}

interface Rule extends Omit<Right, 'resource'> {
  readonly resources: readonly string[];
}

/** Every verb on the same objects in one right. */
function merged(rights: readonly Right[]): readonly Right[] {
  const alike = new Map<string, Right>();
  for (const right of rights) {
    const key = JSON.stringify([right.group, right.resource, right.names]);
    alike.set(key, { ...right, verbs: inOrder([...(alike.get(key)?.verbs ?? []), ...right.verbs]) });
  }
  return [...alike.values()];
}

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

const inOrder = (verbs: readonly string[]): readonly string[] => VERBS.filter(verb => verbs.includes(verb));

function shared(rights: readonly Right[]): readonly Rule[] {
  const rules = new Map<string, Rule>();
  for (const { resource, ...right } of rights) {
    const key = JSON.stringify([right.group, right.verbs, right.names]);
    rules.set(key, { ...right, resources: [...(rules.get(key)?.resources ?? []), resource] });
  }
  return [...rules.values()];
}

const ruleLines = ({ group, resources, verbs, names }: Rule): readonly string[] => [
  `  - apiGroups: ${listed([group])}`,
  `    resources: ${listed(resources)}`,
  ...(names.length === 0 ? [] : [`    resourceNames: ${listed(names)}`]),
  `    verbs: ${listed(verbs)}`,
];

/** Names that YAML would take for something else stand in quotes. */
const listed = (words: readonly string[]): string =>
  `[${words.map(word => (/^[a-z][a-z0-9./-]*$/.test(word) && !['true', 'false', 'null', 'yes', 'no', 'on', 'off'].includes(word) ? word : JSON.stringify(word))).join(', ')}]`;

/** What these needs come to: a document for each namespace, Secrets by name where one is known. */
export function rolesFor(needs: readonly Need[], name: string): string {
  const namespaces = [...new Set(needs.map(({ namespace }) => namespace))];
  return namespaces
    .map(namespace => {
      const own = needs.filter(need => need.namespace === namespace);
      return roleYaml({ name, namespace }, own.map(rightOf));
    })
    .join('\n---\n');
}

/** No name is known of what the API server is still to make. */
const rightOf = ({ verb, group, resource, name }: Need): Right => ({
  group,
  resource,
  verbs: [verb],
  names: resource === 'secrets' && name !== null ? [name] : [],
});
