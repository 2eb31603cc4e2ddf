import { RolloutError } from '../errors.ts';
import type { JsonObject } from './kube.ts';

/** What a role would have to grant, and to whom. */
export interface Permission {
  /** The login as the API server names it, in quotes; "This login" where it does not. */
  readonly who: string;
  readonly verb: string;
  /** "" is the core group. */
  readonly group: string;
  /** As RBAC spells it: "deployments". */
  readonly resource: string;
  /** null: of the whole cluster. */
  readonly namespace: string | null;
  /** null: not about one of them. */
  readonly name: string | null;
}

/** A permission, whoever needs it. */
export type Need = Omit<Permission, 'who'>;

/** A need whose kind is not spelled as RBAC spells it yet. */
export interface KindNeed extends Pick<Need, 'verb' | 'namespace' | 'name'> {
  /** "split.smi-spec.io/" stands for whichever version is served. */
  readonly apiVersion: string;
  readonly kind: string;
  /** "log" of "pods/log"; not given: the object itself. */
  readonly part?: string;
}

/** A cluster that can be asked what its login may do, and as whom it knows it. */
export interface Reviewing {
  /** The `status` of the answer; throws what the API server refuses. Nothing is stored. Absent where nobody can be asked. */
  review?(kind: 'SelfSubjectRulesReview' | 'SelfSubjectAccessReview' | 'SelfSubjectReview', spec: JsonObject): Promise<JsonObject>;
}

/** FORBIDDEN for want of permissions: what may not be done, and the rules that would allow it, once each. */
export class MissingPermissions extends RolloutError {
  constructor(
    readonly missing: readonly [Permission, ...Permission[]],
    options?: ErrorOptions,
  ) {
    super('FORBIDDEN', `${missing[0].who} may not ${deedsOf(missing)}.`, `Add to its ${rolesOf(missing)}`, options);
  }

  /** The same, where the server was asked about a name that it makes up. */
  about(name: string): MissingPermissions {
    const [first, ...more] = this.missing;
    return new MissingPermissions([{ ...first, name }, ...more.map(permission => ({ ...permission, name }))], { cause: this });
  }
}

/** A request in words: 'get secrets "x" in namespace "y"'. */
export const deed = (permission: Need): string => `${permission.verb} ${object(permission)}${place(permission)}`;

const object = ({ group, resource, name }: Need): string =>
  `${resource}${group === '' ? '' : `.${group}`}${name === null ? '' : ` "${name}"`}`;

const place = ({ namespace }: Pick<Permission, 'namespace'>): string => (namespace === null ? '' : ` in namespace "${namespace}"`);

/** One place after the other, and in each one verb after the other. */
function deedsOf(missing: readonly Permission[]): string {
  const inPlace = grouped(missing, place).map(([where, there]) => {
    const verbs = grouped(there, ({ verb }) => verb).map(([verb, alike]) => `${verb} ${distinct(alike.map(object)).join(', ')}`);
    return `${verbs.join(', nor ')}${where}`;
  });
  return inPlace.join('; nor ');
}

function rolesOf(missing: readonly Permission[]): string {
  const roles = grouped(missing, ({ namespace }) => (namespace === null ? 'ClusterRole' : 'Role'));
  return roles.map(([role, its]) => `${role}: ${rulesOf(its).join(', ')}`).join('; to its ');
}

/** Resources that lack the same verbs share a rule, within their group: a rule of several groups would grant more. */
function rulesOf(missing: readonly Permission[]): readonly string[] {
  const resources = grouped(missing, ({ group, resource }) => `${group}/${resource}`).map(([, alike]) => ({
    ...alike[0],
    verbs: listed(alike.map(({ verb }) => verb)),
  }));
  return grouped(resources, ({ group, verbs }) => `"${group}" ${verbs}`).map(
    ([, [first, ...more]]) =>
      `{apiGroups: ["${first.group}"], resources: ${listed([first, ...more].map(({ resource }) => resource))}, verbs: ${first.verbs}}`,
  );
}

const listed = (words: readonly string[]): string =>
  `[${distinct(words)
    .map(word => `"${word}"`)
    .join(', ')}]`;

const distinct = (words: readonly string[]): readonly string[] => [...new Set(words)];

function grouped<Item>(items: readonly Item[], by: (item: Item) => string): readonly (readonly [string, readonly [Item, ...Item[]]])[] {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const group = groups.get(by(item));
    if (group) group.push(item);
    else groups.set(by(item), [item]);
  }
  return [...groups];
}
