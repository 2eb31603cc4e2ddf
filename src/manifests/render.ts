/** Directories that hold an overlay or a chart instead of objects: the user's own kustomize or helm makes objects of them. */
import { basename, dirname, join, resolve } from 'node:path';
import type { Capabilities } from '../model/capabilities.ts';
import type { Printed, RunProgram } from '../model/program.ts';
import { type Chart, isOfChart, type Renderer, renderers } from './renderers.ts';
import { decode, type Source, textIn } from './source.ts';
import { kindOf } from './walk.ts';

/** What is needed to render: who runs programs, and what the user says of charts. */
export interface Rendering {
  readonly run: RunProgram;
  readonly chart: Chart;
  /** What the cluster is; absent: nothing is rendered for one. */
  cluster?(): Promise<Capabilities | null>;
  /** APIs that the files define. */
  readonly coming?: readonly string[];
  /** Hears what the user should know. */
  warn?(text: string): void;
}

/** A directory as the user names it. */
export interface Place {
  readonly entry: string;
  readonly cwd: string;
  /** Whether a file in it is left out by an entry with `!`, by its absolute path. */
  isLeftOut(path: string): boolean;
}

/** Null where nothing marks the directory as one to be rendered; else its sources, or one fault. Throws what the cluster refuses. */
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
  if (given.length === 0 || sources.some(({ name }) => isOfChart(name))) return [];
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

/** A chart's own page is small; the program behind it says what is wrong with one that is not. */
const MOST_MARK_BYTES = 1_000_000;

async function rendered({ renderer, file, path, cwd }: Marked, rendering: Rendering): Promise<readonly (Source | string)[]> {
  const { run, chart } = rendering;
  const mark = await textIn(join(resolve(cwd, path), file), MOST_MARK_BYTES).catch(() => '');
  const cluster = renderer.isForCluster ? await clusterOf(rendering) : null;
  for (const [program = '', ...args] of renderer.commands({ path, mark }, { ...chart, cluster })) {
    const asked = { program, args, directory: cwd };
    // What makes up values does so again. Where nobody hears of it, once is enough.
    const [printed, again] = await Promise.all([run(asked), renderer.isForCluster && rendering.warn ? run(asked) : null]);
    if (printed.isAbsent) continue;
    if (printed.why !== null)
      return [`${path}: ${program} ${args[0]} ${printed.why}${words(printed, chart)}${advice(renderer, printed, path)}`];
    const sources = sourcesOf(renderer, printed, path);
    if (again?.why === null) tellMadeUp(sources, sourcesOf(renderer, again, path), rendering);
    return sources;
  }
  return [absent(path, file, renderer.commands({ path, mark }, { ...chart, cluster: null }))];
}

/** With the kinds that come with these very files: they are there when it is rendered for the promote. */
async function clusterOf({ cluster, coming = [] }: Rendering): Promise<Capabilities | null> {
  const found = (await cluster?.()) ?? null;
  return found && { ...found, apis: [...new Set([...found.apis, ...coming])].sort() };
}

function advice({ advice }: Renderer, { said }: Printed, path: string): string {
  const text = advice(said, path);
  return text === null ? '' : `\n${text}`;
}

type Read = readonly (Source | string)[];

/** Passwords and certificates of the template's own making are other ones each time. */
function tellMadeUp(sources: Read, again: Read, { warn }: Rendering): void {
  const texts = new Map(again.flatMap(source => (typeof source === 'string' ? [] : [[source.name, source.text] as const])));
  const names = sources.flatMap(source => (typeof source === 'string' || texts.get(source.name) === source.text ? [] : [source.name]));
  if (names.length > 0) warn?.(`${listed(names)}: ${MADE_UP}`);
}

const MADE_UP =
  'rendered otherwise each time, as where a template makes up a password or a certificate. Every deploy changes it, and a promote with these files takes them for another release: give the value itself (helm-values, helm-set), or promote without manifests.';

/** A chart of many templates is told by some. */
const MOST_NAMES = 3;

const listed = (names: readonly string[]): string =>
  [...names.slice(0, MOST_NAMES), ...(names.length > MOST_NAMES ? [`and ${names.length - MOST_NAMES} more`] : [])].join(', ');

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
