/** What is released. */
import { all, type InputSpec } from '../input.ts';

/** The inputs of the group `files`. */
export const files = {
  manifests: {
    label: 'Manifests',
    help: 'Files, directories, globs (`!` excludes), http(s) URLs and `-` for standard input; one per line, or separated by `,` or `;`. A directory with a kustomization.yaml is built by `kustomize` or `kubectl`; one with a Chart.yaml is rendered by `helm`. Optional for promote and reject, which find their rollout without it.',
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
    help: 'Values files for the charts in `manifests`, one per line, as for `helm --values`.',
    group: 'files',
    kind: { type: 'lines' },
    fallback: '',
    actions: all,
  },
  'helm-set': {
    label: 'Helm set',
    help: 'Single values for the charts, one per line, as for `helm --set`: `image.tag=1.2`. Other users of the machine can see them while helm runs, so put secrets into a `helm-values` file.',
    group: 'files',
    kind: { type: 'lines' },
    fallback: '',
    actions: all,
  },
  'helm-release': {
    label: 'Helm release',
    help: 'Release name for the charts, which often build object names from it. Default: the name in Chart.yaml. No release is installed: `helm list` shows none.',
    group: 'files',
    kind: { type: 'text', secret: false },
    fallback: '',
    actions: all,
  },
  'helm-hooks': {
    label: 'Helm hooks',
    help: 'What to do with Helm hooks (`helm.sh/hook`). Jobs that an install, an upgrade or a rollback runs are phases of the release (README, “Phases”); hooks of other kinds at the same moment, such as a ServiceAccount or a ConfigMap, are applied before them. Tests are always skipped and named.',
    brief:
      'What to do with Helm hooks that are neither Jobs (they run as phases) nor needed by one: `refuse` the release, or `leave-out` every hook with a warning.',
    group: 'files',
    kind: {
      type: 'pick',
      choices: [
        {
          value: 'refuse',
          about:
            'Jobs run; deploy and promote are refused if an install or an upgrade would create another hook at a moment without a Job, or one that makes pods',
        },
        { value: 'leave-out', about: 'no hook runs: all are skipped and named in a warning; do their work in a separate step' },
      ],
    },
    fallback: 'refuse',
    actions: all,
  },
  images: {
    azure: 'containers',
    aliases: { github: ['containers'], azure: ['images'] },
    label: 'Images',
    help: 'Images to set, one per line, such as `registry/app:1.2`. Each replaces the image of the same repository in the manifests.',
    group: 'files',
    kind: { type: 'lines' },
    fallback: '',
    actions: all,
  },
  imagepullsecrets: {
    azure: 'imagePullSecrets',
    aliases: { github: ['image-pull-secrets'] },
    label: 'Image pull secrets',
    help: 'Secrets in the namespace that the pods need to pull their images, one per line.',
    group: 'files',
    kind: { type: 'lines' },
    fallback: '',
    actions: all,
  },
} as const satisfies Readonly<Record<string, InputSpec>>;
