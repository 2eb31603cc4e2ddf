/** The user's files on their way to a request: read, rendered, without Helm's hooks, with images and pull secrets put in. */
import { RolloutError } from '../errors.ts';
import type { Capabilities } from '../model/capabilities.ts';
import type { RunProgram } from '../model/program.ts';
import type { Inputs, Manifest } from '../model/request.ts';
import { withoutHooks } from './hooks.ts';
import { addPullSecrets, substituteImages, unmatchedText } from './images.ts';
import { load } from './load.ts';
import { asPhased, isPhased, phaseFault } from './phases.ts';
import type { Surroundings } from './sources.ts';

/** Where relative paths begin, the way to the web, and who runs kustomize and helm. */
export interface Environment {
  readonly cwd: string;
  readonly fetch: typeof fetch;
  readonly run: RunProgram;
  /** What the cluster is, for charts; absent: they are rendered for none. */
  cluster?(): Promise<Capabilities | null>;
  /** Hears what the user should know of what is rendered. */
  warn?(text: string): void;
}

/** Something that the user should know of them. */
export interface FileNotice {
  readonly level: 'info' | 'warning';
  readonly text: string;
}

/** The objects to release, and what is to be said of them. */
export interface Files {
  readonly manifests: readonly Manifest[];
  readonly notices: readonly FileNotice[];
}

/** All files that the inputs name; none where they name none. Throws INVALID_MANIFEST, NOTHING_TO_DEPLOY and INVALID_INPUT. */
export async function filesOf(inputs: Inputs, environment: Environment): Promise<Files> {
  if (inputs.manifests.length === 0) return { manifests: [], notices: [] };
  const told = new Set<string>();
  const warn = (text: string): void => void told.add(text);
  const unhooked = ofRelease(await load(inputs.manifests, surroundings(inputs, { warn, ...environment })), inputs);
  const substituted = substituteImages(unhooked.manifests, inputs.images);
  const fault = unmatchedText(substituted);
  // A green step that released the old image would be taken for the new one; the way back is never barred by a misspelling.
  if (fault !== null && inputs.action !== 'reject')
    throw new RolloutError('INVALID_INPUT', fault, 'Correct the name, or leave the image out: only the tag may differ from the files.');
  const unmatched = fault === null ? [] : [{ level: 'warning', text: `${fault}.` } as const];
  return {
    manifests: addPullSecrets(substituted.manifests, inputs.imagePullSecrets),
    notices: [...warnings(told), ...unhooked.notices, ...unmatched],
  };
}

const warnings = (texts: ReadonlySet<string>): readonly FileNotice[] => [...texts].map(text => ({ level: 'warning', text }));

/** What files of these inputs are read and rendered by. */
export function surroundings(inputs: Inputs, { cwd, fetch, ...rendering }: Environment): Surroundings {
  return { cwd, fetch, rendering: { ...rendering, chart: { ...inputs.helm, namespace: inputs.namespace } } };
}

/** A hook that helm would have run may be a migration: a green step without it would hide that it is missing. */
function ofRelease(given: readonly Manifest[], { action, helm }: Inputs): Files {
  const objects = given.map(({ object }) => object);
  const all = given.map(manifest => {
    const phased = helm.hooks === 'leave-out' ? null : asPhased(manifest.object, objects);
    return phased ? { ...manifest, object: phased } : manifest;
  });
  const faults = all.flatMap(({ object, from }) => (phaseFault(object) === null ? [] : [`${from}: ${phaseFault(object)}`]));
  if (faults.length > 0) throw new RolloutError('INVALID_MANIFEST', faults.join('\n'), 'Correct the annotation, or remove it.');
  const phased = all.filter(({ object }) => isPhased(object));
  const { manifests: plain, idle, due } = withoutHooks(all.filter(({ object }) => !isPhased(object)));
  const manifests = all.filter(manifest => phased.includes(manifest) || plain.includes(manifest));
  const isRefused = due.length > 0 && helm.hooks === 'refuse' && (action === 'deploy' || action === 'promote');
  if (isRefused) throw unrun(due);
  if (manifests.length === 0)
    throw new RolloutError('NOTHING_TO_DEPLOY', `The files contain only Helm hooks: ${listed([...idle, ...due])}`, 'Name the rest.');
  const left = (hooks: readonly string[], level: FileNotice['level'], what: string): readonly FileNotice[] =>
    hooks.length === 0 ? [] : [{ level, text: `${what}: ${listed(hooks)}.` }];
  return {
    manifests,
    notices: [
      ...left(idle, 'info', 'Helm tests and other hooks that no release runs are skipped'),
      ...left(due, 'warning', 'Helm hooks are skipped and do not run'),
    ],
  };
}

const unrun = (due: readonly string[]): RolloutError =>
  new RolloutError(
    'UNSUPPORTED',
    `Helm would run hooks with this release that are not Jobs, and this step runs only Jobs and applies what they need: ${listed(due)}`,
    'Make them plain objects, or do their work in a separate step and set helm-hooks: leave-out: then no hook runs.',
  );

/** A chart of many hooks is told by some. */
const MOST = 10;

const listed = (hooks: readonly string[]): string =>
  [...hooks.slice(0, MOST), ...(hooks.length > MOST ? [`and ${hooks.length - MOST} more`] : [])].join('; ');
