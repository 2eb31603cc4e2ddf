/** What is released. */
import { all, type InputSpec } from '../input.ts';

/** The inputs of the group `files`. */
export const files = {
  manifests: {
    label: 'Manifests',
    help: 'Files, directories, globs (`!` excludes) and http(s) URLs; one per line, or separated by `,` or `;`. Promote and reject find their rollout without them.',
    group: 'files',
    kind: { type: 'lines' },
    fallback: '',
    actions: all,
    required: ['deploy'],
  },
  images: {
    azure: 'containers',
    aliases: { github: ['containers'], azure: ['images'] },
    label: 'Images',
    help: 'Images to put in, one per line, such as `registry/app:1.2`: each replaces the image of the same repository in the manifests.',
    group: 'files',
    kind: { type: 'lines' },
    fallback: '',
    actions: all,
  },
  imagepullsecrets: {
    azure: 'imagePullSecrets',
    aliases: { github: ['image-pull-secrets'] },
    label: 'Image pull secrets',
    help: 'Secrets of the namespace that the pods need to pull their images, one per line.',
    group: 'files',
    kind: { type: 'lines' },
    fallback: '',
    actions: all,
  },
} as const satisfies Readonly<Record<string, InputSpec>>;
