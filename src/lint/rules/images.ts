/** What the images are called. */
import { repositoryOf, unfitImage } from '../../manifests/images.ts';
import { text } from '../../manifests/json.ts';
import type { LintFile, Rule } from '../finding.ts';
import { type Container, containersIn, titleOf } from '../workload.ts';

/** The same text means another version tomorrow: no release is seen, and no way back leads to the old one. */
export const floatingImage: Rule = {
  code: 'floating-image',
  level: 'warning',
  about: 'An image is named by a tag of its own or a digest.',
  remarks: file =>
    imagesIn(file)
      .filter(({ image }) => unfitImage(image) === null && isFloating(image))
      .map(({ path, name, image }) => ({
        path: `${path}.image`,
        what: `${titleOf(file)}, container ${name}: image ${image} ${image.endsWith(':latest') ? 'has the tag latest' : 'has no tag'}, so the same files may mean another version tomorrow, and going back does not restore the old one.`,
        set: `${path}.image: ${repositoryOf(image)}:VERSION, or --images`,
      })),
};

/** A deploy refuses it. */
export const unexpandedImage: Rule = {
  code: 'unexpanded-image',
  level: 'error',
  about: 'Images are references, and macros in them are replaced.',
  remarks: file =>
    imagesIn(file)
      .map(({ path, name, image }) => ({ path, name, why: unfitImage(image) }))
      .filter(({ why }) => why !== null)
      .map(({ path, name, why }) => ({
        path: `${path}.image`,
        what: `${titleOf(file)}, container ${name}: image ${why}; a deploy refuses it.`,
        set: `${path}.image, by the pipeline or by --images`,
      })),
};

interface Image extends Pick<Container, 'path' | 'name'> {
  readonly image: string;
}

const imagesIn = (file: LintFile): readonly Image[] =>
  (['initContainers', 'containers'] as const)
    .flatMap(list => containersIn(file, list))
    .map(({ path, name, fields }) => ({ path, name, image: text(fields.image) }));

/** A digest says all; an empty image is the API server's to refuse. */
const isFloating = (image: string): boolean =>
  image !== '' && !image.includes('@') && (image === repositoryOf(image) || image.endsWith(':latest'));
