/** THE table of what makes objects of a directory that holds none as they are. */
import type { Capabilities } from '../model/capabilities.ts';
import type { Source } from './source.ts';

/** How a chart is rendered: the user's words for helm. */
export interface Chart {
  /** Files, by paths from the working directory. */
  readonly values: readonly string[];
  /** `key=value`, as `--set` takes them. */
  readonly sets: readonly string[];
  /** Null: what the chart is called. */
  readonly release: string | null;
  readonly namespace: string | null;
}

/** A chart's words, with the cluster for which it is rendered; null where there is none at hand. */
export interface Placed extends Chart {
  readonly cluster: Capabilities | null;
}

/** A directory that is to be rendered: how a command calls it, and the text of the file that marks it. */
export interface Directory {
  readonly path: string;
  readonly mark: string;
}

/** One kind of such directories. */
export interface Renderer {
  readonly name: string;
  /** The files by which a directory is known as one of this kind. */
  readonly marks: readonly string[];
  /** The command lines that render it, the first wanted most: each is the program and its words. */
  commands(directory: Directory, chart: Placed): readonly (readonly string[])[];
  /** Whether templates may ask for the cluster and make up values. */
  readonly isForCluster: boolean;
  /** What to do where it complains like this; null: it has said so itself. */
  advice(said: string, path: string): string | null;
  /** What has to be given first; null: nothing. */
  lacks(chart: Chart): string | null;
  /** What was printed, named by where it comes from. */
  sources(text: string, path: string): readonly Source[];
}

const kustomize: Renderer = {
  name: 'kustomize',
  marks: ['kustomization.yaml', 'kustomization.yml', 'Kustomization'],
  commands: ({ path }) => [
    ['kustomize', 'build', path],
    ['kubectl', 'kustomize', path],
  ],
  isForCluster: false,
  advice: () => null,
  lacks: () => null,
  sources: (text, path) => [{ name: `${path} (kustomize)`, text }],
};

const helm: Renderer = {
  name: 'helm',
  marks: ['Chart.yaml'],
  isForCluster: true,
  advice: (said, path) =>
    /missing in charts\/ directory/.test(said)
      ? `Charts that it depends on are not in ${path}/charts: fetch them in a step before this one: helm dependency build ${path}`
      : null,
  commands: ({ path, mark }, { values, sets, release, namespace, cluster }) => [
    [
      'helm',
      'template',
      release ?? nameIn(mark),
      // Without the dot helm would look for a repository of that name first.
      /^[./]|^[a-z]:/i.test(path) ? path : `./${path}`,
      '--include-crds',
      ...(namespace === null ? [] : [`--namespace=${namespace}`]),
      ...values.map(file => `--values=${file}`),
      ...sets.map(set => `--set=${set}`),
      ...(cluster === null ? [] : [`--kube-version=${cluster.version}`, ...apisWithin(cluster.apis)]),
    ],
  ],
  lacks: ({ namespace }) => (namespace === null ? 'helm renders the namespace into the objects: set the input namespace' : null),
  sources: templates,
};

/** All of them. */
export const renderers: readonly Renderer[] = [kustomize, helm];

/** Helm itself reads the file; here it is only asked for the one line that gives the release its name. */
const nameIn = (chart: string): string => /^name:[ \t]*["']?([\w.-]+)/m.exec(chart)?.[1] ?? 'release-name';

/** Windows takes a command line of 32,767 characters; a cluster with hundreds of definitions would go beyond, and the last are left out. */
const MOST_CHARACTERS = 24_000;

/** Whatever has a domain comes first: helm knows the APIs of Kubernetes itself. */
function apisWithin(apis: readonly string[]): readonly string[] {
  const isOwn = (api: string): boolean => !/^[^/]*\./.test(api) || /^[^/]*\.k8s\.io\//.test(api);
  const words: string[] = [];
  let size = 0;
  for (const api of [...apis.filter(api => !isOwn(api)), ...apis.filter(isOwn)]) {
    const word = `--api-versions=${api}`;
    size += word.length + 1;
    if (size > MOST_CHARACTERS) break;
    words.push(word);
  }
  return words;
}

/** The end of each name of what a chart's template made. */
const OF_CHART = ' (helm)';

/** Whether a chart made what has this name, or stands at this place. */
export const isOfChart = (name: string): boolean => name.includes(OF_CHART);

const BEGIN = /^---[ \t]*\r?\n(?=# Source: )/m;

/** Helm says above every object which template it is from; objects of one template stay together. */
function templates(text: string, path: string): readonly Source[] {
  const found = new Map<string, string[]>();
  for (const part of text.split(BEGIN)) {
    const [, template] = /^# Source: [^/\r\n]+\/([^\r\n]+)/.exec(part) ?? [];
    const name = template === undefined ? `${path}${OF_CHART}` : `${path}/${template.trim()}${OF_CHART}`;
    found.set(name, [...(found.get(name) ?? []), part]);
  }
  return [...found].map(([name, parts]) => ({ name, text: parts.join('---\n') }));
}
