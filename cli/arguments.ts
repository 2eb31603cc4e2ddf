/** The command line: `kubernetes-rollout ACTION [--INPUT VALUE ...] [FILE ...]`. */
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

const short: Readonly<Record<string, string>> = {
  '-f': '--manifests',
  '-n': '--namespace',
  '-o': '--output',
  '-w': '--watch',
  '-h': '--help',
};
const switches = new Set(['help', 'version', 'watch', 'fast', 'serve', 'strict']);
/** Commands that take no file. */
const withoutFiles = ['status', 'demo'];
/** Options that mean nothing without a value. */
const valued = new Set(['run', 'output', 'port', ...entries().flatMap(([name]) => namesOf(name, 'terminal'))]);
const booleans = new Set(entries().flatMap(([name, spec]) => (spec.kind.type === 'boolean' ? namesOf(name, 'terminal') : [])));

/** Reads the words after the program's name. Further words beside the action are files. */
export function parseArguments(words: readonly string[]): Arguments {
  const { options, others, bare } = split(words);
  const all = (name: string): readonly string[] => options.flatMap(option => (option.name === name ? [option.value] : []));
  const [command, ...files] = others;
  return {
    command: command ?? null,
    inputs: inputsOf(command, [...options, ...files.map(value => ({ name: 'manifests', value }))]),
    run: all('run').at(-1),
    output: all('output').at(-1) ?? 'text',
    help: all('help').length > 0,
    version: all('version').length > 0,
    watch: command === 'status' && all('watch').length > 0,
    strict: command === 'lint' && all('strict').length > 0,
    faults: [...bare.map(name => `--${name} needs a value`), ...strangeWords(command, files)],
  };
}

/** What looks like an option and is none, and files of a command that takes none. */
function strangeWords(command: string | undefined, files: readonly string[]): readonly string[] {
  return files.flatMap(word => {
    if (/^-./.test(word)) return [`${word}: there is no such option; --help lists them`];
    return withoutFiles.includes(command ?? '') ? [`${command} takes no file, and "${word}" is no option`] : [];
  });
}

interface Option {
  readonly name: string;
  readonly value: string;
}

interface Split {
  readonly options: readonly Option[];
  readonly others: readonly string[];
  /** Options whose value is missing. */
  readonly bare: readonly string[];
}

function split(words: readonly string[]): Split {
  const options: Option[] = [];
  const others: string[] = [];
  const bare: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const [name, inline] = optionOf(word);
    if (name === null) others.push(word);
    else if (inline !== null) options.push({ name, value: inline });
    else {
      const value = valueAfter(name, words[at + 1]);
      if (value === null && valued.has(name) && !booleans.has(name)) bare.push(name);
      options.push({ name, value: value ?? 'true' });
      if (value !== null) at += 1;
    }
  }
  return { options, others, bare };
}

/** `--name=value`, `--name`, `-f`; null for a word that is no option. */
function optionOf(word: string): readonly [string | null, string | null] {
  const long = short[word] ?? word;
  const [, name, inline] = /^--([a-z][\w-]*)(?:=(.*))?$/s.exec(long) ?? [];
  return [name ?? null, inline ?? null];
}

/** A boolean needs no value: `--dry-run` is `--dry-run true`. */
function valueAfter(name: string, next: string | undefined): string | null {
  if (next === undefined || switches.has(name)) return null;
  if (booleans.has(name)) return /^(true|false)$/i.test(next) ? next : null;
  return next.startsWith('--') ? null : next;
}

const own = new Set(['run', 'output', 'help', 'version']);
const ownOfCommand: ReadonlyMap<string, string | undefined> = new Map([
  ['watch', 'status'],
  ['strict', 'lint'],
]);

/** A repeated option adds a line; the text of a single one is left as it is. */
function inputsOf(command: string | undefined, options: readonly Option[]): RawInputs {
  // For any other command they are options that there are not.
  const given = options.filter(({ name }) => !own.has(name) && ownOfCommand.get(name) !== command);
  const names = [...new Set(given.map(option => option.name))];
  const values = names.map(
    name =>
      [
        name,
        given
          .filter(option => option.name === name)
          .map(option => option.value)
          .join('\n'),
      ] as const,
  );
  return { ...Object.fromEntries(values), ...(command === undefined ? {} : { action: command }) };
}
