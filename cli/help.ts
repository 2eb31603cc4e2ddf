/** `--help`, made from the table of inputs. */

import type { InputKind, InputSpec } from '../src/inputs/input.ts';
import { inputsOf, nearest } from '../src/inputs/names.ts';
import type { InputName } from '../src/inputs/spec.ts';
import type { UserAction } from '../src/model/stage.ts';
import { apart } from './apart.ts';
import { examples } from './examples.ts';
import { formats } from './lint/formats.ts';

const commands: Readonly<Record<UserAction | 'approve' | 'refuse' | 'status' | 'history', string>> = {
  deploy: 'Start the new version beside the running one and give it its share of the traffic.',
  promote: 'Make the new version the running one.',
  reject: 'Take everything back.',
  analyze: 'Watch and judge the open rollout, and change nothing.',
  undo: 'Go back to the previous release, or to a revision that the Deployment keeps: at once, or as a canary.',
  sweep: 'Reject every rollout that nobody has worked on for a while: for a nightly run.',
  approve: 'Let a deploy that waits for a person (input hold) succeed.',
  refuse: 'Let it fail, and send the requests back.',
  status: 'Show what is open: stable, baseline and canary with images, readiness and shares.',
  history: 'Show the revisions that undo can go back to, with run, cause, images and age.',
};

/** About the program itself. */
const itself: Readonly<Record<string, string>> = {
  help: 'Show what a command does and its options: help deploy.',
  version: 'Show the version.',
  completion: 'Print the completion script for bash, zsh, fish or pwsh.',
};

const reaching = ['kubeconfig', 'context', 'skip-tls-verify'] as const;

const open: readonly InputName[] = ['namespace', 'application', ...reaching];

/** The inputs of the commands that are no action of a rollout: where to look. */
export const readingInputs: ReadonlyMap<string, readonly InputName[]> = new Map([
  ['status', open],
  ['approve', open],
  ['refuse', open],
  ['history', ['namespace', 'workloads', ...reaching]],
]);

/** The help of one command, or the overview. */
export function help(command: string | null): string {
  const known = Object.entries(commands).find(([name]) => name === command);
  const played = Object.entries(apart).find(([name]) => name === command)?.[1];
  if (played !== undefined)
    return [played.about, '', `Usage: kubernetes-rollout ${command} ${played.takes}`, '', ...played.options, ...exampled(command)].join(
      '\n',
    );
  return known === undefined ? overview() : commandHelp(known[0], known[1]);
}

/** What to say of a word that is no command; null for one that is. */
export function noCommand(word: string): string | null {
  const names = commandNames();
  if (names.includes(word)) return null;
  const meant = nearest(word, names);
  const head = `there is no command ${word}${meant === null ? '' : `; did you mean ${meant}?`}`;
  return [head, 'The commands are:', ...listed()].join('\n');
}

const isAnswer = (command: string): boolean => command === 'approve' || command === 'refuse';

/** What `--output` may be: what the help of the command does not name would be left out without a word. */
export const outputsOf = (command: string): readonly string[] =>
  command === 'lint' ? [...formats.keys()] : optionsOf(command).includes('--output') ? ['text', 'json'] : ['text'];

/** Every command by name. */
export function commandNames(): readonly string[] {
  return [commands, apart, itself].flatMap(each => Object.keys(each));
}

/** The options of a command, as they are typed. */
export function optionsOf(command: string): readonly string[] {
  return help(command)
    .split('\n')
    .flatMap(line => /^ {2}(?:-\w, )?(--[\w-]+)/.exec(line)?.[1] ?? []);
}

function exampled(command: string | null): readonly string[] {
  const lines = examples.get(command ?? '') ?? [];
  return lines.length === 0 ? [] : ['', 'Examples:', ...lines.map(line => `  kubernetes-rollout ${line}`)];
}

function listed(): readonly string[] {
  const further = Object.entries(apart).map(([name, { about }]) => [name, about] as const);
  const all = [...Object.entries(commands), ...further, ...Object.entries(itself)];
  return all.map(([name, about]) => `  ${name.padEnd(12)}${about}`);
}

function overview(): string {
  return [
    'Progressive delivery for Kubernetes, without a controller.',
    '',
    'Usage: kubernetes-rollout COMMAND [OPTIONS] [FILE ...]      (as a plugin: kubectl canary COMMAND ...)',
    '',
    ...listed(),
    '',
    'kubernetes-rollout COMMAND --help shows the options of a command.',
  ].join('\n');
}

function commandHelp(command: string, about: string): string {
  const options = inputsOf('terminal').filter(([name, spec]) => name !== 'action' && takes(command, name, spec));
  return [
    about,
    '',
    usage(command),
    '',
    ...options.flatMap(([name, spec]) => option(name, spec)),
    ...ownOptions(command),
    ...exampled(command),
  ].join('\n');
}

function takes(command: string, name: InputName, spec: InputSpec): boolean {
  return readingInputs.get(command)?.includes(name) ?? spec.actions.some(action => action === command);
}

function usage(command: string): string {
  if (command === 'history') return 'Usage: kubernetes-rollout history [OPTIONS] [DEPLOYMENT ...]';
  return readingInputs.has(command)
    ? `Usage: kubernetes-rollout ${command} [OPTIONS]`
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
  return kind.type === 'pick' ? ` ${kind.choices.map(choice => choice.value).join('|')}` : PLACEHOLDERS[kind.type];
}

const PLACEHOLDERS: Readonly<Record<Exclude<InputKind['type'], 'pick'>, string>> = {
  picks: ' NAME[,NAME]',
  boolean: '[=true|false]',
  percentages: ' NUMBER[,NUMBER]',
  amount: ' NUMBER[%]',
  percentage: ' NUMBER',
  count: ' NUMBER',
  duration: ' TIME',
  lines: ' TEXT',
  matches: ' TEXT',
  metrics: ' TEXT',
  prometheus: ' TEXT',
  headers: ' TEXT',
  probes: ' TEXT',
  comparisons: ' TEXT',
  namespace: ' TEXT',
  name: ' TEXT',
  text: ' TEXT',
};

const jsonOf: ReadonlyMap<string, string> = new Map([
  ['status', 'The rollouts as JSON.'],
  ['history', 'The revisions as JSON.'],
]);

function ownOptions(command: string): readonly string[] {
  if (isAnswer(command)) return [];
  const json = jsonOf.get(command) ?? 'The outcome as JSON on standard output; the log goes to standard error.';
  const run = ['  --run ID', '      Name of the run, the same for its deploy, promote and reject ("web/12" is run 12 of web).'];
  const watch = ['  -w, --watch', '      Look again every two seconds and show what has changed, until nothing is open.'];
  return [
    ...(command === 'status' ? watch : command === 'history' ? [] : run),
    '  -o, --output text|json (default: text)',
    `      ${json}`,
  ];
}
