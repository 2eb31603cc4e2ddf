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
