/** What a plan, and the steps that will end it, have to be allowed to do. */
import { isSettled } from '../manifests/owned.ts';
import { goesWithJob, isBrought } from '../manifests/phases.ts';
import { recordName } from '../manifests/record.ts';
import { keyOf, refOf } from '../manifests/refs.ts';
import { bySome } from '../model/cases.ts';
import type { KubeObject, Ref } from '../model/kube.ts';
import type { Live } from '../model/live.ts';
import type { Operation } from '../model/operation.ts';
import type { KindNeed } from '../model/permission.ts';
import type { Rollout } from '../model/record.ts';
import { namespacesToCreate } from './operations/namespaces.ts';
import type { Prepared } from './prepare.ts';
import { plannedOperations } from './words/tell.ts';
import type { App } from './world/app.ts';

/** Needs of the plan itself, of its reject, and of its promote. */
export interface Needs {
  readonly now: readonly KindNeed[];
  readonly back: readonly KindNeed[];
  readonly onward: readonly KindNeed[];
}

/**
 * The writes that are planned, and those that they will have behind them. Reads are not among them: they come before every plan. What is in a namespace
 * that is only coming is asked about when it is there: whoever creates one may get rights in it by that.
 */
export function needsOf({ plan, apps }: Pick<Prepared, 'plan' | 'apps'>): Needs {
  const operations = plannedOperations(plan, apps);
  const ends = apps.filter(({ stable }) => stable !== null).flatMap(app => endOf(app, operations));
  const brought = namespacesToCreate(apps);
  const coming = brought.map(({ object }) => object.metadata.name);
  const isKnown = ({ namespace }: KindNeed): boolean => namespace === null || !coming.includes(namespace);
  return {
    now: [
      ...brought.flatMap(operation => needed(operation, undefined)),
      ...operations.flatMap(operation => needed(operation, apps[0]?.live)),
      ...apps.flatMap(app => hidden(app, ['create'])),
      ...apps.flatMap(({ phases, live }) => phases.flatMap(file => ofPhase(file, live))),
    ].filter(isKnown),
    back: ends,
    onward: [...ends, ...apps.filter(({ stable }) => stable !== null).flatMap(filesOf)],
  };
}

const need = (verb: string, { apiVersion, kind, namespace, name }: Omit<Ref, 'name'> & { readonly name: string | null }): KindNeed => ({
  verb,
  apiVersion,
  kind,
  namespace: namespace ?? null,
  name,
});

/** An apply of an object that is not there is a create too. */
function applied(object: KubeObject, live: Pick<Live, 'objects'> | undefined): readonly KindNeed[] {
  const ref = refOf(object);
  if (!object.metadata.name) return [need('create', { ...ref, name: null })];
  return [need('patch', ref), ...(live?.objects[keyOf(ref)] ? [] : [need('create', ref)])];
}

/** A Job that runs at a moment is made, awaited and removed. */
const ofJob = (file: KubeObject): readonly KindNeed[] =>
  ['get', 'list', 'watch', 'create', 'patch', 'delete'].map(verb => need(verb, { ...refOf(file), name: null }));

/** What a Job needs is applied before it, and removed behind it where its policy says so. */
const ofPhase = (file: KubeObject, live: Pick<Live, 'objects'>): readonly KindNeed[] =>
  isBrought(file) ? [...applied(file, live), ...(goesWithJob(file) ? [need('delete', refOf(file))] : [])] : ofJob(file);

/**
 * Needs of a deploy in place: of files that are not as they should be, and not in a namespace that is only coming.
 */
export function needsInPlace(operations: readonly Operation[], live: Pick<Live, 'objects'>): Needs {
  const isThere = (object: KubeObject): boolean => live.objects[keyOf(refOf(object))] !== undefined;
  const files = operations.flatMap(operation => fileOf(operation) ?? []);
  const coming = files.filter(file => file.kind === 'Namespace' && !isThere(file)).map(({ metadata }) => metadata.name);
  const isDue = (operation: Operation): boolean => {
    const file = fileOf(operation);
    const now = file && live.objects[keyOf(refOf(file))];
    return !coming.includes(file?.metadata.namespace ?? '') && !(file && now && isSettled(file, now));
  };
  return { now: operations.filter(isDue).flatMap(operation => needed(operation, live)), back: [], onward: [] };
}

/** The file that an operation brings into the cluster. */
const fileOf = bySome<'do', Operation, 'apply' | 'create' | 'run-job' | 'apply-parent', [], KubeObject | null>(
  'do',
  {
    apply: ({ object }) => object,
    create: ({ object }) => object,
    'run-job': ({ due }) => due.file,
    'apply-parent': ({ parent }) => parent,
  },
  () => null,
);

/** What these operations have to be allowed to do, as they stand by themselves. */
export const needsFor = (operations: readonly Operation[]): readonly KindNeed[] =>
  operations.flatMap(operation => needed(operation, undefined));

type Writing =
  | 'claim'
  | 'renew'
  | 'remember'
  | 'let-go'
  | 'create'
  | 'replace'
  | 'apply'
  | 'restore'
  | 'patch'
  | 'remove'
  | 'forget'
  | 'run-job'
  | 'hand-back'
  | 'prune'
  | 'apply-parent'
  | 'bring';

const noted = ({ rollout }: { readonly rollout: Rollout }): readonly KindNeed[] => [need('patch', recordOf(rollout))];
const removed = ({ ref }: { readonly ref: Ref }): readonly KindNeed[] => [need('delete', ref)];

const needed = bySome<'do', Operation, Writing, [live: Pick<Live, 'objects'> | undefined], readonly KindNeed[]>(
  'do',
  {
    renew: ({ ref: { namespace } }) => [need('delete', { apiVersion: 'v1', kind: 'Pod', ...(namespace ? { namespace } : {}), name: null })],
    claim: ({ version, rollout }) => [need(version === null ? 'create' : 'update', recordOf(rollout))],
    remember: noted,
    'let-go': noted,
    create: ({ object }) => [need('create', { ...refOf(object), name: null })],
    replace: ({ object }) => [need('update', refOf(object))],
    apply: ({ object }, live) => applied(object, live),
    restore: ({ object }) => [need('patch', refOf(object))],
    patch: ({ ref }) => [need('patch', ref)],
    remove: removed,
    forget: removed,
    'run-job': ({ due }) => ofJob(due.file),
    'hand-back': ({ ref }) => [need('patch', ref)],
    prune: removed,
    bring: ({ object }) => applied(object, undefined),
    'apply-parent': ({ parent, isNew }) => [
      need('patch', refOf(parent)),
      ...(isNew ? [need('create', { ...refOf(parent), name: null })] : []),
    ],
  },
  () => [],
);

const recordOf = ({ namespace, workload }: Pick<Rollout, 'namespace' | 'workload'>): Ref => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace,
  name: recordName(workload),
});

/** Either end takes what the deploy made, and the record last. */
function endOf(app: App, operations: readonly Operation[]): readonly KindNeed[] {
  const made = operations.flatMap(operation => (operation.do === 'create' ? [operation.object] : []));
  const record = recordOf({ namespace: app.namespace, workload: app.name });
  const ours = [...made, ...app.ours].filter(({ metadata }) => metadata.namespace === app.namespace);
  return [...ours.map(object => need('delete', refOf(object))), need('update', record), need('delete', record), ...hidden(app, ['delete'])];
}

/** Where Secrets are among the files one of ours stands beside the record. */
function hidden({ namespace, name, others, phases }: App, verbs: readonly string[]): readonly KindNeed[] {
  const secret = { apiVersion: 'v1', kind: 'Secret', namespace, name: recordName(name) };
  if (![...others, ...phases].some(({ kind }) => kind === 'Secret')) return [];
  return verbs.map(verb => need(verb, { ...secret, name: verb === 'create' ? null : secret.name }));
}

/** Promote applies what the release changes. */
function filesOf({ file, others, live }: App): readonly KindNeed[] {
  const isWritten = (object: KubeObject): boolean => object === file || live.changed.includes(keyOf(refOf(object)));
  const files = [...(file ? [file] : []), ...others].filter(({ metadata }) => metadata.name);
  return files.filter(isWritten).flatMap(object => applied(object, live));
}
