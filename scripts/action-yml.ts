/** `action.yml`, made from the table of inputs. */

import type { InputSpec } from '../src/inputs/input.ts';
import { inputsOf } from '../src/inputs/names.ts';
import type { InputName } from '../src/inputs/spec.ts';
import { briefly } from './choices.ts';
import { outputTexts, product } from './outputs.ts';

/** The file whose bundle is at `main`, relative to itself. */
export function actionYml(main: string): string {
  return [
    '# Generated from src/inputs/spec.ts by `npm run generate`.',
    `name: ${quoted(product.name)}`,
    `description: ${quoted(product.about)}`,
    'author: kubernetes-rollout',
    'branding:',
    '  icon: git-branch',
    '  color: green',
    'inputs:',
    ...inputsOf('github').flatMap(([name, spec]) => input(name, spec)),
    'outputs:',
    ...Object.entries(outputTexts).flatMap(([name, text]) => [`  ${name}:`, `    description: ${quoted(text)}`]),
    'runs:',
    '  using: node24',
    `  main: ${main}`,
    // It ends at once where nothing is left to do; only `always` also covers a step whose time was over, or that may fail.
    `  post: ${main}`,
    '  post-if: always()',
    '',
  ].join('\n');
}

/** Nothing is `required` here: the runner would not check it, and which inputs are depends on the action. */
function input(name: InputName, spec: InputSpec): readonly string[] {
  return [
    `  ${name}:`,
    `    description: ${quoted(briefly(spec))}`,
    '    required: false',
    ...(spec.fallback === '' ? [] : [`    default: ${quoted(spec.fallback)}`]),
  ];
}

/** A JSON string is a YAML string too. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
