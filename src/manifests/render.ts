/** Directories that hold an overlay or a chart instead of objects: the user's own kustomize or helm makes objects of them. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Printed, RunProgram } from '../model/program.ts';
import { type Chart, type Renderer, renderers } from './renderers.ts';
import { decode, type Source } from './source.ts';
import { kindOf } from './walk.ts';

/** What is needed to render: who runs programs, and what the user says of charts. */
export interface Rendering {
  readonly run: RunProgram;
  readonly chart: Chart;
}

/** A directory as the user names it. */
export interface Place {
  readonly entry: string;
  readonly cwd: string;
  /** Whether a file in it is left out by an entry with `!`, by its absolute path. */
  isLeftOut(path: string): boolean;
}

/** Null where nothing marks the directory as one to be rendered; else its sources, or one fault. Throws nothing. */
export async function render(place: Place, rendering: Rendering): Promise<readonly (Source | string)[] | null> {
  const found = await marksIn(place);
  const [first, second] = found;
  if (!first) return null;
  const path = place.entry.replace(/(?<=.)\/+$/, '');
  if (second) return [`${path}: ${first.file} and ${second.file} both exist; exclude one with an entry such as !${path}/${second.file}`];
  const lacks = first.renderer.lacks(rendering.chart);
  return lacks === null ? rendered({ ...first, path, cwd: place.cwd }, rendering) : [`${path}: ${lacks}`];
}

/** What a file that marks a directory is input for; null for any other file. */
export function inputFor(path: string): string | null {
  const renderer = renderers.find(({ marks }) => marks.includes(basename(path)));
  return renderer ? `is input for ${renderer.name}: name its directory in manifests, which is then rendered (${dirname(path)})` : null;
}

/** Words for helm where no chart was rendered: whoever gave them believes that one is. */
export function chartFault(sources: readonly Source[], chart: Chart | undefined): readonly string[] {
  const { values = [], sets = [], release = null } = chart ?? {};
  const given = [
    ...(values.length > 0 ? ['helm-values'] : []),
    ...(sets.length > 0 ? ['helm-set'] : []),
    ...(release ? ['helm-release'] : []),
  ];
  if (given.length === 0 || sources.some(({ name }) => name.endsWith(' (helm)'))) return [];
  return [`${given.join(' and ')}: no directory of manifests contains a Chart.yaml, so helm renders nothing`];
}

interface Mark {
  readonly renderer: Renderer;
  readonly file: string;
}

async function marksIn({ entry, cwd, isLeftOut }: Place): Promise<readonly Mark[]> {
  const all = renderers.map(async renderer => {
    for (const file of renderer.marks) {
      const path = resolve(cwd, entry, file);
      if ((await kindOf(path)) === 'file' && !isLeftOut(path)) return [{ renderer, file }];
    }
    return [];
  });
  return (await Promise.all(all)).flat();
}

interface Marked extends Mark {
  readonly path: string;
  readonly cwd: string;
}

async function rendered({ renderer, file, path, cwd }: Marked, { run, chart }: Rendering): Promise<readonly (Source | string)[]> {
  const mark = await readFile(join(resolve(cwd, path), file), 'utf8').catch(() => '');
  const commands = renderer.commands({ path, mark }, chart);
  for (const [program = '', ...args] of commands) {
    const printed = await run({ program, args, directory: cwd });
    if (printed.isAbsent) continue;
    if (printed.why !== null) return [`${path}: ${program} ${args[0]} ${printed.why}${words(printed, chart)}`];
    return sourcesOf(renderer, printed, path);
  }
  return [absent(path, file, commands)];
}

function sourcesOf(renderer: Renderer, { output }: Printed, path: string): readonly (Source | string)[] {
  try {
    return renderer.sources(decode(output), path);
  } catch {
    return [`${path}: the output of ${renderer.name} is not UTF-8 text`];
  }
}

function absent(path: string, file: string, commands: readonly (readonly string[])[]): string {
  const programs = commands.map(([program]) => program).join(' or ');
  // A value may be a secret: the key is enough to know which.
  const line = commands.at(-1)?.map(word => word.replace(/^(--set=[^=]*=).*/s, '$1...'));
  return [
    `${path}: ${file} is rendered by ${programs}: not on PATH here. Install it, or render where it is:`,
    `    ${line?.join(' ')} |`,
    '    kubernetes-rollout deploy -f -',
  ].join('\n');
}

/** The most that is shown of a program's complaint, from its end. */
const MOST_WORDS = 2000;
/** Shorter values would be found in any sentence. */
const SHORTEST_SECRET = 5;

function words({ said }: Printed, { sets }: Chart): string {
  const values = sets.flatMap(set => [set, ...set.split(',')]).map(set => set.slice(set.indexOf('=') + 1));
  const secrets = values.filter(({ length }) => length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
  const hidden = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), said);
  const shown = hidden
    .replace(/[\w+/=-]{40,}/g, token => (/\d/.test(token) && /[A-Z]/.test(token) ? '***' : token))
    .trim()
    .slice(-MOST_WORDS);
  return shown === '' ? '' : `:\n${shown}`;
}
