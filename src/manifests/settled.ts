import type { KubeObject } from '../model/kube.ts';
import { at, items, record, text } from './json.ts';
import { isOfChart } from './renderers.ts';
import type { Source } from './source.ts';
import { readSources, type Sources, type Surroundings } from './sources.ts';

/** A definition may make a template write another one, and that again; nobody goes further. */
const MOST_ROUNDS = 4;

/**
 * The sources of the entries, with charts rendered as for a cluster that has the kinds which come with these files: a template that asks for them would
 * else say one thing at the deploy that brings them, and another at the promote. Helm, too, installs a chart's definitions before it renders.
 */
export async function settledSources(
  entries: readonly string[],
  surroundings: Surroundings,
  objectsOf: (source: Source) => readonly KubeObject[],
): Promise<Sources> {
  const { rendering } = surroundings;
  const kept = new Map<string, Source | string>();
  let coming: readonly string[] = [];
  for (let round = 1; ; round++) {
    const read = await readSources(entries, { ...surroundings, kept, ...(rendering ? { rendering: { ...rendering, coming } } : {}) });
    if (!rendering?.cluster || !read.sources.some(({ name }) => isOfChart(name)) || round === MOST_ROUNDS) return read;
    const { apis } = (await rendering.cluster()) ?? {};
    if (!apis) return read;
    const defined = read.sources.filter(mayDefine).flatMap(source => objectsOf(source).flatMap(apisOf));
    if (defined.every(api => apis.includes(api) || coming.includes(api))) return read;
    coming = [...new Set([...coming, ...defined])];
  }
}

const mayDefine = ({ text: content }: Source): boolean => content.includes('CustomResourceDefinition');

/** What a definition has the API server serve: `example.com/v1`, `example.com/v1/Widget`. */
function apisOf({ kind, spec }: KubeObject): readonly string[] {
  if (kind !== 'CustomResourceDefinition') return [];
  const served = items(spec?.versions).flatMap(version => (record(version).served === false ? [] : text(record(version).name)));
  return served.flatMap(version => {
    const apiVersion = `${text(spec?.group)}/${version}`;
    return [apiVersion, `${apiVersion}/${text(at(spec, 'names.kind'))}`];
  });
}
