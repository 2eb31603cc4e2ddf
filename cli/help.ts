/** `--help`, made from the table of inputs. */

import type { InputKind, InputSpec } from '../src/inputs/input.ts';
import { inputsOf } from '../src/inputs/names.ts';
import type { InputName } from '../src/inputs/spec.ts';
import type { UserAction } from '../src/model/request.ts';

const commands: Readonly<Record<UserAction | 'status', string>> = {
  deploy: 'Put the new version beside the running one and give it its share of the traffic.',
  promote: 'Make the new version the running one.',
  reject: 'Take everything back.',
  status: 'Show what is open: stable, baseline and canary with images, readiness and shares.',
};

/** Names the inputs of `status`, which reads and writes nothing. */
export const statusInputs: readonly InputName[] = ['namespace', 'application', 'kubeconfig', 'context', 'skip-tls-verify'];

/** The help of one command, or the overview. */
export function help(command: string | null): string {
  const known = Object.entries(commands).find(([name]) => name === command);
  return known === undefined ? overview() : commandHelp(known[0], known[1]);
}

function overview(): string {
  const list = Object.entries(commands).map(([name, about]) => `  ${name.padEnd(9)}${about}`);
  return [
    'Progressive delivery for Kubernetes, without a controller.',
    '',
    'Usage: kubernetes-rollout COMMAND [OPTIONS] [FILE ...]      (as a plugin: kubectl canary COMMAND ...)',
    '',
    ...list,
    '',
    'kubernetes-rollout COMMAND --help shows the options of a command.',
  ].join('\n');
}

function commandHelp(command: string, about: string): string {
  const options = inputsOf('terminal').filter(([name, spec]) => name !== 'action' && takes(command, name, spec));
  return [about, '', usage(command), '', ...options.flatMap(([name, spec]) => option(name, spec)), ...ownOptions(command)].join('\n');
}

function takes(command: string, name: InputName, spec: InputSpec): boolean {
  return command === 'status' ? statusInputs.includes(name) : spec.actions.some(action => action === command);
}

function usage(command: string): string {
  return command === 'status'
    ? 'Usage: kubernetes-rollout status [OPTIONS]'
    : `Usage: kubernetes-rollout ${command} [OPTIONS] [FILE ...]      (FILE is the same as --manifests FILE)`;
}

function option(name: InputName, spec: InputSpec): readonly string[] {
  const letter = { manifests: '-f, ', namespace: '-n, ' }[name as string] ?? '';
  const fallback = spec.fallback === '' ? '' : ` (default: ${spec.fallback})`;
  const choices =
    spec.kind.type === 'pick' || spec.kind.type === 'picks'
      ? spec.kind.choices.map(choice => `        ${choice.value}: ${choice.about}`)
      : [];
  return [`  ${letter}--${name}${placeholder(spec.kind)}${fallback}`, `      ${spec.help.replaceAll('`', '')}`, ...choices];
}

function placeholder(kind: InputKind): string {
  switch (kind.type) {
    case 'pick':
      return ` ${kind.choices.map(choice => choice.value).join('|')}`;
    case 'picks':
      return ' NAME[,NAME]';
    case 'boolean':
      return '[=true|false]';
    case 'percentages':
      return ' NUMBER[,NUMBER]';
    case 'amount':
      return ' NUMBER[%]';
    case 'percentage':
    case 'count':
      return ' NUMBER';
    case 'duration':
      return ' TIME';
    case 'lines':
    case 'matches':
    case 'namespace':
    case 'text':
      return ' TEXT';
  }
}

function ownOptions(command: string): readonly string[] {
  const json =
    command === 'status' ? 'The rollouts as JSON.' : 'The outcome as JSON on the standard output; the log goes to the other one.';
  const run = [
    '  --run ID',
    '      On whose behalf: a name that is the same for deploy, promote and reject of one run ("web/12" is run 12 of web).',
  ];
  return [...(command === 'status' ? [] : run), '  -o, --output text|json (default: text)', `      ${json}`];
}
