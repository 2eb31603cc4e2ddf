/** Jobs of the files that run at a moment of a release, with what they need, and that are no part of what runs. */
import type { KubeObject } from '../model/kube.ts';
import { type Due, PHASES, type Phase } from '../model/phase.ts';
import { POD_MAKERS } from '../workloads/pods.ts';
import { MOMENTS_OF_HOOKS, momentsOf, policiesOf, weightOf } from './hooks.ts';
import { derived, ourApplication } from './names.ts';
import { toJson } from './template.ts';

/** The annotation of the user's Job that names its moment; on the Job that is made of it, the label. */
export const PHASE = 'kubernetes-rollout/phase';
/** The label of such a Job that says for which release it ran. */
export const RELEASE = 'kubernetes-rollout/release';
/** The user's `ttlSecondsAfterFinished`, kept until the Job is no longer the mark that it ran. */
const TTL = 'kubernetes-rollout/ttl';

/** Whether a file runs at a moment instead of being applied. */
export const isPhased = ({ metadata }: Pick<KubeObject, 'metadata'>): boolean => metadata.annotations?.[PHASE] !== undefined;

/** The moments of a file, as it names them. */
export const phasesOf = ({ metadata }: Pick<KubeObject, 'metadata'>): readonly string[] =>
  (metadata.annotations?.[PHASE] ?? '').split(',').flatMap(name => name.trim() || []);

/** What is wrong with the annotation; null where nothing is. */
export function phaseFault(file: KubeObject): string | null {
  if (!isPhased(file) || isBrought(file)) return null;
  if (!isJob(file)) return `annotation ${PHASE}: only a Job runs in a phase of a release, not a ${file.kind}`;
  const names: readonly string[] = PHASES;
  const strange = phasesOf(file).find(name => !names.includes(name));
  if (strange === undefined && phasesOf(file).length > 0) return null;
  return `annotation ${PHASE}: "${strange ?? ''}" is not a phase of a release: ${PHASES.join(', ')}`;
}

const isJob = ({ kind }: KubeObject): boolean => kind === 'Job';

/** A hook of Helm that is there for those that are Jobs, as the account by which they run. */
export const isBrought = (file: KubeObject): boolean => !isJob(file) && momentsOf(file).length > 0;

/**
 * A hook of Helm with the moments that its own mean here; null for one that has none. What is no Job belongs to a Job of the same moment: where
 * there is none of these, or where it makes pods, nobody here knows what it is for.
 */
export function asPhased(file: KubeObject, all: readonly KubeObject[] = []): KubeObject | null {
  const named = phasesOfHook(file);
  const isForJob = (): boolean =>
    !POD_MAKERS.some(({ kind }) => kind === file.kind) &&
    all.some(other => isJob(other) && [...phasesOfHook(other), ...phasesOf(other)].some(phase => named.includes(phase)));
  if (named.length === 0 || !(isJob(file) || isForJob())) return null;
  const annotations = { ...file.metadata.annotations, [PHASE]: named.join(',') };
  return { ...file, metadata: { ...file.metadata, annotations } };
}

const phasesOfHook = (file: KubeObject): readonly string[] =>
  PHASES.filter(phase => momentsOf(file).some(moment => MOMENTS_OF_HOOKS[moment] === phase));

/** The Jobs that are due at a moment, by their weights, then as they stand. Helm tells an install, where nothing ran before, from an upgrade. */
export const dueAt = (files: readonly KubeObject[], phase: Phase, isFirst: boolean): readonly KubeObject[] =>
  meantAt(files, phase, isFirst).filter(isJob);

/** What the Jobs of a moment need beside themselves, as it is to be applied before them. */
export const broughtAt = (files: readonly KubeObject[], phase: Phase, isFirst: boolean): readonly KubeObject[] =>
  meantAt(files, phase, isFirst)
    .filter(isBrought)
    .map(file => {
      const { [PHASE]: _phase, ...annotations } = file.metadata.annotations ?? {};
      return { ...file, metadata: { ...file.metadata, annotations } };
    });

function meantAt(files: readonly KubeObject[], phase: Phase, isFirst: boolean): readonly KubeObject[] {
  const isMeant = (file: KubeObject): boolean => {
    const moments = momentsOf(file).filter(moment => MOMENTS_OF_HOOKS[moment] === phase);
    return moments.length === 0 || phase === 'on-reject' || moments.some(moment => moment.endsWith('-install') === isFirst);
  };
  const due = files.filter(file => phasesOf(file).includes(phase) && isMeant(file));
  return due.toSorted((a, b) => weightOf(a) - weightOf(b));
}

/** Whether Helm's policy of what a Job needed says that it goes when that Job has ended well. */
export const goesWithJob = (object: KubeObject): boolean => policiesOf(object).includes('hook-succeeded');

/** The Job that is made of a file: the release stands in its name. It stays as the mark that it ran until the rollout ends. */
export function jobOf({ file, phase, workload, release }: Due, isSuspended = false): KubeObject {
  const { name, generateName = '', ...metadata } = file.metadata;
  const base = name || generateName.replace(/-+$/, '');
  const { ttlSecondsAfterFinished: ttl, suspend: _suspend, ...spec } = file.spec ?? {};
  return {
    apiVersion: file.apiVersion,
    kind: 'Job',
    metadata: {
      ...metadata,
      name: derived(phasesOf(file).length > 1 ? `${base}-${phase}` : base, release),
      labels: { ...ownLabels(metadata.labels), ...ourApplication(workload), [PHASE]: phase, [RELEASE]: release },
      annotations: { ...metadata.annotations, ...(ttl === undefined ? {} : { [TTL]: String(ttl) }) },
    },
    spec: toJson({ ...spec, ...(isSuspended ? { suspend: true } : {}) }),
  };
}

/** What makes a file a member of a set that is pruned would have its Job removed before its time. */
const ownLabels = (labels: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !key.startsWith('applyset.kubernetes.io/')));

/** Whether a Job was made for this very moment and release. */
export const isMadeFor = ({ metadata: { labels = {} } }: KubeObject, { phase, release }: Due): boolean =>
  labels[PHASE] === phase && labels[RELEASE] === release;

/** Seconds after which the cluster is to remove it once it is no longer needed, or null: it goes with the rollout. */
export const lifeOf = ({ metadata: { annotations = {} } }: KubeObject): number | null =>
  annotations[TTL] === undefined ? null : Number(annotations[TTL]);

/** Whether Helm's policy of the Job says that it stays when it has ended so; without a policy it does not. */
export function isToStay(job: KubeObject, ended: 'succeeded' | 'failed'): boolean {
  const policies = policiesOf(job);
  return policies.length > 0 && !policies.includes(`hook-${ended}`);
}

/** Whether Helm's policy says that a failed one goes at once. */
export const goesWhenFailed = (job: KubeObject): boolean => policiesOf(job).includes('hook-failed');

/** "Job shop/migrate-1a2b3c4d5e (before-deploy)" */
export const called = ({ metadata: { namespace = '', name } }: KubeObject, phase: Phase): string => `Job ${namespace}/${name} (${phase})`;
