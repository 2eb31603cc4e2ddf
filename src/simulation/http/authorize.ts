/** Who may do what: tokens, and the rules of RBAC. */
import type { JsonObject } from '../../model/kube.ts';
import type { Api, Target } from '../api/api.ts';
import { ApiFailure, type Subject } from '../api/failure.ts';
import { isObject, listAt, textAt } from '../json.ts';

/** A user as a token names it. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** One thing that a user wants to do. */
export interface Attempt {
  readonly verb: string;
  readonly group: string;
  /** `pods`, `deployments/scale`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** Throws 401 for a token that nobody has. */
export function authenticate(users: ReadonlyMap<string, User>, header: string | undefined): User {
  const user = users.get(/^Bearer (.+)$/i.exec(header ?? '')?.[1] ?? '');
  if (user === undefined) throw new ApiFailure(401, 'Unauthorized', 'Unauthorized');
  return user;
}

/** The attempt that a verb on a target is. */
export function attemptOn(target: Target, verb: string): Attempt {
  const part = target.subresource === '' ? '' : `/${target.subresource}`;
  const isNamespace = target.resource.key === '/namespaces';
  return {
    verb,
    group: target.resource.group,
    resource: `${target.resource.plural}${part}`,
    namespace: isNamespace ? target.name : target.namespace,
    name: target.name,
  };
}

/** Throws 403 when no rule allows the attempt. */
export function authorize(api: Api, user: User, attempt: Attempt): void {
  if (isAllowed(api, user, attempt)) return;
  const { verb, group, resource, namespace, name } = attempt;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const plural = resource.split('/')[0] ?? '';
  const subject: Subject = { group, plural, kind: plural, name };
  const why = `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
  const text = `${plural}${group === '' ? '' : `.${group}`}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`;
  const details = { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: subject.plural };
  throw new ApiFailure(403, 'Forbidden', { message: text, details });
}

/** Whether a rule allows the attempt. */
export function isAllowed(api: Api, user: User, attempt: Attempt): boolean {
  if (user.groups.includes('system:masters')) return true;
  return rulesOf(api, user, attempt.namespace).some(rule => allows(rule, attempt));
}

/** The rules that hold for a user in a namespace. */
export function rulesFor(api: Api, user: User, namespace: string): readonly JsonObject[] {
  const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
  return user.groups.includes('system:masters') ? [all] : rulesOf(api, user, namespace);
}

function rulesOf(api: Api, user: User, namespace: string): readonly JsonObject[] {
  const group = 'rbac.authorization.k8s.io';
  const wide = api.store.list(`${group}/clusterrolebindings`, '');
  const narrow = namespace === '' ? [] : api.store.list(`${group}/rolebindings`, namespace);
  return [...wide, ...narrow]
    .filter(binding => binds(binding, user))
    .flatMap(binding => {
      const kind = textAt(binding, 'roleRef', 'kind') === 'Role' ? 'roles' : 'clusterroles';
      const role = api.store.get(`${group}/${kind}`, kind === 'roles' ? namespace : '', textAt(binding, 'roleRef', 'name'));
      return listAt(role, 'rules').filter(isObject);
    });
}

function binds(binding: JsonObject, user: User): boolean {
  return listAt(binding, 'subjects').some(subject => {
    const name = textAt(subject, 'name');
    if (textAt(subject, 'kind') === 'Group') return user.groups.includes(name);
    return (
      (textAt(subject, 'kind') === 'ServiceAccount' ? `system:serviceaccount:${textAt(subject, 'namespace')}:${name}` : name) === user.name
    );
  });
}

function allows(rule: JsonObject, attempt: Attempt): boolean {
  const has = (field: string, value: string): boolean => listAt(rule, field).includes('*') || listAt(rule, field).includes(value);
  const part = attempt.resource.split('/')[1];
  const resource = has('resources', attempt.resource) || (part !== undefined && listAt(rule, 'resources').includes(`*/${part}`));
  const names = listAt(rule, 'resourceNames');
  return has('verbs', attempt.verb) && has('apiGroups', attempt.group) && resource && (names.length === 0 || names.includes(attempt.name));
}
