/** `--help`, made from the table of inputs. */

import type { InputKind, InputSpec } from '../src/inputs/input.ts';
import { inputsOf, nearest } from '../src/inputs/names.ts';
import type { InputName } from '../src/inputs/spec.ts';
import type { UserAction } from '../src/model/stage.ts';
import { examples } from './examples.ts';
import { formats } from './lint/formats.ts';

const commands: Readonly<Record<UserAction | 'status' | 'history', string>> = {
  deploy: 'Put the new version beside the running one and give it its share of the traffic.',
  promote: 'Make the new version the running one.',
  reject: 'Take everything back.',
  analyze: 'Watch and judge what is open, and change nothing.',
  undo: 'Go back to the release before, or to a revision that the Deployment keeps: at once, or as a canary of its own.',
  sweep: 'Reject every rollout on which nobody has worked for a while: for a nightly run.',
  status: 'Show what is open: stable, baseline and canary with images, readiness and shares.',
  history: 'Show the revisions that Deployments keep, with run, cause, images and age: what undo can go back to.',
};

interface Apart {
  readonly about: string;
  readonly takes: string;
  readonly options: readonly string[];
}

/** About the program itself. */
const itself: Readonly<Record<string, string>> = {
  help: 'Show what a command does and takes: help deploy.',
  version: 'Show the version.',
  completion: 'Print the completion script for bash, zsh, fish or pwsh.',
};

/** Commands with options of their own, with what they take. */
const playing: Readonly<Record<string, Apart>> = {
  demo: {
    takes: '[OPTIONS]',
    about: 'Watch a canary, a promotion and a rejection under traffic on a simulated cluster: half a minute, nothing else needed.',
    options: [
      '  --fast',
      '      In a few seconds, for a machine: fails when a request is lost or a share is more than 3 standard deviations off.',
    ],
  },
  simulate: {
    takes: '[OPTIONS]',
    about: 'Leave a simulated cluster running, to play with the actions by hand.',
    options: [
      '  -f, --manifests TEXT',
      '      What runs there, as for deploy. Not given: a web application of four pods behind a route.',
      '  --serve[=PORT]',
      '      Answer HTTP requests for its routes, else its Services, as the pods would, from this port on or on free ones.',
      '  --port PORT',
      "      The API server's. Not given: a free one.",
    ],
  },
  lint: {
    takes: '[OPTIONS] FILE ...',
    about: 'Say what the files alone tell: faults, and advice with the field to set. Needs no cluster.',
    options: [
      '  -f, --manifests TEXT',
      '      Files, directories, globs and URLs, as for deploy; FILE is the same.',
      '  --images TEXT',
      '      Images that a deploy would put in: repository:tag, one per line.',
      '  -n, --namespace TEXT',
      '      For objects whose manifest names none.',
      '  --drain TIME (default: 10s)',
      '      What a grace period is compared with.',
      '  --strict',
      '      Fail for warnings too. Without it only errors end with exit code 1: what a deploy would refuse.',
      '  -o, --output text|json|sarif|azure (default: text)',
      "      sarif is for GitHub's code scanning, azure prints an issue of the pipeline for each finding.",
    ],
  },
  role: {
    takes: '[OPTIONS] FILE ...',
    about:
      'Print the least Role that deploy, promote and reject of these files need, as YAML to apply. Bind it to the login of the pipeline.',
    options: [
      '  -f, --manifests TEXT',
      '      Files, directories, globs and URLs, as for deploy; FILE is the same.',
      '  --strategy NAME',
      '      As for deploy. Not given: none.',
      '  --traffic-split-method NAME[,NAME]',
      '      As for deploy; auto is not known before it has looked. Not given: pod.',
      '  -n, --namespace TEXT, --metrics TEXT, --probe TEXT ...',
      '      As for deploy, where they make a difference.',
      '  --kubeconfig TEXT, --context TEXT',
      '      The cluster that says how its kinds are spelled and which policies it has. Without one the Role is made by the files alone.',
    ],
  },
  size: {
    takes: '[OPTIONS] FILE ...',
    about: 'Say what a soak could find, from the requests that are answered now: before any deploy. Reads, writes nothing.',
    options: [
      'FILE holds the Deployment as it runs. Ten seconds of its requests are counted. It takes the inputs of deploy; these matter:',
      '  --metrics TEXT',
      '      What would be judged. Not given: errors and latency.',
      '  --soak TIME',
      '      How long. Not given: 5 minutes.',
      '  --percentage NUMBER',
      '      The share that is given up; a baseline gets half of it (--baseline=false: none). Not given: 10.',
      '  -n, --namespace TEXT',
      '      Where it runs.',
    ],
  },
  judge: {
    takes: 'FILE',
    about: 'Judge other data as an analysis would: the list in FILE is printed with what the judge got of each entry.',
    options: [
      'FILE is a JSON list. An entry of kind worse or acceptable compares counted requests:',
      '  {"kind": "worse", "canary": [30, 150], "baseline": [0, 150], "margin": 0}',
      'and gets the natural logarithm of the evidence. Entries of the other kinds (classify, confidenceInterval, score, metricPhase ...) get what',
      "Kayenta's judge and the limits of Argo Rollouts give: docs/decisions/0013-judges.md names them all.",
    ],
  },
};

const reaching = ['kubeconfig', 'context', 'skip-tls-verify'] as const;

/** The inputs of the commands that read and write nothing. */
export const readingInputs: ReadonlyMap<string, readonly InputName[]> = new Map([
  ['status', ['namespace', 'application', ...reaching]],
  ['history', ['namespace', 'workloads', ...reaching]],
]);

/** The help of one command, or the overview. */
export function help(command: string | null): string {
  const known = Object.entries(commands).find(([name]) => name === command);
  const played = Object.entries(playing).find(([name]) => name === command)?.[1];
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

/** What `--output` may be. */
export const outputsOf = (command: string): readonly string[] => (command === 'lint' ? [...formats.keys()] : ['text', 'json']);

/** Every command by name. */
export function commandNames(): readonly string[] {
  return [commands, playing, itself].flatMap(each => Object.keys(each));
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
  const apart = Object.entries(playing).map(([name, { about }]) => [name, about] as const);
  const all = [...Object.entries(commands), ...apart, ...Object.entries(itself)];
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
    case 'metrics':
    case 'prometheus':
    case 'headers':
    case 'probes':
    case 'comparisons':
    case 'namespace':
    case 'name':
    case 'text':
      return ' TEXT';
  }
}

const jsonOf: ReadonlyMap<string, string> = new Map([
  ['status', 'The rollouts as JSON.'],
  ['history', 'The revisions as JSON.'],
]);

function ownOptions(command: string): readonly string[] {
  const json = jsonOf.get(command) ?? 'The outcome as JSON on the standard output; the log goes to the other one.';
  const run = [
    '  --run ID',
    '      On whose behalf: a name that is the same for deploy, promote and reject of one run ("web/12" is run 12 of web).',
  ];
  const watch = ['  -w, --watch', '      Look again every two seconds and show what has changed, until nothing is open.'];
  return [
    ...(command === 'status' ? watch : command === 'history' ? [] : run),
    '  -o, --output text|json (default: text)',
    `      ${json}`,
  ];
}
