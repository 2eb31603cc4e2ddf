/** What is released. */
import { all, type InputSpec } from '../input.ts';

/** The inputs of the group `files`. */
export const files = {
  manifests: {
    label: 'Manifests',
    help: 'Files, directories, globs (`!` excludes), http(s) URLs and `-` for standard input; one per line, or separated by `,` or `;`. A directory with a kustomization.yaml is built by `kustomize` or `kubectl`, one with a Chart.yaml is rendered by `helm`. Promote and reject find their rollout without them.',
    brief:
      'Files, directories, globs (`!` excludes), URLs or `-` for standard input, one per line. Kustomize and Helm directories are rendered. Optional for promote and reject.',
    group: 'files',
    kind: { type: 'lines' },
    fallback: '',
    actions: all,
    required: ['deploy'],
  },
  'helm-values': {
    label: 'Helm values',
    help: 'Files of values for the charts among `manifests`, one per line, as `helm --values` takes them.',
    group: 'files',
    kind: { type: 'lines' },
    fallback: '',
    actions: all,
  },
  'helm-set': {
    label: 'Helm set',
    help: 'Single values for them, one per line: `image.tag=1.2`, as `helm --set` takes them. The machine shows them to its other users while helm runs: a secret belongs in a file of `helm-values`.',
    group: 'files',
    kind: { type: 'lines' },
    fallback: '',
    actions: all,
  },
  'helm-release': {
    label: 'Helm release',
    help: 'Name of the release, which charts make names of. Not given: the name in Chart.yaml. No release is installed: `helm list` shows none.',
    group: 'files',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: all,
  },
  'helm-hooks': {
    label: 'Helm hooks',
    help: 'What becomes of hooks of Helm (`helm.sh/hook`). Jobs that an install, upgrade or rollback runs are phases of the release (README, “Phases”). Tests are left out and named, whatever is chosen here.',
    brief:
      'What to do with Helm hooks that are no Jobs (those run as phases): `refuse` the release, or `leave-out` every hook with a warning.',
    group: 'files',
    kind: {
      type: 'pick',
      choices: [
        {
          value: 'refuse',
          about: 'Jobs run, and deploy and promote are refused where an install or upgrade would make a hook of another kind',
        },
        { value: 'leave-out', about: 'none runs: they are left out and named in a warning; run what they do in a step of its own' },
      ],
    },
    fallback: 'refuse',
    actions: all,
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
