/** `docs/reference.md`, made from the table of inputs. */
import { foreignInputs } from '../src/inputs/foreign.ts';
import type { Dialect, InputSpec } from '../src/inputs/input.ts';
import { inputsOf, namesOf } from '../src/inputs/names.ts';
import { entries, type InputName } from '../src/inputs/spec.ts';
import { choicesText } from './choices.ts';
import { outputTexts } from './outputs.ts';

/** The whole page. */
export function reference(): string {
  return [
    '<!-- Generated from src/inputs/spec.ts by `npm run generate`. -->',
    '# Reference',
    'The names are those for GitHub; in the terminal they are options (`--percentage 20`). An empty value means that the input is not set. All faults of the inputs are reported together, before the cluster is contacted.',
    '## Inputs',
    [
      '| GitHub, terminal | Azure | default | used by | meaning |',
      '|---|---|---|---|---|',
      ...entries().map(([name, spec]) => row(name, spec)),
    ].join('\n'),
    '## Overlays and charts',
    RENDERED,
    '## Outputs',
    ['| name | meaning |', '|---|---|', ...Object.entries(outputTexts).map(([name, text]) => `| \`${name}\` | ${text} |`)].join('\n'),
    '## Coming from Azure/k8s-deploy',
    'Change the name in its deploy, promote and reject steps, and they run here. Inputs that we do not support:',
    foreign('github'),
    '## Coming from KubernetesManifest@1',
    'Change the name in its deploy, promote and reject steps, and they run here. Keep KubernetesManifest for its other actions (bake, createSecret, delete, patch, scale). Inputs that we do not support:',
    foreign('azure'),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

/** What the table has no room for. */
const RENDERED = [
  'A directory in `manifests` is rendered if it directly contains one of these files: `kustomization.yaml`, `kustomization.yml` or `Kustomization` for `kustomize build` (or `kubectl kustomize`), `Chart.yaml` for `helm template`. Its subdirectories are not searched. An entry such as `!app/kustomization.yaml` makes the step read the directory as plain files. A program may print 32 MB and run for 60 s; it sees none of the inputs of the step.',
  'A fault in the output is named by its place: `app (kustomize):12` is line 12 of the built output, `app/templates/web.yaml (helm):12` is line 12 of the rendered template.',
  'Helm renders as for an installation, including the CRDs of the chart, and contacts no cluster: `lookup` finds nothing, and `.Capabilities` are those of the program. It needs the input `namespace`. Give promote and reject the same inputs as the deploy, or no `manifests` at all. Values that a chart generates on every run (`randAlphaNum`, `genCA`) make every run another release.',
  'Objects with `helm.sh/hook`, from whatever source, are not part of the release. Jobs that an install, an upgrade (`pre-`, `post-`) or `post-rollback` runs are phases of it (README, “Phases”), unless `helm-hooks` is `leave-out`. Tests (`test`) and hooks for events that no release has (`pre-delete`, `post-delete`, `pre-rollback`) are skipped and named. Hooks of other kinds at the moment of such a Job, such as a ServiceAccount or a ConfigMap, are applied before it, and removed after it if their `hook-delete-policy` has `hook-succeeded`. With any other hook, deploy and promote are refused. Make it a plain object, or do its work in a separate step and set `helm-hooks: leave-out`, which names all hooks in a warning. A reject skips them.',
].join('\n\n');

function row(name: InputName, spec: InputSpec): string {
  const here = spec.only === undefined ? names(name, 'github') : '-';
  const fallback = spec.fallback === '' ? '' : `\`${spec.fallback}\``;
  const required = spec.required === undefined || spec.fallback !== '' ? '' : ` (required by ${spec.required.join(', ')})`;
  return `| ${here} | ${names(name, 'azure')} | ${fallback} | ${spec.actions.join(', ')}${required} | ${cell(spec.help + choicesText(spec))} |`;
}

function names(name: InputName, dialect: Dialect): string {
  const known = inputsOf(dialect).some(([each]) => each === name);
  return known
    ? namesOf(name, dialect)
        .map(each => `\`${each}\``)
        .join(', ')
    : '-';
}

function foreign(dialect: Dialect): string {
  const rows = foreignInputs(dialect).map(({ name, harmless, instead }) => `| \`${name}\` | ${effect(harmless)} | ${cell(instead)} |`);
  return ['| input | setting it here is | instead |', '|---|---|---|', ...rows].join('\n');
}

function effect(harmless: 'always' | readonly string[]): string {
  if (harmless === 'always') return 'a warning';
  return harmless.length === 0 ? 'an error' : `an error, unless it is ${harmless.map(value => `\`${value}\``).join(', ')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
