/** What the files of a dry run would change in the objects that are there: told for those who decide on it by a comment. */
import { createHmac, randomBytes } from 'node:crypto';
import { RolloutError } from '../../errors.ts';
import { changes, type Difference, isRecord } from '../../manifests/json.ts';
import { MANAGER } from '../../manifests/names.ts';
import { isPhased } from '../../manifests/phases.ts';
import { refOf } from '../../manifests/refs.ts';
import type { FieldChange, ObjectChange } from '../../model/changes.ts';
import type { Event } from '../../model/event.ts';
import type { Cluster, KubeObject } from '../../model/kube.ts';
import type { Request } from '../../model/request.ts';
import { strategyNamed } from '../../strategies/index.ts';
import { locate } from '../locate.ts';

/** A dry run, and where its files would go. */
export interface Comparing {
  readonly cluster: Cluster;
  readonly request: Request;
}

const MOST_FIELDS = 40;

/** Hands the events of a run on; before a dry run's last one it tells what the files change, where that is asked for. */
export async function* withChanges(events: AsyncGenerator<Event>, { cluster, request }: Comparing): AsyncGenerator<Event> {
  const { dryRun, comment, strategy } = request.inputs;
  for await (const event of events) {
    if (dryRun && comment && event.type === 'outcome') {
      const isNow = strategyNamed(strategy).place !== 'beside' || event.outcome.status === 'first-release';
      yield { type: 'compared', isNow, objects: await changesBy(request, cluster) };
    }
    yield event;
  }
}

/** Each object of the files against the one that is there, by dry runs of the API server. */
async function changesBy(request: Request, cluster: Cluster): Promise<readonly ObjectChange[]> {
  const { manifests } = await locate(request, cluster);
  // A hash that anybody could compute would let short secrets be guessed: it tells only whether a value changes.
  const key = randomBytes(32);
  const hashed = (value: string): string => `sha256:${createHmac('sha256', key).update(value).digest('hex').slice(0, 12)}`;
  const lasting = manifests.filter(({ object }) => object.metadata.name && !isPhased(object));
  return await Promise.all(lasting.map(({ object }) => changeOf(object, { cluster, hashed })));
}

interface By {
  readonly cluster: Cluster;
  hashed(value: string): string;
}

async function changeOf(object: KubeObject, { cluster, hashed }: By): Promise<ObjectChange> {
  const told = { ref: refOf(object), fields: [], more: 0, because: null };
  try {
    const live = await cluster.get(refOf(object));
    if (live === null) return { ...told, what: 'new' };
    const after = await cluster.apply(object, { dryRun: true, force: true, yields: MANAGER, live });
    const all = changes(contentOf(live), contentOf(after));
    const textOf = object.kind === 'Secret' ? hashed : (text: string): string => text;
    const fields = all.slice(0, MOST_FIELDS).map(one => fieldOf(one, textOf));
    return { ...told, what: all.length === 0 ? 'same' : 'changed', fields, more: Math.max(0, all.length - MOST_FIELDS) };
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    return { ...told, what: 'untold', because: error.message };
  }
}

/** What tools and the API server note of an object is none of its content. */
const NOTES = ['kubectl.kubernetes.io/last-applied-configuration', 'deployment.kubernetes.io/revision'];

function contentOf({ metadata, status: _status, ...content }: KubeObject): unknown {
  const { labels = {}, annotations = {} } = metadata;
  const own = Object.entries(annotations).filter(([name]) => !NOTES.includes(name));
  return { ...content, metadata: { labels, annotations: Object.fromEntries(own) } };
}

/** Of a Secret each value is hashed by itself, also where a whole map comes or goes. */
function fieldOf({ path, from, to }: Difference, shown: (text: string) => string): FieldChange {
  return { path, from: shownText(from, shown), to: shownText(to, shown) };
}

function shownText(value: unknown, shown: (text: string) => string): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string') return shown(value);
  const hidden = (part: unknown): unknown => {
    if (typeof part === 'string') return shown(part);
    if (Array.isArray(part)) return part.map(hidden);
    return isRecord(part) ? Object.fromEntries(Object.entries(part).map(([name, item]) => [name, hidden(item)])) : part;
  };
  return JSON.stringify(hidden(value));
}
