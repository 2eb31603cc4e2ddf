/** What a plan, and the steps that will end it, have to be allowed to do. */
import { derived } from '../manifests/names.ts';
import { pluralOf } from '../manifests/plural.ts';
import { groupOf, keyOf, refOf } from '../manifests/refs.ts';
import type { KubeObject, Ref } from '../model/kube.ts';
import type { Operation } from '../model/operation.ts';
import type { Need } from '../model/permission.ts';
import type { App } from './app.ts';
import type { Prepared } from './prepare.ts';
import { plannedOperations } from './tell.ts';

/** Needs of the plan itself, of its reject, and of its promote, once each. */
export interface Needs {
  readonly now: readonly Need[];
  readonly back: readonly Need[];
  readonly onward: readonly Need[];
}

/** The writes that are planned, and those that they will have behind them. Reads are not among them: they come before every plan. */
export function needsOf({ plan, apps }: Pick<Prepared, 'plan' | 'apps'>): Needs {
  const operations = plannedOperations(plan, apps);
  const ends = apps.filter(({ stable }) => stable !== null).flatMap(app => endOf(app, operations));
  return {
    now: distinct([...operations.flatMap(needed), ...apps.flatMap(app => hidden(app, ['create']))]),
    back: distinct(ends),
    onward: distinct([...ends, ...apps.filter(({ stable }) => stable !== null).flatMap(filesOf)]),
  };
}

const need = (verb: string, { apiVersion, kind, namespace, name }: Omit<Ref, 'name'> & { readonly name: string | null }): Need => ({
  verb,
  group: groupOf(apiVersion),
  resource: pluralOf(kind),
  namespace: namespace ?? null,
  name,
});

function needed(operation: Operation): readonly Need[] {
  switch (operation.do) {
    case 'claim':
      return [need(operation.version === null ? 'create' : 'update', recordOf(operation.rollout.namespace, operation.rollout.workload))];
    case 'remember':
    case 'let-go':
      return [need('patch', recordOf(operation.rollout.namespace, operation.rollout.workload))];
    case 'create':
      return [need('create', { ...refOf(operation.object), name: null })];
    case 'replace':
      return [need('update', refOf(operation.object))];
    case 'apply':
    case 'restore':
      return [need('patch', refOf(operation.object))];
    case 'patch':
      return [need('patch', operation.ref)];
    case 'remove':
    case 'forget':
      return [need('delete', operation.ref)];
    default:
      return [];
  }
}

const recordOf = (namespace: string, workload: string): Ref => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace,
  name: derived(workload, 'rollout'),
});

/** Either end takes what the deploy made, and the record last. */
function endOf(app: App, operations: readonly Operation[]): readonly Need[] {
  const made = operations.flatMap(operation => (operation.do === 'create' ? [operation.object] : []));
  const record = recordOf(app.namespace, app.name);
  const ours = [...made, ...app.ours].filter(({ metadata }) => metadata.namespace === app.namespace);
  return [...ours.map(object => need('delete', refOf(object))), need('update', record), need('delete', record), ...hidden(app, ['delete'])];
}

/** Where Secrets are among the files one of ours stands beside the record. */
function hidden({ namespace, name, others }: App, verbs: readonly string[]): readonly Need[] {
  const secret = { apiVersion: 'v1', kind: 'Secret', namespace, name: derived(name, 'rollout') };
  if (!others.some(({ kind }) => kind === 'Secret')) return [];
  return verbs.map(verb => need(verb, { ...secret, name: verb === 'create' ? null : secret.name }));
}

/** Promote applies what the release changes. */
function filesOf({ file, others, live }: App): readonly Need[] {
  const isWritten = (object: KubeObject): boolean => object === file || live.changed.includes(keyOf(refOf(object)));
  const files = [...(file ? [file] : []), ...others].filter(({ metadata }) => metadata.name);
  return files.filter(isWritten).map(object => need('patch', refOf(object)));
}

const distinct = (needs: readonly Need[]): readonly Need[] => [...new Map(needs.map(each => [JSON.stringify(each), each])).values()];
