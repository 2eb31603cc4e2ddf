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
    'Names are GitHub\'s; in the terminal they are options (`--percentage 20`). An empty value means "not given". All faults of the inputs are reported together, before the cluster is contacted.',
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
    'Its deploy, promote and reject steps run with the name changed. What it has and we do not:',
    foreign('github'),
    '## Coming from KubernetesManifest@1',
    'Its deploy, promote and reject steps run with the name changed. Its other actions (bake, createSecret, delete, patch, scale) stay with it. What it has and we do not:',
    foreign('azure'),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

/** What the table has no room for. */
const RENDERED = [
  'A directory in `manifests` is rendered where the file that marks it stands in it itself: `kustomization.yaml`, `kustomization.yml` or `Kustomization` for `kustomize build` (else `kubectl kustomize`), `Chart.yaml` for `helm template`. Directories below it are not looked at, and an entry such as `!app/kustomization.yaml` has the directory read as plain files. A program may print 32 MB and take 60 s; it sees none of the inputs of the step.',
  'A fault in what comes out is named by its place: `app (kustomize):12` is line 12 of what was built, `app/templates/web.yaml (helm):12` line 12 of what that template was rendered to.',
  'Helm renders as for an installation, with the CRDs of the chart, and asks no cluster: `lookup` finds nothing, and `.Capabilities` are those of the program. It needs the input `namespace`. Give promote and reject the same inputs as the deploy, or no `manifests` at all; what a chart makes anew each time (`randAlphaNum`, `genCA`) is another release each time.',
  'Objects with `helm.sh/hook`, wherever they are from, are no part of the release. Jobs that an install, an upgrade (`pre-`, `post-`) or `post-rollback` runs are phases of it (README, “Phases”), unless `helm-hooks` is `leave-out`. Tests (`test`) and hooks of moments that no release has (`pre-delete`, `post-delete`, `pre-rollback`) are left out and named. With any other, a ConfigMap for such a Job among them, deploy and promote are refused: make it a plain object, or run what it does in a step of its own and set `helm-hooks: leave-out`, which names them all in a warning. A reject leaves them out.',
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
  return ['| input | given here it is | instead |', '|---|---|---|', ...rows].join('\n');
}

function effect(harmless: 'always' | readonly string[]): string {
  if (harmless === 'always') return 'a warning';
  return harmless.length === 0 ? 'an error' : `an error, unless it is ${harmless.map(value => `\`${value}\``).join(', ')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
