/** The command line: `kubernetes-rollout ACTION [--INPUT VALUE ...] [FILE ...]`. */
import { parseArgs } from 'node:util';
import { namesOf } from '../src/inputs/names.ts';
import type { RawInputs } from '../src/inputs/parse.ts';
import { entries } from '../src/inputs/spec.ts';

/** What the words after the program's name mean. */
export interface Arguments {
  /** The first word, or null. */
  readonly command: string | null;
  /** Inputs by name; an option that is none is among them, and is refused with the others. */
  readonly inputs: RawInputs;
  readonly run: string | undefined;
  readonly output: string;
  readonly help: boolean;
  readonly version: boolean;
  /** `status` looks again until nothing is open. */
  readonly watch: boolean;
  /** `lint` fails for warnings too. */
  readonly strict: boolean;
  /** Words that mean nothing, one sentence each. */
  readonly faults: readonly string[];
}

const switches = ['help', 'version', 'watch', 'fast', 'serve', 'strict'];
/** Commands that take no file. */
const withoutFiles = ['status', 'demo', 'approve', 'refuse'];
const inputNames = (isBoolean: boolean): readonly string[] =>
  entries().flatMap(([name, spec]) => ((spec.kind.type === 'boolean') === isBoolean ? namesOf(name, 'terminal') : []));
const booleans = new Set(inputNames(true));
const letters: Readonly<Record<string, string>> = { manifests: 'f', namespace: 'n', output: 'o', watch: 'w', help: 'h' };
const known: ReadonlyMap<string, { readonly type: 'boolean' | 'string'; readonly short?: string }> = new Map(
  [
    ...[...switches, ...booleans].map(name => [name, 'boolean'] as const),
    ...['run', 'output', 'port', ...inputNames(false)].map(name => [name, 'string'] as const),
  ].map(([name, type]) => [name, { type, ...(letters[name] ? { short: letters[name] } : {}) }]),
);

/** Reads the words after the program's name. Further words beside the action are files. */
export function parseArguments(words: readonly string[]): Arguments {
  const { options, others } = split(words);
  const all = (name: string): readonly string[] => options.flatMap(option => (option.name === name ? [option.value ?? 'true'] : []));
  const [command, ...files] = others;
  const given = options.filter(({ name, rawName }) => rawName.startsWith('--') || known.has(name));
  return {
    command: command ?? null,
    inputs: inputsOf(command, [...given, ...files.map(value => ({ name: 'manifests', value }))]),
    run: all('run').at(-1),
    output: all('output').at(-1) ?? 'text',
    help: all('help').length > 0,
    version: all('version').length > 0,
    watch: command === 'status' && all('watch').length > 0,
    strict: command === 'lint' && all('strict').length > 0,
    faults: [...options.flatMap(strangeOption), ...strangeFiles(command, files), ...strangeManifests(command, options)],
  };
}

/** An option whose value is missing, and a letter that is none. */
function strangeOption({ name, rawName, value }: Option): readonly string[] {
  if (!rawName.startsWith('--') && !known.has(name)) return [`${rawName}: there is no such option; --help lists them`];
  return value === undefined && known.get(name)?.type === 'string' ? [`--${name} needs a value`] : [];
}

const strangeFiles = (command: string | undefined, files: readonly string[]): readonly string[] =>
  withoutFiles.includes(command ?? '') ? files.map(word => `${command} takes no file, and "${word}" is not an option`) : [];

/** Words behind history are names of workloads, and no file tells these commands what to look at. */
const strangeManifests = (command: string | undefined, options: readonly Option[]): readonly string[] =>
  [...withoutFiles, 'history'].includes(command ?? '')
    ? options.flatMap(({ name, rawName }) =>
        name === 'manifests' ? [`${rawName}: ${command} takes no file; help ${command} shows what it takes`] : [],
      )
    : [];

interface Option {
  readonly name: string;
  /** As it was typed: `-f`, `--manifests`. */
  readonly rawName: string;
  readonly value: string | undefined;
}

interface Split {
  readonly options: readonly Option[];
  readonly others: readonly string[];
}

type Token = Option | { readonly file: string };

/** An option is no value of the one before it: `--strategy --images a:1` misses the strategy. */
function tokensOf(words: readonly string[]): readonly Token[] {
  const config = { options: Object.fromEntries(known), strict: false, allowPositionals: true, tokens: true } as const;
  const { tokens } = parseArgs({ ...config, args: [...words] });
  const told: Token[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') told.push({ file: token.value });
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue, index } = token;
    if (inlineValue === false && value.startsWith('--'))
      return [...told, { name, rawName, value: undefined }, ...tokensOf(words.slice(index + 1))];
    told.push({ name, rawName, value });
  }
  return told;
}

function split(words: readonly string[]): Split {
  const options: Option[] = [];
  const others: string[] = [];
  let before: Token | null = null;
  for (const token of tokensOf(words)) {
    if (!('file' in token)) options.push(token);
    else if (before && !('file' in before) && isValueOf(before, token.file)) options.splice(-1, 1, { ...before, value: token.file });
    else others.push(token.file);
    before = token;
  }
  return { options, others };
}

/** A boolean needs no value: `--dry-run` is `--dry-run true`. What an unknown option means is not known either. */
function isValueOf({ name, rawName, value }: Option, next: string): boolean {
  if (value !== undefined || switches.includes(name)) return false;
  return booleans.has(name) ? /^(true|false)$/i.test(next) : rawName.startsWith('--') && !known.has(name);
}

const own = new Set(['run', 'output', 'help', 'version']);
const ownOfCommand: ReadonlyMap<string, string | undefined> = new Map([
  ['watch', 'status'],
  ['strict', 'lint'],
]);

/** A repeated option adds a line; the text of a single one is left as it is. */
function inputsOf(command: string | undefined, options: readonly Pick<Option, 'name' | 'value'>[]): RawInputs {
  // For any other command they are options that there are not.
  const given = options.filter(({ name }) => !own.has(name) && ownOfCommand.get(name) !== command);
  const names = [...new Set(given.map(option => option.name))];
  const values = names.map(
    name =>
      [
        name,
        given
          .filter(option => option.name === name)
          .map(option => option.value ?? 'true')
          .join('\n'),
      ] as const,
  );
  return { ...Object.fromEntries(values), ...(command === undefined ? {} : { action: command }) };
}
