import { RolloutError } from '../errors.ts';
import type { KubeObject } from '../model/kube.ts';
import type { Manifest } from '../model/request.ts';
import { at, items, record, records, text } from './json.ts';
import { isUnexpanded } from './unexpanded.ts';
import { podTemplate, withPodTemplate } from './workloads.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The manifests with their images replaced, and the images given that no container uses. */
export interface Substituted {
  readonly manifests: readonly Manifest[];
  readonly unmatched: readonly string[];
}

/**
 * Replaces the image of every container, of whatever sort, by the one given for its repository. `images` may hold several per text.
 * Throws INVALID_INPUT for an entry that is no image, and INVALID_MANIFEST where an image is none afterwards, as with a macro that is left in it.
 */
export function substituteImages(manifests: readonly Manifest[], images: readonly string[]): Substituted {
  const substituted = replaceImages(manifests, images);
  refuseUnfit(substituted.manifests);
  return substituted;
}

/** The same, where an image that is none is not refused. Throws INVALID_INPUT for an entry that is no image. */
export function replaceImages(manifests: readonly Manifest[], images: readonly string[]): Substituted {
  const wanted = parseImages(images);
  const used = new Set(manifests.flatMap(({ object }) => imagesOf(object)).map(repositoryOf));
  const replacements = new Map(
    [...wanted].flatMap(([repository, image]) => aliasesIn(used, repository).map(name => [name, image] as const)),
  );
  const replaced = manifests.map(manifest => ({ ...manifest, object: withImages(manifest.object, replacements) }));
  return {
    manifests: replaced,
    unmatched: [...wanted].filter(([repository]) => aliasesIn(used, repository).length === 0).map(([, image]) => image),
  };
}

/** A tag alone is a name too. */
const BARE = /^[\w.-]+$/;

/** The fault of images given that no container of the files has; null where there is none. */
export function unmatchedText({ manifests, unmatched }: Substituted): string | null {
  const used = [...new Set(manifests.flatMap(({ object }) => imagesOf(object)).map(repositoryOf))].sort();
  const have = used.length > 0 ? `they have ${used.join(', ')}` : 'they have none';
  const [only, ...others] = used;
  const whole = (image: string): string => (only && others.length === 0 && BARE.test(image) ? ` (${only}:${image}?)` : '');
  return unmatched.length > 0
    ? unmatched.map(image => `images: ${image} matches no container in the files; ${have}${whole(image)}`).join('\n')
    : null;
}

/** Adds the pull secrets to every pod template that does not have them yet. */
export function addPullSecrets(manifests: readonly Manifest[], names: readonly string[]): readonly Manifest[] {
  const wanted = [...new Set(names.map(name => name.trim()))].filter(name => name !== '');
  if (wanted.length === 0) return manifests;
  return manifests.map(manifest => ({
    ...manifest,
    object: withPodTemplate(manifest.object, template => withPullSecrets(template, wanted)),
  }));
}

/** The images of an object's containers, those that run first before the others. */
export function imagesOf(object: KubeObject): readonly string[] {
  return containersOf(podTemplate(object)).map(container => text(container.image));
}

/** An image without tag and digest: what stays the same from release to release. */
export function repositoryOf(image: string): string {
  return image.replace(/@.*$/s, '').replace(/:[^/]*$/, '');
}

const containerLists = ['initContainers', 'containers', 'ephemeralContainers'];

function containersOf(template: Fields | null): readonly Fields[] {
  return containerLists.flatMap(list => records(at(template, `spec.${list}`)));
}

const host = String.raw`(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::[0-9]+)?/`;
const part = '[a-z0-9]+(?:[._-]+[a-z0-9]+)*';
const tag = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const digest = '[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}';
const reference = new RegExp(`^(?:${host})?${part}(?:/${part})*(?::${tag})?(?:@${digest})?$`);

function parseImages(texts: readonly string[]): ReadonlyMap<string, string> {
  const entries = texts
    .flatMap(entry => entry.split(/[\r\n,]+/))
    .map(entry =>
      entry
        .trim()
        .replace(/^(["'])(.*)\1$/, '$2')
        .trim(),
    );
  const images = [...new Set(entries)].filter(entry => entry !== '');
  const faults = [...images.filter(image => !reference.test(image)).map(faultOf), ...contradictions(images)];
  if (faults.length > 0)
    throw new RolloutError('INVALID_INPUT', faults.join('\n'), 'Write images as repository:tag or repository@digest, one per line.');
  return new Map(images.map(image => [repositoryOf(image), image]));
}

/** What is wrong with the image of a file, behind "the image": no node could pull it. An empty one is the API server's to refuse. */
export function unfitImage(image: string): string | null {
  if (isUnexpanded(image)) return `${image} still contains a macro`;
  return image === '' || reference.test(image) ? null : `"${image}" is not an image reference`;
}

function faultOf(image: string): string {
  return isUnexpanded(image) ? `The image ${image} still contains a macro that was not replaced` : `"${image}" is not an image reference`;
}

function contradictions(images: readonly string[]): readonly string[] {
  const first = new Map(images.toReversed().map(image => [repositoryOf(image), image]));
  return images.flatMap(image => {
    const other = first.get(repositoryOf(image));
    return other === undefined || other === image ? [] : [`The images ${other} and ${image} are two versions of one repository`];
  });
}

/** The repositories in use that the one given means: its own text, or, where nobody uses that, Docker Hub's other spellings of it. */
function aliasesIn(used: ReadonlySet<string>, repository: string): readonly string[] {
  if (used.has(repository)) return [repository];
  return [...used].filter(other => familiar(other) === familiar(repository));
}

function familiar(repository: string): string {
  return repository.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
}

function withImages(object: KubeObject, replacements: ReadonlyMap<string, string>): KubeObject {
  if (!imagesOf(object).some(image => replacements.has(repositoryOf(image)))) return object;
  return withPodTemplate(object, template => ({ ...template, spec: withContainers(record(template.spec), replacements) }));
}

function withContainers(spec: Fields, replacements: ReadonlyMap<string, string>): Fields {
  const lists = containerLists.filter(list => Array.isArray(spec[list]));
  const image = (container: Fields): Fields => {
    const replacement = replacements.get(repositoryOf(text(container.image)));
    return replacement === undefined ? container : { ...container, image: replacement };
  };
  return { ...spec, ...Object.fromEntries(lists.map(list => [list, records(spec[list]).map(image)])) };
}

function refuseUnfit(manifests: readonly Manifest[]): void {
  const faults = manifests.flatMap(({ object, from }) =>
    containersOf(podTemplate(object))
      .map(({ name, image }) => ({ name: text(name), why: unfitImage(text(image)) }))
      .flatMap(({ name, why }) =>
        why === null ? [] : [`${from}: ${object.kind} ${object.metadata.name}, container ${name}: the image ${why}`],
      ),
  );
  if (faults.length > 0)
    throw new RolloutError(
      'INVALID_MANIFEST',
      faults.join('\n'),
      'Let the pipeline replace the macro, or name the image in the input images.',
    );
}

function withPullSecrets(template: Fields, names: readonly string[]): Fields {
  const spec = record(template.spec);
  const present = items(spec.imagePullSecrets);
  const missing = names.filter(name => !present.some(secret => at(secret, 'name') === name));
  if (missing.length === 0) return template;
  return { ...template, spec: { ...spec, imagePullSecrets: [...present, ...missing.map(name => ({ name }))] } };
}
