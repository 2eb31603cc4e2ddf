/** What the docs tell people to type and to paste: each command is one of ours, with inputs that the product takes, and files that are there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { parseArguments } from '../../cli/arguments.ts';
import { all, type Dialect } from '../../src/inputs/input.ts';
import { parseInputs, type RawInputs } from '../../src/inputs/parse.ts';

const written = readdirSync('docs', { recursive: true, encoding: 'utf8' }).map(name => `docs/${name.replaceAll('\\', '/')}`);
const pages = ['README.md', 'OVERVIEW.md', 'CONTRIBUTING.md', ...written.filter(name => /^(?!.*decisions).*\.md$/.test(name))];

/** Blocks of code: what is indented by four, lines that end with a backslash joined. */
const blocksOf = (page: string): readonly string[] =>
  readFileSync(page, 'utf8')
    .replaceAll('\\\n', ' ')
    .split(/\n(?=\S)/)
    .flatMap(part => (/^ {4}/m.test(part) ? [part.replace(/^(?! {4}).*$/gm, '').replace(/^ {4}/gm, '')] : []));

const typed = /^(?:.*\| )?npx kubernetes-rollout (.*)$/gm;
const commands = pages.flatMap(page =>
  blocksOf(page).flatMap(block => [...block.matchAll(typed)].map(([, words = '']) => [page, words] as const)),
);

/** The words of a command as a shell reads them, up to a comment, a pipe or the end of its line. */
function wordsOf(line: string): readonly string[] {
  const words = [...line.matchAll(/\$'([^']*)'|'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, escaped, single, double, bare]) => ({
    word: escaped?.replaceAll('\\n', '\n') ?? single ?? double ?? bare ?? '',
    isBare: bare !== undefined,
  }));
  const end = words.findIndex(({ word, isBare }) => isBare && /^(#.*|\||&|>)$/.test(word));
  return words.slice(0, end === -1 ? words.length : end).map(({ word }) => word);
}

const faultOf = (inputs: RawInputs, dialect: Dialect): string => {
  try {
    parseInputs(inputs, dialect);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

test('there are commands to try', () => {
  expect(commands.length).toBeGreaterThan(20);
});

describe('a command of the docs', () => {
  test.each(commands)('%s: kubernetes-rollout %s', (_, line) => {
    const { command, inputs, faults } = parseArguments(wordsOf(line));
    expect(faults).toEqual([]);
    if ((all as readonly string[]).includes(command ?? '')) expect(faultOf(inputs, 'terminal')).toBe('');
    const named = [inputs.manifests, inputs['helm-values']]
      .flatMap(each => each?.split('\n') ?? [])
      .filter(path => path.startsWith('samples/'));
    expect(named.filter(path => !existsSync(path))).toEqual([]);
  });
});

interface Step {
  readonly uses?: string;
  readonly with?: RawInputs;
  readonly task?: string;
  readonly inputs?: RawInputs;
}

/** Every step of ours in what a block holds, however deep. */
const stepsIn = (value: unknown): readonly Step[] => {
  if (typeof value !== 'object' || value === null) return [];
  const { uses = '', task = '' } = value as Step;
  const isOurs = /^kubernetes-rollout\/kubernetes-rollout@/.test(uses) || task.startsWith('KubernetesRollout@');
  return [...(isOurs ? [value as Step] : []), ...Object.values(value).flatMap(stepsIn)];
};

const snippets = pages.flatMap(page =>
  blocksOf(page).flatMap(block => (/uses: kubernetes-rollout|task: KubernetesRollout/.test(block) ? [[page, block] as const] : [])),
);

test.each(snippets)('a step of %s takes the inputs that stand there', (_, block) => {
  const steps = stepsIn(load(block));
  const faults = steps.map(step => faultOf(texts(step.with ?? step.inputs ?? {}), step.task === undefined ? 'github' : 'azure'));
  expect(faults).toEqual(faults.map(() => ''));
});

/** A pipeline hands every value over as text, its expressions and macros replaced. */
const texts = (inputs: RawInputs): RawInputs =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value).replace(/\$\{\{.*?\}\}|\$\([\w.]+\)/g, 'v2')]));
