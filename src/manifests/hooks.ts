/** Helm's hooks: objects that helm itself makes at a certain moment, and that are no part of what runs. */
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

/** Takes the hooks out. */
export function withoutHooks(manifests: readonly Manifest[]): Unhooked {
  const hooks = manifests.flatMap(manifest => {
    const moments = momentsOf(manifest);
    return moments.length === 0 ? [] : [{ manifest, moments, isIdle: moments.every(moment => IDLE.includes(moment)) }];
  });
  const told = (isIdle: boolean): readonly string[] =>
    hooks
      .filter(hook => hook.isIdle === isIdle)
      .map(({ manifest, moments }) => `${nameOf(refOf(manifest.object))} (${moments.join(', ')}; ${manifest.from})`);
  const hooked = new Set(hooks.map(({ manifest }) => manifest));
  return { manifests: manifests.filter(manifest => !hooked.has(manifest)), idle: told(true), due: told(false) };
}

const momentsOf = ({ object }: Manifest): readonly string[] =>
  (object.metadata.annotations?.[ANNOTATION] ?? '')
    .split(',')
    .map(moment => moment.trim())
    .filter(moment => moment !== '');
