/** Helm's hooks: objects that helm itself makes at a certain moment, and that are no part of what runs. What they mean here is told by `phases.ts`. */
import type { KubeObject } from '../model/kube.ts';
import type { Manifest } from '../model/request.ts';
import { nameOf, refOf } from './refs.ts';

/** The objects that are released, and those that are not, each by a few words and its place. */
export interface Unhooked {
  readonly manifests: readonly Manifest[];
  /** Tests, and what belongs to a moment that no release has. */
  readonly idle: readonly string[];
  /** What helm would have run before or behind this release. */
  readonly due: readonly string[];
}

const ANNOTATION = 'helm.sh/hook';
const IDLE: readonly string[] = ['test', 'test-success', 'test-failure', 'pre-delete', 'post-delete', 'pre-rollback', 'post-rollback'];

/** The moments that a release has too, by the name that they have here. */
export const MOMENTS_OF_HOOKS: Readonly<Record<string, string | undefined>> = {
  'pre-install': 'before-deploy',
  'pre-upgrade': 'before-deploy',
  'post-install': 'after-promote',
  'post-upgrade': 'after-promote',
  'post-rollback': 'on-reject',
};

/** Takes the hooks out. */
export function withoutHooks(manifests: readonly Manifest[]): Unhooked {
  const hooks = manifests.flatMap(manifest => {
    const moments = momentsOf(manifest.object);
    return moments.length === 0 ? [] : [{ manifest, moments, isIdle: moments.every(moment => IDLE.includes(moment)) }];
  });
  const told = (isIdle: boolean): readonly string[] =>
    hooks
      .filter(hook => hook.isIdle === isIdle)
      .map(({ manifest, moments }) => `${nameOf(refOf(manifest.object))} (${moments.join(', ')}; ${manifest.from})`);
  const hooked = new Set(hooks.map(({ manifest }) => manifest));
  return { manifests: manifests.filter(manifest => !hooked.has(manifest)), idle: told(true), due: told(false) };
}

/** When helm runs it; empty for what is no hook. */
export const momentsOf = (object: Pick<KubeObject, 'metadata'>): readonly string[] => listed(object, ANNOTATION);

/** When helm deletes it. */
export const policiesOf = (object: Pick<KubeObject, 'metadata'>): readonly string[] => listed(object, 'helm.sh/hook-delete-policy');

/** Hooks of less weight run first. */
export const weightOf = ({ metadata }: Pick<KubeObject, 'metadata'>): number => Number(metadata.annotations?.['helm.sh/hook-weight']) || 0;

const listed = ({ metadata }: Pick<KubeObject, 'metadata'>, annotation: string): readonly string[] =>
  (metadata.annotations?.[annotation] ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
