import { RolloutError } from '../../errors.ts';
import { at, records as fieldsOf, text } from '../../manifests/json.ts';
import { APPLICATION, isOurs, ourLabels, VARIANT } from '../../manifests/names.ts';
import { nameOfVersion, versionsOf } from '../../manifests/versions.ts';
import type { KubeObject, ManagedField } from '../../model/kube.ts';
import type { Live } from '../../model/live.ts';
import type { Rollout, Version } from '../../model/record.ts';
import type { Inputs, Request } from '../../model/request.ts';
import { isDeployment } from '../../workloads/deployment.ts';
import { isStatefulSet } from '../../workloads/stateful-set.ts';
import { type Target, targetFor } from './belongings.ts';

/**
 * What an action without files means: the rollouts of this run, or the only open one of the namespace. A person's run lasts as long as the
 * machine, so it tells less than a pipeline's: of several releases the person has to name one.
 * @throws RolloutError SEVERAL_ROLLOUTS.
 */
export function openTargets(request: Request, records: readonly Rollout[], live: Live): readonly Target[] {
  const { namespace, inputs, run } = request;
  const open = openRollouts(request, records).filter(record => isNamed(record, inputs));
  const called = (record: Rollout): readonly Version[] =>
    versionsOf(record).filter(version => inputs.variantName === null || nameOfVersion(version) === inputs.variantName);
  const named = open.filter(record => called(record).length > 0);
  const own = named.filter(record => called(record).some(({ run: opened }) => opened.id === run.id));
  const meant = own.length > 0 ? own : named.length > 0 ? named : open;
  const isPerson = run.interactive === true && inputs.application === null;
  const groupOf = (record: Rollout): string => {
    const versions = called(record);
    const version = versions.find(({ run: opened }) => opened.id === run.id) ?? versions[0] ?? record;
    return isPerson ? `${version.run.id} ${version.release}` : version.run.id;
  };
  const groups = new Set(own.length > 0 && !isPerson ? [] : meant.map(groupOf));
  if (groups.size > 1) {
    throw new RolloutError(
      'SEVERAL_ROLLOUTS',
      `several rollouts are open in namespace ${namespace}: ${meant.map(({ workload, run: opened }) => `${workload} (${opened.name})`).join(', ')}`,
      'Name one with its manifests or with application.',
    );
  }
  const targets = meant.map(targetFor);
  return (targets.length > 0 ? targets : leftOver(request, records, live).map(({ name }) => ({ name, namespace }))).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

/** Whether the inputs mean a rollout: by its application and its workload, where they name any. */
export const isNamed = (
  { application, workload }: Pick<Rollout, 'application' | 'workload'>,
  { application: asked, workloads }: Pick<Inputs, 'application' | 'workloads'>,
): boolean => (asked === null || application === asked) && (workloads.length === 0 || workloads.includes(workload));

/** "no rollout of application nope is open in namespace default; open are: shop (web)" */
export function nothingOpen(request: Request, records: readonly Rollout[]): string {
  const { namespace, inputs } = request;
  const open = openRollouts(request, records).map(({ application, workload }) => `${application} (${workload})`);
  const meant = inputs.application === null ? 'no rollout' : `no rollout of application ${inputs.application}`;
  return `${meant} is open in namespace ${namespace}${open.length > 0 ? `; open are: ${open.sort().join(', ')}` : ''}`;
}

/** The error of a promote that found nothing. */
export const nothingToPromote = (request: Request, records: readonly Rollout[]): RolloutError =>
  new RolloutError(
    'NOTHING_TO_PROMOTE',
    nothingOpen(request, records),
    openRollouts(request, records).length > 0
      ? 'Use the application that the deploy named; the default is the name of its Deployment.'
      : 'Deploy the canary first. If it was promoted or rejected already there is nothing left to do; with its manifests promote can tell.',
  );

/**
 * A promote without files in the run of the first release, or behind one that ended, finds nothing open: what was created or rolled since
 * the run began is its own work. What is open still is none of it.
 */
export function hasRolledSince(request: Request, records: readonly Rollout[], { objects }: Live): boolean {
  const { namespace, run } = request;
  const { startedAt } = run;
  if (startedAt === undefined) return false;
  const times = (object: KubeObject): readonly string[] => [
    text(object.metadata.creationTimestamp),
    ...fieldsOf(at(object, 'status.conditions'))
      .filter(({ type }) => type === 'Progressing')
      .map(({ lastUpdateTime }) => text(lastUpdateTime)),
    ...(isStatefulSet(object) ? (object.metadata.managedFields ?? []).filter(isOfContent).map(({ time = '' }) => time) : []),
  ];
  const open = openRollouts(request, records).map(({ workload }) => workload);
  return Object.values(objects)
    .filter(object => (isDeployment(object) || isStatefulSet(object)) && object.metadata.namespace === namespace)
    .filter(object => !isOurs(object) && !open.includes(object.metadata.name))
    .some(object => times(object).some(time => Date.parse(time) >= startedAt));
}

/** A StatefulSet has no condition that says when it was rolled. */
const isOfContent = ({ subresource }: ManagedField): boolean => subresource === undefined;

const openRollouts = ({ namespace }: Request, records: readonly Rollout[]): readonly Rollout[] =>
  records.filter(record => record.namespace === namespace);

/** What a lost record left behind: known by its labels, and called after its workload. */
export interface LeftOver {
  readonly name: string;
  readonly objects: readonly KubeObject[];
}

/** What of a namespace has no record; a record is none of it, whatever else its labels say. */
export function leftOver({ namespace, inputs }: Request, records: readonly Rollout[], { objects }: Live): readonly LeftOver[] {
  const open = records.filter(record => record.namespace === namespace).map(({ workload }) => labelOf(workload));
  const wanted = inputs.application;
  const isOver = (name: string): boolean => isName(name) && !open.includes(name) && (wanted === null || name === labelOf(wanted));
  const ours = Object.values(objects).filter(object => object.metadata.namespace === namespace && isOurs(object) && !isRecord(object));
  const names = new Set(ours.flatMap(({ metadata }) => metadata.labels?.[APPLICATION] ?? []).filter(isOver));
  return [...names].map(name => ({ name, objects: ours.filter(({ metadata }) => metadata.labels?.[APPLICATION] === name) }));
}

/** A label may say what no object can be called: then nobody here wrote it. */
const isName = (text: string): boolean => /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text);

const isRecord = ({ kind, metadata }: KubeObject): boolean => kind === 'ConfigMap' && metadata.labels?.[VARIANT] === 'record';

const labelOf = (workload: string): string => ourLabels('record', workload)[APPLICATION] ?? workload;
